import { hash } from "node:crypto";
import { isSecret } from "../client-settings/jwks.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { UsableProof } from "../store/used-tokens.ts";
import { DPOP_ALGORITHMS, verifySignature } from "./proof-signature.ts";
import type { ShownKey } from "./proof-signature.ts";

/** How far the clocks of client and service may be apart, s (RFC 9449 §11.1); those of desktops are off by minutes. */
const MAX_SKEW = 300;
/** Longest proof, characters. One with an RSA key of 4096 bits has about 2,500. */
const MAX_PROOF = 4096;
/** Longest `jti`, characters. */
const MAX_JTI = 256;
/** Longest modulus of an RSA key, characters of base64url: 4096 bits. */
const MAX_MODULUS = 683;

/** Three parts. Repeated headers arrive joined by commas, so they are none (RFC 9449 §4.3, 1). */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What a proof must be about. */
interface Expected {
  method: string;
  /** Of the endpoint, as clients know it: one or several. */
  urls: readonly string[];
  /** The service's clock, ms. */
  now: number;
}

/** A proof that is valid but for its nonce, and may have been used before. */
export interface DpopProof extends UsableProof {
  /** SHA-256 thumbprint of the key (RFC 7638), base64url. */
  readonly jkt: string;
  readonly nonce: string | undefined;
}

/**
 * Checks a DPoP proof (RFC 9449 §4.3), apart from `nonce`, and from whether it was used before.
 *
 * @param proof the `DPoP` header
 * @throws OAuthError `invalid_dpop_proof`, which says what is wrong
 */
export function checkDpopProof(proof: string, expected: Expected): DpopProof {
  if (proof.length > MAX_PROOF) throw invalid(`it has more than ${MAX_PROOF} characters`);
  if (!COMPACT_JWS.test(proof)) throw invalid("it is not one signed JWT");
  const { claims, jkt } = verified(proof);
  const { htm, htu, iat, jti, nonce } = claims;
  if (htm !== expected.method) throw invalid("its htm is not the method of the request");
  if (!expected.urls.some((url) => isUrl(htu, url))) throw invalid("its htu is not the URL of this endpoint");
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI) {
    throw invalid(`its jti is missing or has more than ${MAX_JTI} characters`);
  }
  const now = expected.now / 1000;
  // RFC 9449 §4.2: a proof has no other lifetime; `exp` and `nbf` say nothing of it.
  if (typeof iat !== "number" || !(Math.abs(now - iat) <= MAX_SKEW)) {
    throw invalid(`its iat is not within ${MAX_SKEW} seconds of the Date of this response`);
  }
  const digest = hash("sha256", `dpop\n${jkt}\n${jti}`, "buffer");
  const ttl = Math.ceil(iat + MAX_SKEW - now) + 1;
  return { jkt, nonce: typeof nonce === "string" ? nonce : undefined, digest, ttl };
}

/** Verifies type, algorithm, key and signature. */
function verified(proof: string): { claims: Record<string, unknown>; jkt: string } {
  try {
    const [header = "", payload = ""] = proof.split(".");
    const { typ, alg, jwk, crit } = objectIn(header);
    if (typ !== "dpop+jwt") throw invalid("its typ is not dpop+jwt");
    // RFC 7515 §4.1.11: we know none. RFC 7797 §7 has no `b64` in a JWT either.
    if (crit !== undefined) throw invalid("its header has critical parameters");
    if (!isPublicKey(jwk)) throw invalid("its jwk is not a public key of the right kind");
    const jkt = verifySignature(proof, alg, jwk);
    if (jkt === undefined) throw notSigned();
    return { claims: objectIn(payload), jkt };
  } catch (cause) {
    if (cause instanceof OAuthError) throw cause;
    // All errors of JSON and node:crypto here are about what was sent.
    throw notSigned(cause);
  }
}

/** The JSON object in a part of a JWS. */
function objectIn(part: string): Record<string, unknown> {
  const value = JSON.parse(Buffer.from(part, "base64url").toString()) as unknown;
  if (typeof value !== "object" || value === null) throw new TypeError("not a JSON object");
  return value as Record<string, unknown>;
}

function notSigned(cause?: unknown): OAuthError {
  return invalid(`it is not signed by the key of its jwk, with one of ${DPOP_ALGORITHMS.join(" ")}`, cause);
}

/**
 * RFC 9449 §4.3 (7): the key MUST NOT have private parts. An RSA key of unusual size or exponent would make its
 * verification slow.
 */
function isPublicKey(jwk: unknown): jwk is ShownKey {
  if (typeof jwk !== "object" || jwk === null || isSecret(jwk)) return false;
  const { kty, e, n } = jwk as ShownKey;
  return kty !== "RSA" || (e === "AQAB" && typeof n === "string" && n.length <= MAX_MODULUS);
}

/** RFC 9449 §4.3 (9): without query and fragment, and whatever the case of scheme and host and the default port. */
function isUrl(htu: unknown, url: string): boolean {
  if (typeof htu !== "string") return false;
  const [named, expected] = [URL.parse(htu), new URL(url)];
  return named !== null && named.origin === expected.origin && named.pathname === expected.pathname;
}

function invalid(violation: string, cause?: unknown): OAuthError {
  return new OAuthError("dpop_proof_invalid", { parameter: "DPoP", violation, cause });
}
