import { generateKeyPair, sign as cryptoSign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { SigningKeyRecord } from "../store/store.ts";

export type SigningAlgorithm = SigningKeyRecord["algorithm"];

/** A key that is ready to sign. */
export interface SigningKey {
  kid: string;
  algorithm: SigningAlgorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** With `kid`, `alg` and `use`, as the JWKS serves it. */
  publicJwk: Record<string, unknown>;
  createdAt: number;
  activeAt: number;
}

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

type Sign = (input: Buffer, key: KeyObject) => Buffer | Promise<Buffer>;

const generate = promisify(generateKeyPair);
const signInPool = promisify(cryptoSign);

/**
 * RSA takes ten times as long as the rest of a refresh, so it runs in the thread pool and the event loop stays free;
 * the elliptic curves take less than the way to the pool and back.
 */
const ALGORITHMS: Record<SigningAlgorithm, { sign: Sign; generate: () => Promise<KeyPair> }> = {
  RS256: {
    sign: (input, key) => signInPool("sha256", input, key),
    generate: () => generate("rsa", { modulusLength: 2048 }),
  },
  ES256: {
    sign: (input, key) => joseSignature(cryptoSign("sha256", input, key)),
    generate: () => generate("ec", { namedCurve: "P-256" }),
  },
  EdDSA: {
    sign: (input, key) => cryptoSign(null, input, key),
    generate: () => generate("ed25519"),
  },
};

/**
 * A P-256 signature in the form of RFC 7518 §3.4, r ‖ s of 32 bytes each, from its DER (RFC 3279 §2.2.3). Asking
 * `crypto.sign` for this form takes longer than the signature.
 */
function joseSignature(der: Buffer): Buffer {
  const signature = Buffer.alloc(64);
  // 30 length 02 length r 02 length s: each integer minimal, with a zero byte before a high bit.
  const r = der.subarray(4, 4 + der.readUInt8(3)).subarray(-32);
  const s = der.subarray(6 + der.readUInt8(3)).subarray(-32);
  r.copy(signature, 32 - r.length);
  s.copy(signature, 64 - s.length);
  return signature;
}

/** The compact JWS (RFC 7515 §3.1) of an encoded header and payload, `header.payload`. */
export async function sign(key: SigningKey, input: string): Promise<string> {
  const signature = await ALGORITHMS[key.algorithm].sign(Buffer.from(input, "latin1"), key.privateKey);
  return `${input}.${signature.toString("base64url")}`;
}

export function generateSigningKey(algorithm: SigningAlgorithm) {
  return ALGORITHMS[algorithm].generate();
}
