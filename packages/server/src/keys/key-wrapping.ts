import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a private key with AES-256-GCM under a key derived from the master key. `name` is authenticated too, so that
 * two wrapped keys cannot be swapped.
 *
 * @returns IV (12 bytes) ‖ ciphertext ‖ tag (16 bytes)
 */
export function wrapKey(master: MasterKey, name: string, plaintext: Buffer): Buffer {
  return encrypt(wrappingKey(master), name, plaintext);
}

/** Decrypts a wrapped key. Undefined: it has another master key or name, or was changed. */
export function unwrapKey(master: MasterKey, name: string, wrapped: Buffer): Buffer | undefined {
  return decrypt(wrappingKey(master), name, wrapped);
}

/** Encrypts with AES-256-GCM under a key of 32 bytes; `name` is authenticated too. The result is as of `wrapKey`. */
export function encrypt(key: Buffer, name: string, plaintext: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(name));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Decrypts what `encrypt` made. Undefined: it has another key or name, or was changed. */
export function decrypt(key: Buffer, name: string, encrypted: Buffer): Buffer | undefined {
  if (encrypted.length < IV_BYTES + TAG_BYTES) return undefined;
  const iv = encrypted.subarray(0, IV_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(encrypted.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(encrypted.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function wrappingKey(master: MasterKey): Buffer {
  return derive(master.bytes, "regrant signing key sealing", 32);
}
