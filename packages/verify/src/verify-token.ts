import { errors, jwtVerify } from "jose";
import type { JWTVerifyGetKey, JWTVerifyOptions, JWTVerifyResult } from "jose";
import { isAudience } from "./audience.ts";
import { readAccessToken } from "./access-token.ts";
import type { AccessToken } from "./access-token.ts";
import type { Settings } from "./options.ts";
import type { RefusalCause } from "./refusals.ts";
import { KeysUnavailableError } from "./signing-keys.ts";
import type { SigningKeys } from "./signing-keys.ts";

export type VerifiedToken =
  { outcome: "verified"; token: AccessToken; kid: string | undefined } | { outcome: RefusalCause };

const TYP = { rfc9068: "at+jwt", passport: "JWT" } as const;
const REQUIRED = {
  // RFC 9068 §2.2
  rfc9068: ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
  passport: ["exp", "aud", "sub", "iat", "jti", "scopes"],
};

const CAUSES: Readonly<Record<string, RefusalCause>> = {
  ERR_JWT_EXPIRED: "expired",
  ERR_JOSE_ALG_NOT_ALLOWED: "wrong_algorithm",
  ERR_JOSE_NOT_SUPPORTED: "wrong_algorithm",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "wrong_signature",
  ERR_JWKS_NO_MATCHING_KEY: "unknown_key",
  ERR_JWS_INVALID: "token_malformed",
  ERR_JWT_INVALID: "token_malformed",
};

const CLAIM_CAUSES: Readonly<Record<string, RefusalCause>> = {
  typ: "wrong_type",
  iss: "wrong_issuer",
  aud: "wrong_audience",
  nbf: "not_yet_valid",
};

/**
 * Verifies signature, type, issuer, audience, times and claims of an access token (RFC 9068 §4). Never rejects.
 *
 * @param metadata of the authorization server; has the issuer's exact name once the keys are loaded
 */
export async function verifyToken(
  settings: Settings,
  metadata: { readonly issuer: string },
  keys: Pick<SigningKeys, "find" | "reload">,
  jwt: string,
): Promise<VerifiedToken> {
  const { profile, audience, algorithms, clockTolerance, now } = settings;
  const options: JWTVerifyOptions = {
    algorithms,
    clockTolerance,
    currentDate: new Date(now()),
    typ: TYP[profile],
    requiredClaims: REQUIRED[profile],
  };
  try {
    const { payload, protectedHeader } = await verifySignature(jwt, keys, options);
    // Passport's tokens have no `iss`: the key identifies the issuer.
    if (profile !== "passport" && payload.iss !== metadata.issuer) return { outcome: "wrong_issuer" };
    const token = readAccessToken(profile, payload);
    if (token === undefined) return { outcome: "wrong_claims" };
    if (audience !== undefined && !isAudience(audience, token.audience)) return { outcome: "wrong_audience" };
    return { outcome: "verified", token, kid: protectedHeader.kid };
  } catch (error) {
    const outcome = causeOf(error);
    if (outcome === "keys_unavailable" && !(error instanceof KeysUnavailableError)) settings.onError(error);
    return { outcome };
  }
}

/** A signature that fits no key may be by a new key under an old `kid`: the keys are loaded again, as for an unknown one. */
async function verifySignature(
  jwt: string,
  keys: Pick<SigningKeys, "find" | "reload">,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await verifyWithKeys(jwt, keys.find, options);
  } catch (error) {
    const isWrong = error instanceof errors.JWSSignatureVerificationFailed;
    if (!isWrong || !(await keys.reload())) throw error;
    return verifyWithKeys(jwt, keys.find, options);
  }
}

/** Tokens without `kid`, from before a migration to Regrant, are tried with each key of the algorithm. */
async function verifyWithKeys(
  jwt: string,
  findKey: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(jwt, findKey, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(jwt, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** An error of jose means that the token is invalid; any other, that no key could be used. */
function causeOf(error: unknown): RefusalCause {
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_CAUSES[error.claim] ?? "wrong_claims";
  if (error instanceof errors.JOSEError) return CAUSES[error.code] ?? "token_malformed";
  return "keys_unavailable";
}
