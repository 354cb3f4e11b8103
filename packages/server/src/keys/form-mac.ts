import { createHmac, timingSafeEqual } from "node:crypto";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

/**
 * The MAC of a form's content, 32 bytes. Its key is derived from the master key in every process, so nothing is stored
 * for a form.
 */
export function formMac(master: MasterKey, data: string): Buffer {
  const key = derive(master.bytes, "regrant form token", 32);
  return createHmac("sha256", key).update(data).digest();
}

/** Whether `mac` fits the form's content under any of the master keys. Constant time. */
export function verifyFormMac(masters: readonly MasterKey[], data: string, mac: Buffer): boolean {
  if (mac.length !== 32) return false;
  return masters.some((master) => timingSafeEqual(formMac(master, data), mac));
}
