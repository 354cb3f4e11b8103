import { constants, generateKeyPair, sign as cryptoSign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { SigningAlgorithm } from "../config/values.ts";

/** A signing key in memory. Instants in ms. */
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

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

/**
 * RSA takes ten times as long as the rest of a refresh, so it runs in the thread pool and the event loop stays free;
 * elliptic curves take less time than the way to the pool and back.
 */
const ALGORITHMS: Record<SigningAlgorithm, { sign: Sign; generate: () => Promise<KeyPair> }> = {
  RS256: {
    sign: (input, key) => signInPool("sha256", input, key),
    generate: () => generate("rsa", { modulusLength: 2048 }),
  },
  // RFC 7518 §3.5: the salt is as long as the hash.
  PS256: {
    sign: (input, key) => signInPool("sha256", input, { key, ...PSS }),
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
 * Converts a P-256 signature from DER (RFC 3279 §2.2.3) to r ‖ s of 32 bytes each (RFC 7518 §3.4). `crypto.sign` takes
 * longer for this conversion than for the signature.
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

/** Signs `header.payload`, both encoded, and returns the compact JWS (RFC 7515 §3.1). */
export async function sign(key: SigningKey, input: string): Promise<string> {
  const signature = await ALGORITHMS[key.algorithm].sign(Buffer.from(input, "latin1"), key.privateKey);
  return `${input}.${signature.toString("base64url")}`;
}

/** A new key pair: RSA of 2,048 bits (RFC 7518 §3.3), P-256 or Ed25519. */
export function generateSigningKey(algorithm: SigningAlgorithm) {
  return ALGORITHMS[algorithm].generate();
}
