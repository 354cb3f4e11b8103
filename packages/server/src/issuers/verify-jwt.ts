import { decodeJwt, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import { OAuthError } from "../errors/oauth-error.ts";
import { IssuerKeysError } from "./issuer-keys.ts";
import type { TrustedIssuer } from "./trusted-issuers.ts";

/** By how much the clocks of issuer and service may differ, s. */
export const TOLERANCE = 60;

/** The claims that jose checks, or finds missing. */
const CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id"];

/** What a JWT must be. */
interface ExpectedJwt {
  /** The header's `typ`, in lower case and without `application/`; a JWT without it counts as `jwt`. */
  readonly types: readonly string[];
  /** Accepted values of `aud`. */
  readonly audience: string | string[];
  readonly algorithms: readonly string[];
  readonly requiredClaims: readonly string[];
  /** Greatest age by `iat`, s; left out: any. */
  readonly maxAge?: number;
  /** The service's clock, ms. */
  readonly now: number;
}

/** `iss` of a JWT, before anything is verified; undefined: it is not a JWT, or has none. */
export function issuerOf(jwt: string): string | undefined {
  try {
    return decodeJwt(jwt).iss;
  } catch {
    return undefined;
  }
}

/**
 * Verifies a JWT of a trusted issuer: its signature, `typ`, `iss`, `aud` and dates (RFC 7519 §4.1). Header parameters that
 * are critical and unknown are refused (RFC 7515 §4.1.11).
 *
 * @param refused makes the error, from what is wrong: a claim, `typ`, or `signature`, for the log
 * @throws OAuthError as `refused`; `temporarily_unavailable` while the issuer's keys cannot be fetched
 */
export async function verifyIssuerJwt(
  jwt: string,
  { issuer, key }: TrustedIssuer,
  { types, audience, algorithms, requiredClaims, maxAge, now }: ExpectedJwt,
  refused: (detail: string, cause?: unknown) => OAuthError,
): Promise<JWTPayload> {
  const { payload, protectedHeader } = await jwtVerify(jwt, key, {
    algorithms: [...algorithms],
    issuer,
    audience,
    currentDate: new Date(now),
    clockTolerance: TOLERANCE,
    requiredClaims: [...requiredClaims],
    ...(maxAge === undefined ? {} : { maxTokenAge: maxAge }),
  }).catch((error: unknown) => {
    if (error instanceof IssuerKeysError) throw new OAuthError("issuer_keys_unreachable", { cause: error });
    throw refused(claimOf(error), error);
  });
  const type = (protectedHeader.typ ?? "JWT").toLowerCase().replace(/^application\//, "");
  if (!types.includes(type)) throw refused("typ");
  return payload;
}

/** The claim that jose found wrong; else it is the signature, the algorithm or the form. */
function claimOf(error: unknown): string {
  const claim = error instanceof Error && "claim" in error ? error.claim : undefined;
  return CLAIMS.find((name) => name === claim) ?? "signature";
}
