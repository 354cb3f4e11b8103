import { cryptoParams } from "./key-algorithms.ts";
import type { ProofAlgorithm } from "./key-algorithms.ts";

/** Signs a JWT in compact form (RFC 7515 §3.1) with a private key of the algorithm. */
export async function signJwt(
  { key, algorithm }: { key: CryptoKey; algorithm: ProofAlgorithm },
  header: object,
  claims: object,
): Promise<string> {
  const signed = `${encoded({ alg: algorithm, ...header })}.${encoded(claims)}`;
  const signature = await crypto.subtle.sign(cryptoParams(algorithm), key, utf8(signed));
  return `${signed}.${base64url(signature)}`;
}

function encoded(value: object): string {
  return base64url(utf8(JSON.stringify(value)).buffer);
}

/** A text as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** `Uint8Array.prototype.toBase64` is missing in browsers of before 2025. */
export function base64url(buffer: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
