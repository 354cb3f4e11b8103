import type { ProofRequest } from "./api.ts";
import { ClientConfigError } from "./errors.ts";
import { proofAlgorithm } from "./key-algorithms.ts";
import type { ProofAlgorithm } from "./key-algorithms.ts";
import { randomId } from "./record.ts";
import { base64url, signJwt, utf8 } from "./signed-jwt.ts";

/** A key pair, ready to sign. */
export interface ProofKey {
  readonly pair: CryptoKeyPair;
  readonly algorithm: ProofAlgorithm;
  /** The public key. */
  readonly jwk: JsonWebKey;
  /** SHA-256 thumbprint of the public key (RFC 7638). */
  readonly thumbprint: string;
}

/** The members of a public key (RFC 7638 §3.2, RFC 8037 §2), in the order of its thumbprint. */
const MEMBERS = ["crv", "e", "kty", "n", "x", "y"];

/** @throws ClientConfigError its public key cannot be exported, or the server accepts no proof with it */
export async function proofKey(
  pair: CryptoKeyPair,
  accepted: readonly string[] | undefined,
): Promise<ProofKey> {
  const algorithm = proofAlgorithm(accepted, pair.publicKey);
  const exported = await crypto.subtle.exportKey("jwk", pair.publicKey).catch((cause: unknown) => {
    throw new ClientConfigError("The public key of `dpop` cannot be exported", { cause });
  });
  const text = JSON.stringify(exported, MEMBERS);
  return {
    pair,
    algorithm,
    jwk: JSON.parse(text) as JsonWebKey,
    thumbprint: base64url(await sha256(text)),
  };
}

/** Signs the proof of one request (RFC 9449 §4.2). @param now ms since the epoch, by the clock of its server */
export async function signProof(
  { pair, algorithm, jwk }: ProofKey,
  { method, url, accessToken, nonce }: ProofRequest,
  now: number,
): Promise<string> {
  const { origin, pathname } = new URL(url);
  const claims = {
    jti: randomId(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(now / 1000),
    nonce,
    ...(accessToken !== undefined && { ath: base64url(await sha256(accessToken)) }),
  };
  return signJwt({ key: pair.privateKey, algorithm }, { typ: "dpop+jwt", jwk }, claims);
}

function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", utf8(text));
}
