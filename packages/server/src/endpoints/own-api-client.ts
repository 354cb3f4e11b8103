import type { OwnApi } from "../config/reserved-scopes.ts";
import { sameResource } from "../config/resource-identifier.ts";
import type { Deps } from "../deps.ts";
import type { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import { activeAccessToken } from "../clients/active-access-token.ts";

/**
 * Authenticates a client at one of this service's own APIs by its own access token, got by `client_credentials`. What the
 * client may have now counts, not only what it might have had when the token was issued.
 *
 * @param refused makes the error, with the reason for the log
 * @returns the client, and those of the token's scopes that the client still has
 * @throws what `refused` makes
 */
export async function ownApiClient(
  deps: Pick<Deps, "issuer" | "keys" | "store" | "clients">,
  presented: string,
  api: OwnApi,
  refused: (reason: string) => OAuthError,
): Promise<{ client: Client; clientId: string; scopes: readonly string[] }> {
  const token = await activeAccessToken(deps, presented);
  if (token === undefined) throw refused("the token is not active");
  // An imported signing key is the previous service's too.
  if (!token.forOwnApi) throw refused("a signing key made the token");
  const { client, clientId } = token;
  if (token.issuer !== deps.issuer) throw refused("the token has another issuer");
  if (!sameResource(token.audience, deps.issuer + api)) throw refused("the token is for another API");
  if (token.grantId !== null) throw refused("the token is of a grant");
  if (client.public || client.selfRegistered) throw refused("an operator has not registered the client");
  const scopes = token.scope.split(" ").filter((scope) => client.scopes.includes(scope));
  return { client, clientId, scopes };
}
