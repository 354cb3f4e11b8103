/** The paths of Regrant's own APIs, below the issuer. The URL of one is its identifier (RFC 8707 §2). */
export type OwnApi = "/admin/v1" | "/ssf";

/**
 * The scopes of Regrant's own APIs. A token that has one is for that API alone, and only an operator can give one to a
 * client: a confidential client, which gets it by `client_credentials`.
 */
const RESERVED: ReadonlyMap<string, OwnApi> = new Map([
  ["regrant:admin", "/admin/v1"],
  ["regrant:admin.read", "/admin/v1"],
  ["ssf.manage", "/ssf"],
  ["ssf.read", "/ssf"],
]);

/** The scope that allows every operation of the admin API, and the one that allows those that only read. */
export const ADMIN_SCOPE = "regrant:admin";
export const ADMIN_READ_SCOPE = "regrant:admin.read";

/** The scope with which a receiver of Shared Signals manages its streams, and the one with which it reads them. */
export const SSF_SCOPE = "ssf.manage";
export const SSF_READ_SCOPE = "ssf.read";

export function isReservedScope(scope: string): boolean {
  return RESERVED.has(scope);
}

/** The one API of Regrant's own that all of these scopes are of; undefined: there is none. */
export function apiOfScopes(scopes: readonly string[]): OwnApi | undefined {
  const [first = "", ...others] = scopes;
  const api = RESERVED.get(first);
  return others.every((scope) => RESERVED.get(scope) === api) ? api : undefined;
}
