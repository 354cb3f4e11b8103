import type { AccessToken } from "./access-token.ts";

/** What a request must present. */
export interface Requirement {
  /** Scopes, all of which are required: space-separated or a list. */
  scope?: string | readonly string[];
  /**
   * How the subject must have authenticated, one of them (RFC 9470): `acr` values of the authorization server. A client sends
   * its user there again with them.
   */
  acrValues?: readonly string[];
  /** How long ago the subject may have authenticated, s (RFC 9470). */
  maxAge?: number;
}

/** The requirement of a request, with the scopes as a list. */
export interface ReadRequirement {
  scopes: readonly string[];
  acrValues: readonly string[];
  maxAge: number | undefined;
}

/** @throws TypeError it is invalid: an `acr` with a space or a quotation mark, or a negative time */
export function readRequirement({ scope = [], acrValues = [], maxAge }: Requirement): ReadRequirement {
  const scopes = typeof scope === "string" ? scope.split(" ").filter((name) => name !== "") : scope;
  if (!acrValues.every((acr) => /^[!#-[\]-~]+$/.test(acr))) {
    throw new TypeError("acrValues must be ASCII without spaces, quotation marks and backslashes");
  }
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError("maxAge must be a whole number of seconds");
  }
  return { scopes, acrValues, maxAge };
}

/** Why a valid token does not suffice; undefined: it does. @param now s since 1970 */
export function unmetRequirement(
  { scopes, acrValues, maxAge }: ReadRequirement,
  { scopes: granted, acr, authTime }: AccessToken,
  now: number,
): "insufficient_scope" | "insufficient_user_authentication" | undefined {
  if (!scopes.every((scope) => granted.includes(scope))) return "insufficient_scope";
  const isStrong = acrValues.length === 0 || (acr !== undefined && acrValues.includes(acr));
  const isRecent = maxAge === undefined || (authTime !== undefined && now - authTime <= maxAge);
  return isStrong && isRecent ? undefined : "insufficient_user_authentication";
}
