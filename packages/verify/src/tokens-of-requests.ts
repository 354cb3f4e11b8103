import type { AccessToken } from "./access-token.ts";

/** By request: no property of it that another library could want as well, and no global type to merge with. */
const tokens = new WeakMap<object, AccessToken>();

export function keepToken(request: object, token: AccessToken): void {
  tokens.set(request, token);
}

/**
 * The access token with which a request came through `requireToken`.
 *
 * @throws TypeError if it did not: the route is not protected
 */
export function accessTokenOf(request: object): AccessToken {
  const token = tokens.get(request);
  if (token === undefined) throw new TypeError("requireToken is missing on this route");
  return token;
}
