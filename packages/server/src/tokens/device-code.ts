import { createHmac, hash, randomBytes } from "node:crypto";
import { GRANT_SECRET_BYTES } from "./refresh-token.ts";

/** The prefix lets secret scanners find leaks. */
const PREFIX = "rgd_";
const BYTES = 32;
const FORM = /^rgd_[A-Za-z0-9_-]{43}$/;

/** A new device code (RFC 8628 §3.2): `rgd_` and 32 random bytes in base64url. */
export function newDeviceCode(): string {
  return PREFIX + randomBytes(BYTES).toString("base64url");
}

/** Whether the text has the form of a device code. */
export function isDeviceCode(text: string): boolean {
  return FORM.test(text);
}

/** The store's key of a device code: its SHA-256. */
export function deviceCodeDigest(code: string): Buffer {
  return hash("sha256", code, "buffer");
}

/** The secret, 16 bytes, of the grant that redeems the device code. Derived, so that a retry gets the same tokens. */
export function deviceGrantSecret(code: string): Buffer {
  return createHmac("sha256", code).update("grant secret").digest().subarray(0, GRANT_SECRET_BYTES);
}
