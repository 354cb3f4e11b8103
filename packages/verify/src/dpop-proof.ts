import {
  base64url,
  calculateJwkThumbprint,
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  EmbeddedJWK,
  errors,
} from "jose";
import type { CompactJWSHeaderParameters, JWK, JWTPayload } from "jose";
import { isSameUri } from "./audience.ts";
import type { RefusalCause } from "./refusals.ts";

/** What the proof of a request must say. */
export interface ExpectedProof {
  method: string;
  /** Any of them. */
  urls: readonly string[];
  accessToken: string;
  /** Thumbprint of the key that the access token is bound to. */
  jkt: string;
  algorithms: string[];
  /** How old it may be, s. */
  maxAge: number;
  /** s since 1970 */
  now: number;
}

/** A valid proof. `id` names its `jti` under its key; `nonce` is not checked yet. */
export interface Proof {
  outcome: "valid";
  id: string;
  /** s since 1970 */
  issuedAt: number;
  nonce: unknown;
}

type Refused = Extract<RefusalCause, `proof_${string}` | "wrong_proof_key">;

/** Longest proof, characters; one with an RSA key of 4096 bits takes 2500. */
const MAX_LENGTH = 8192;
/** Longest `jti`, characters. */
const MAX_JTI = 256;
/** How far a client's clock may be ahead, s. */
const AHEAD = 30;
/** Members of private and of symmetric keys (RFC 7518 §6). */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
/** An RSA key of 4096 bits, and an exponent of 32: a greater one makes the verification slow. Characters. */
const MAX_MODULUS = 684;
const MAX_EXPONENT = 6;

/**
 * Checks a DPoP proof with an access token (RFC 9449 §4.3): the cheap checks first, the signature last. `nbf`, `exp` and
 * unknown members are ignored. Whether its `jti` was used before is for the caller to check.
 */
export async function checkProof(
  proof: string,
  expected: ExpectedProof,
): Promise<Proof | { outcome: Refused }> {
  // More than one header reaches us joined by a comma, which no JWS contains.
  if (proof.length > MAX_LENGTH || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(proof))
    return { outcome: "proof_malformed" };
  try {
    const header = decodeProtectedHeader(proof) as CompactJWSHeaderParameters;
    const claims = decodeJwt(proof);
    const outcome = checkHeader(header, expected) ?? (await checkClaims(claims, expected));
    if (outcome !== undefined) return { outcome };
    const thumbprint = await calculateJwkThumbprint(header.jwk as JWK);
    if (thumbprint !== expected.jkt) return { outcome: "wrong_proof_key" };
    await compactVerify(proof, EmbeddedJWK, { algorithms: expected.algorithms });
    const { jti = "", iat = 0, nonce } = claims;
    return { outcome: "valid", id: await digest(`${thumbprint}.${jti}`), issuedAt: iat, nonce };
  } catch (error) {
    const isWrong = error instanceof errors.JWSSignatureVerificationFailed;
    return { outcome: isWrong ? "proof_wrong_signature" : "proof_malformed" };
  }
}

function checkHeader(header: CompactJWSHeaderParameters, { algorithms }: ExpectedProof): Refused | undefined {
  const { typ, alg, crit, jwk } = header;
  if (typ !== "dpop+jwt") return "proof_wrong_type";
  if (typeof alg !== "string" || !algorithms.includes(alg)) return "proof_wrong_algorithm";
  if (crit !== undefined || !isPublicKey(jwk)) return "proof_malformed";
  return undefined;
}

function isPublicKey(jwk: unknown): jwk is JWK {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) return false;
  if (PRIVATE.some((member) => Object.hasOwn(jwk, member))) return false;
  const { n, e } = jwk as Record<string, unknown>;
  const isShort = (value: unknown, longest: number) =>
    value === undefined || (typeof value === "string" && value.length <= longest);
  return isShort(n, MAX_MODULUS) && isShort(e, MAX_EXPONENT);
}

async function checkClaims(claims: JWTPayload, expected: ExpectedProof): Promise<Refused | undefined> {
  const { jti, htm, htu, iat, ath } = claims;
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI) return "proof_malformed";
  if (typeof iat !== "number" || typeof htu !== "string") return "proof_malformed";
  if (htm !== expected.method) return "proof_wrong_method";
  // RFC 9449 §4.3: compared without query and fragment, and normalized (RFC 3986 §6.2.2, §6.2.3).
  const [url = ""] = htu.split(/[?#]/, 1);
  if (!expected.urls.some((own) => isSameUri(own, url))) return "proof_wrong_url";
  if (!(iat >= expected.now - expected.maxAge && iat <= expected.now + AHEAD)) return "proof_expired";
  return ath === (await digest(expected.accessToken)) ? undefined : "proof_wrong_token";
}

/** SHA-256 in base64url. */
async function digest(text: string): Promise<string> {
  return base64url.encode(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
  );
}
