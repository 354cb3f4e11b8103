import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key derived from the master key; `name` is bound to it, so that two cannot be swapped. IV ‖ ciphertext ‖ tag. */
export function seal(master: MasterKey, name: string, plaintext: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(master), iv).setAAD(Buffer.from(name));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined: it was sealed under another master key, for another name, or was changed. */
export function unseal(master: MasterKey, name: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  const iv = sealed.subarray(0, IV_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(master), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function sealingKey(master: MasterKey): Buffer {
  return derive(master.bytes, "regrant signing key sealing", 32);
}
