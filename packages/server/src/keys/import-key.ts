import { createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import { addSigningKey, publishedFor } from "./rotation.ts";
import type { KeyRotationDeps, KeyRotationOptions } from "./rotation.ts";
import { generateSigningKey } from "./signing.ts";

/** The least size of an RSA key, bits (RFC 7518 §3.3). */
const LEAST_BITS = 2048;

/** The key cannot be imported. The message says why, and holds nothing of the key. */
export class KeyImportError extends Error {
  override readonly name = "KeyImportError";
}

/**
 * Reads an RSA private key in PEM (RFC 7468): PKCS#1 or PKCS#8, with any line ends, and with `\n` spelled out, as in
 * environment variables.
 *
 * @throws KeyImportError
 */
export function readPrivateKey(pem: string): KeyObject {
  const text = pem
    .replaceAll(String.raw`\n`, "\n")
    .replaceAll(/\r\n?/g, "\n")
    .trim();
  if (!/^-----BEGIN (?:RSA )?PRIVATE KEY-----\n/.test(text)) {
    throw new KeyImportError("the file is not a private key in PEM (PKCS#1 or PKCS#8, without a passphrase)");
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    throw new KeyImportError("the private key is damaged");
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType !== "rsa" || bits === undefined)
    throw new KeyImportError("the key is not an RSA key");
  if (bits < LEAST_BITS)
    throw new KeyImportError(`the key has ${bits} bits; RS256 requires ${LEAST_BITS} or more`);
  return key;
}

/**
 * Imports an RSA key that another token service signed with: the JWKS publishes it, and tokens that it signed are valid.
 * It signs from the time at which a new key would, until the next rotation; with `verifyOnly` a new key follows it at once.
 *
 * @returns its `kid`, the JWK thumbprint (RFC 7638), and whether it was added: false if the store has it already
 * @throws KeyImportError if another process created a key at the same time
 */
export async function importSigningKey(
  deps: KeyRotationDeps,
  options: KeyRotationOptions,
  privateKey: KeyObject,
  { verifyOnly, actor }: { verifyOnly: boolean; actor: string },
): Promise<{ kid: string; added: boolean }> {
  const publicKey = createPublicKey(privateKey);
  const kid = await calculateJwkThumbprint(publicKey.export({ format: "jwk" }));
  const { signing } = await deps.store.keys.list();
  if (signing.some((key) => key.kid === kid)) return { kid, added: false };
  const wait = publishedFor(options.jwksMaxAge);
  const raced = new KeyImportError("another process created a key at the same time; try again");
  if (!(await addSigningKey(deps, { privateKey, publicKey, algorithm: "RS256" }, wait, actor))) throw raced;
  if (verifyOnly) {
    const pair = await generateSigningKey(options.algorithm);
    if (!(await addSigningKey(deps, { ...pair, algorithm: options.algorithm }, 1, actor))) throw raced;
  }
  return { kid, added: true };
}
