import type { JWTPayload } from "jose";
import { OAuthError } from "../../errors/oauth-error.ts";
import type { AssertionRules } from "../assertion-rules.ts";
import { readSignedJwt, SKEW } from "../signed-jwt.ts";
import type { SignedJwt } from "../signed-jwt.ts";

/** `client_assertion_type` of a JWT (RFC 7523 §2.2). */
export const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Longest assertion, characters, and longest `jti`. */
const MAX_ASSERTION = 8192;
const MAX_JTI = 256;
/** How far `exp` may be ahead, s: for so long a used assertion is remembered. */
const MAX_LIFETIME = 3600;

/**
 * Reads the client assertion of a request. Its subject is the client.
 *
 * @param clientId the parameter, which is optional beside an assertion
 * @throws OAuthError `invalid_client`
 */
export function readClientAssertion(
  type: string | undefined,
  jws: string | undefined,
  clientId: string | undefined,
): { clientId: string; assertion: SignedJwt } {
  if (type !== JWT_BEARER) throw new OAuthError("client_assertion_type");
  // Its `typ` makes no difference (rfc7523bis-11 §4.1).
  const assertion = jws === undefined ? undefined : readSignedJwt(jws, MAX_ASSERTION);
  if (assertion === undefined) throw new OAuthError("client_assertion_malformed");
  // RFC 7523 §3: `iss` and `sub` MUST be the client_id.
  const { iss, sub } = assertion.claims;
  if (typeof sub !== "string" || sub === "" || iss !== sub || (clientId ?? sub) !== sub)
    throw new OAuthError("client_assertion_subject");
  return { clientId: sub, assertion };
}

/**
 * What is wrong with an assertion (RFC 7523 §3), apart from its client and its signature. It costs nothing, so it is
 * checked first.
 *
 * @param now ms
 */
export function assertionFault(
  { audiences, algorithms }: AssertionRules,
  { header, claims }: SignedJwt,
  now: number,
) {
  if (!algorithms.includes(header.alg)) return "client_assertion_algorithm";
  // rfc7523bis-11 §4: the issuer as the sole value; an array would be for other servers too.
  const { aud, jti } = claims;
  if (typeof aud !== "string" || !audiences.includes(aud)) return "client_assertion_audience";
  if (!isInTime(claims, now / 1000)) return "client_assertion_time";
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI) return "client_assertion_jti";
  return undefined;
}

/** @param now s */
function isInTime({ exp, nbf = 0, iat = 0 }: JWTPayload, now: number): boolean {
  const isStarted = [nbf, iat].every((instant) => typeof instant === "number" && instant <= now + SKEW);
  return isStarted && typeof exp === "number" && exp > now - SKEW && exp <= now + MAX_LIFETIME + SKEW;
}

/** How long an assertion must be remembered once it is used, s. */
export function rememberedFor({ exp = 0 }: JWTPayload, now: number): number {
  return Math.ceil(exp - now / 1000) + SKEW + 1;
}
