import type { AccessToken } from "./access-token.ts";

/** Keyed by request, so that no property and no global type conflicts with another library's. */
const tokens = new WeakMap<object, AccessToken>();

/** Attaches the verified token to its request. */
export function setAccessToken(request: object, token: AccessToken): void {
  tokens.set(request, token);
}

/**
 * The access token of a request that passed `requireToken`.
 *
 * @throws TypeError it did not: the route is not protected
 */
export function accessTokenOf(request: object): AccessToken {
  const token = tokens.get(request);
  if (token === undefined) throw new TypeError("no access token: add requireToken to this route");
  return token;
}
