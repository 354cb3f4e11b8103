import { apiOfScopes, isReservedScope } from "../config/reserved-scopes.ts";
import type { OwnApi } from "../config/reserved-scopes.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client, Grant } from "../store/store.ts";

/**
 * The scope by which clients ask for a refresh token (OpenID Connect Core §11). Here the client's grant types decide
 * that, so a request may name it, and it is no right of its own. Only a client that has it among its scopes is granted
 * it.
 */
export const OFFLINE_ACCESS = "offline_access";

/**
 * The scope of a new grant or token: the requested one, else all that the client may have (RFC 6749 §3.3). Scopes of
 * Regrant's own APIs are never granted by a user: `ownScope` gives them to a client.
 *
 * @throws OAuthError `invalid_scope` if the request exceeds what the client may have
 */
export function grantedScope(
  client: Pick<Client, "scopes">,
  requested: readonly string[] | undefined,
): string {
  const grantable = client.scopes.filter((scope) => !isReservedScope(scope));
  return requestedOf(grantable, requested);
}

/**
 * The scope of a client's own token, and the API of Regrant's own that it is for; null: it is for another. The rules of
 * client settings are checked again, since a row may be older than they are.
 *
 * @throws OAuthError `invalid_scope` if the request exceeds what the client may have
 */
export function ownScope(
  client: Pick<Client, "scopes" | "public" | "selfRegistered" | "profile">,
  requested: readonly string[] | undefined,
): { scope: string; api: OwnApi | null } {
  const { scopes, profile } = client;
  const api = apiOfScopes(scopes);
  const isRegistered = !client.public && !client.selfRegistered && profile === "rfc9068";
  if (api === undefined || !isRegistered) return { scope: grantedScope(client, requested), api: null };
  return { scope: requestedOf(scopes, requested), api };
}

function requestedOf(grantable: readonly string[], requested: readonly string[] | undefined): string {
  const scopes = (requested && withoutOfflineAccess(requested, grantable)) ?? grantable;
  const exceeding = scopes.find((scope) => !grantable.includes(scope));
  if (exceeding !== undefined) throw new OAuthError("scope_exceeded", { scope: exceeding });
  return scopes.join(" ");
}

/**
 * The scope of a token that is got for another one, or for an assertion: never more than each of them allows, than the
 * client may have, and than the request asks for.
 *
 * @param limits the scopes that each allows; undefined: all
 * @throws OAuthError `invalid_scope` where the request exceeds that, or nothing is left of it
 */
export function scopeWithin(
  client: Pick<Client, "scopes">,
  limits: readonly (readonly string[] | undefined)[],
  requested: readonly string[] | undefined,
): string {
  const allowed = client.scopes.filter(
    (scope) =>
      !isReservedScope(scope) && limits.every((limit) => limit === undefined || limit.includes(scope)),
  );
  const scope = requestedOf(allowed, requested);
  // A token without any scope could be taken for one that may do all.
  if (scope === "" && client.scopes.length > 0) throw new OAuthError("scope_exceeded");
  return scope;
}

/** The scope of a refreshed access token: what the request names of the grant's (RFC 6749 §6), which was checked. */
export function narrowedScope({ scope }: Pick<Grant, "scope">, requested: readonly string[]): string {
  return withoutOfflineAccess(requested, scope.split(" "))?.join(" ") ?? scope;
}

/**
 * The requested scopes without `offline_access`, unless that is among those that can be granted. A request for
 * nothing else names no scope: undefined.
 */
export function withoutOfflineAccess(
  requested: readonly string[],
  grantable: readonly string[] = [],
): readonly string[] | undefined {
  if (grantable.includes(OFFLINE_ACCESS)) return requested;
  const scopes = requested.filter((scope) => scope !== OFFLINE_ACCESS);
  return scopes.length === 0 ? undefined : scopes;
}
