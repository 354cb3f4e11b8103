import { createHmac, randomInt } from "node:crypto";
import { derive } from "../keys/master-key.ts";
import type { MasterKey } from "../keys/master-key.ts";

/** RFC 8628 §6.1: no vowels, so no words, and no letter that looks like a digit. */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;

/** Characters. Longer input cannot be a code. */
const MAX_TYPED = 64;

/** A new user code (RFC 8628 §6.1): 8 of 20 letters, 34.5 bits. It expires in minutes, and guesses are throttled. */
export function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
}

/** The code for display: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** Reads a typed code, in any case and with any separators. Undefined: it is not a code. */
export function readUserCode(typed: string): string | undefined {
  if (typed.length > MAX_TYPED) return undefined;
  const code = typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  const isCode = code.length === LENGTH && Array.from(code).every((letter) => ALPHABET.includes(letter));
  return isCode ? code : undefined;
}

/** The store's key of a user code: an HMAC, since a plain digest of 34.5 bits could be inverted by trying all codes. */
export function userCodeDigest(code: string, masterKey: MasterKey): Buffer {
  return createHmac("sha256", derive(masterKey.bytes, "regrant user code", 32))
    .update(code)
    .digest();
}
