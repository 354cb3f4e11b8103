import { decodeJwt, jwtVerify } from "jose";
import { OAuthError } from "../errors/oauth-error.ts";
import { IssuerKeysError } from "./issuer-keys.ts";
import type { RevocationIssuer, RevocationIssuers } from "./revocation-issuers.ts";

/** Signatures with a public key. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
/** The header's `typ`, where there is one. An ID token or access token of the same issuer has another, or another `aud`. */
const TYPES = ["global-token-revocation+jwt", "jwt"];
/** The greatest age of a token, and how far clocks may differ, s. */
const MAX_AGE = 600;
const TOLERANCE = 60;

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
  { issuers, audience, now }: { issuers: RevocationIssuers; audience: string; now: number },
): Promise<RevocationToken> {
  const issuer = issuers.get(unverifiedIssuer(token) ?? "");
  if (issuer === undefined) throw refused("issuer");
  const { payload, protectedHeader } = await jwtVerify(token, issuer.key, {
    algorithms: ALGORITHMS,
    issuer: issuer.issuer,
    audience,
    currentDate: new Date(now),
    clockTolerance: TOLERANCE,
    maxTokenAge: MAX_AGE,
    requiredClaims: ["iss", "aud", "exp", "iat", "jti"],
  }).catch((error: unknown) => {
    if (error instanceof IssuerKeysError) throw new OAuthError("issuer_keys_unreachable", { cause: error });
    throw refused(claimOf(error), error);
  });
  if (!TYPES.includes((protectedHeader.typ ?? "JWT").toLowerCase().replace(/^application\//, "")))
    throw refused("typ");
  const { jti } = payload;
  if (typeof jti !== "string" || jti === "") throw refused("jti");
  return { issuer, jti };
}

function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** @param detail which part of the token is wrong */
export function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("revocation_token_refused", { detail, cause });
}

/** The registered claim that jose found wrong; else it is the signature, the algorithm or the form. */
function claimOf(error: unknown): string {
  const claim = error instanceof Error && "claim" in error ? error.claim : undefined;
  return ["iss", "aud", "exp", "nbf", "iat", "jti"].find((name) => name === claim) ?? "signature";
}
