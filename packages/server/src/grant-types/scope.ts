import { isScopeToken } from "../clients/client.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";

/**
 * The scopes of a `scope` parameter, each once, in the order asked for (RFC 6749 §3.3).
 *
 * @throws OAuthError `invalid_scope` where one has characters that no scope may have
 */
export function parseScope(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const scopes = [...new Set(value.split(" ").filter((scope) => scope !== ""))];
  if (scopes.length === 0) return undefined;
  const malformed = scopes.find((scope) => !isScopeToken(scope));
  if (malformed !== undefined) throw new OAuthError("malformed_scope", { scope: malformed });
  return scopes;
}

/**
 * What a new grant or token of this client gets: what was asked for, or all that the client may have.
 *
 * @throws OAuthError `invalid_scope` where more was asked for than the client may have
 */
export function grantedScope(client: Client, asked: readonly string[] | undefined): string {
  const scopes = asked ?? client.scopes;
  const wider = scopes.find((scope) => !client.scopes.includes(scope));
  if (wider !== undefined) throw new OAuthError("scope_exceeded", { scope: wider });
  return scopes.join(" ");
}
