import type { Deps } from "../deps.ts";
import type { Client } from "../store/store.ts";
import { requestedResource } from "./resource.ts";
import { grantedScope, parseScope } from "./scope.ts";
import { signAccessToken } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

/**
 * Client credentials (RFC 6749 §4.4): an access token for the client itself, without grant or refresh token.
 *
 * @throws OAuthError `invalid_scope`, `invalid_target`
 */
export async function clientCredentialsGrant(
  deps: Deps,
  client: Client,
  parameters: ReadonlyMap<string, string>,
): Promise<TokenResponse> {
  const asked = parseScope(parameters.get("scope"));
  const scope = grantedScope(client, asked);
  const now = deps.store.now();
  const issuedAt = Math.floor(now / 1000);
  const accessToken = await signAccessToken(deps, client, deps.keys.signingKeyAt(now), {
    // RFC 9068 §2.2: without a resource owner, `sub` identifies the client.
    subject: client.id,
    scope,
    resource: requestedResource(deps, client, parameters) ?? null,
    issuedAt,
    expiresAt: issuedAt + client.accessTtl,
    grant: null,
  });
  const answer = { outcome: "issued", accessToken, expiresIn: client.accessTtl };
  return asked === undefined && scope !== "" ? { ...answer, scope } : answer;
}
