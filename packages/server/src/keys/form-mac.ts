import { createHmac, timingSafeEqual } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

/**
 * The MAC of what a form stands for, under a key of its own that every process derives alike, so nothing is stored for a
 * form. 32 bytes.
 */
export function formMac(master: MasterKey, data: string): Buffer {
  const key = derive(master.bytes, "regrant form token", 32);
  return createHmac("sha256", key).update(data).digest();
}

/** Under any of the master keys. Constant time. */
export function verifyFormMac(masters: readonly MasterKey[], data: string, mac: Buffer): boolean {
  if (mac.length !== 32) return false;
  return masters.some((master) => timingSafeEqual(formMac(master, data), mac));
}
