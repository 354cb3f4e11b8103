import type { OperationScope } from "../../admin-api/operation.ts";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../../config/reserved-scopes.ts";
import type { Deps } from "../../deps.ts";
import { ownApiClient } from "../../endpoints/own-api-client.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { ADMIN_PATH, COMMAND_LINE } from "../../admin-api/paths.ts";
import { verifyAccessToken } from "../../tokens/verify-access-token.ts";

/** Who sent a request to the admin API, as its events name it. */
export interface Administrator {
  actor: string;
  /** The `client_id` of the access token. */
  clientId: string;
}

type AuthorizeDeps = Pick<Deps, "issuer" | "keys" | "store" | "clients">;

/** What an access token for the admin API says. */
interface AdminToken {
  administrator: Administrator;
  scopes: readonly string[];
}

/**
 * Authorizes a request by its bearer token (RFC 6750): an access token of this service, for this API, with the scope
 * that the operation needs. It is verified with the keys in memory. One that a signing key made is refused: an imported
 * signing key is also the previous service's.
 *
 * @throws OAuthError `invalid_token` (401), `insufficient_scope` (403)
 */
export async function authorize(
  deps: AuthorizeDeps,
  token: string | undefined,
  scope: OperationScope,
): Promise<Administrator> {
  if (token === undefined) throw new OAuthError("admin_token_missing");
  const { administrator, scopes } = await adminToken(deps, token);
  const mayWrite = scopes.includes(ADMIN_SCOPE);
  if (mayWrite || (scope === "read" && scopes.includes(ADMIN_READ_SCOPE))) return administrator;
  throw new OAuthError("admin_scope_missing");
}

async function adminToken(deps: AuthorizeDeps, presented: string): Promise<AdminToken> {
  return (await tokenOfCommandLine(deps, presented)) ?? (await tokenOfClient(deps, presented));
}

/**
 * A token that `regrant admin token` made: whoever can do that has the database and the master key. It has no client,
 * and ends when it expires, is revoked, or its signing key is distrusted.
 */
async function tokenOfCommandLine(deps: AuthorizeDeps, presented: string): Promise<AdminToken | undefined> {
  const token = await verifyAccessToken(presented, deps.keys, deps.store.now());
  if (token?.clientId !== COMMAND_LINE) return undefined;
  if (!token.forOwnApi) throw refused("a signing key made the token");
  if (token.issuer !== COMMAND_LINE || token.audience !== COMMAND_LINE || token.grantId !== null) {
    throw refused("the token is not of the command line");
  }
  if (await deps.store.grants.isAccessTokenDenied(token.jti)) throw refused("the token is revoked");
  const administrator = { actor: token.subject, clientId: COMMAND_LINE };
  return { administrator, scopes: token.scope.split(" ") };
}

/** A client's own token, by `client_credentials`. */
async function tokenOfClient(deps: AuthorizeDeps, presented: string): Promise<AdminToken> {
  const { client, clientId, scopes } = await ownApiClient(deps, presented, ADMIN_PATH, refused);
  return { administrator: { actor: client.id, clientId }, scopes };
}

function refused(detail: string): OAuthError {
  return new OAuthError("admin_token_refused", { detail });
}
