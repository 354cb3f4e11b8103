import type { RevocationIssuerSetting } from "../config/signal-settings.ts";
import { PUBLIC_KEY_ALGORITHMS } from "../config/trusted-issuers.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { TrustedIssuer, TrustedIssuers } from "../issuers/trusted-issuers.ts";
import { issuerOf, TOLERANCE, verifyIssuerJwt } from "../issuers/verify-jwt.ts";

/** A party that may end all sessions of a subject. */
export type RevocationIssuer = TrustedIssuer<RevocationIssuerSetting>;

/** The header's `typ`, where there is one. An ID token or access token of the same issuer has another, or another `aud`. */
const TYPES = ["global-token-revocation+jwt", "jwt"];
/** The greatest age of a token, s. */
const MAX_AGE = 600;

/** For how long a token might be accepted, from now on at most, s. */
export const LONGEST_ACCEPTED = MAX_AGE + 2 * TOLERANCE;

/** The issuer that a token proves, and the token's id. */
export interface RevocationToken {
  issuer: RevocationIssuer;
  jti: string;
}

/**
 * Verifies the JWT of a revocation request: signed by a configured issuer for this endpoint (`aud` is its URL, so that
 * no token for another purpose fits), and issued at most 10 minutes ago. Whether it was used before the store knows.
 *
 * @param now ms
 * @throws OAuthError `invalid_token`; `temporarily_unavailable` while the issuer's keys cannot be fetched
 */
export async function verifyRevocationToken(
  token: string,
  {
    issuers,
    audience,
    now,
  }: { issuers: TrustedIssuers<RevocationIssuerSetting>; audience: string; now: number },
): Promise<RevocationToken> {
  const issuer = issuers.get(issuerOf(token) ?? "");
  if (issuer === undefined) throw refused("issuer");
  const expected = {
    types: TYPES,
    audience,
    algorithms: PUBLIC_KEY_ALGORITHMS,
    requiredClaims: ["iss", "aud", "exp", "iat", "jti"],
    maxAge: MAX_AGE,
    now,
  };
  const { jti } = await verifyIssuerJwt(token, issuer, expected, refused);
  if (typeof jti !== "string" || jti === "") throw refused("jti");
  return { issuer, jti };
}

/** @param detail which part of the token is wrong */
export function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("revocation_token_refused", { detail, cause });
}
