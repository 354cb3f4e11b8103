import { createHmac, hash, randomBytes } from "node:crypto";
import { GRANT_SECRET_BYTES } from "./refresh-token.ts";

/** The prefix lets secret scanners find leaks. */
const PREFIX = "rgd_";
const BYTES = 32;
const FORM = /^rgd_[A-Za-z0-9_-]{43}$/;

export function newDeviceCode(): string {
  return PREFIX + randomBytes(BYTES).toString("base64url");
}

export function isDeviceCode(text: string): boolean {
  return FORM.test(text);
}

/** The form in which a store keeps a device code. */
export function deviceCodeDigest(code: string): Buffer {
  return hash("sha256", code, "buffer");
}

/** The secret of the grant that a device code becomes: who repeats the request gets the same tokens. */
export function deviceGrantSecret(code: string): Buffer {
  return createHmac("sha256", code).update("grant secret").digest().subarray(0, GRANT_SECRET_BYTES);
}
