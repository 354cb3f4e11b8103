import { createHmac, randomInt } from "node:crypto";
import { derive } from "../keys/master-key.ts";
import type { MasterKey } from "../keys/master-key.ts";

/** RFC 8628 §6.1: no vowels, so no words, and no letter that looks like a digit. */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;
const FORM = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** Longer input is nobody's code. */
const MAX_TYPED = 64;

/** What a person types on another device: 8 letters of 20, 34.5 bits; guessing is limited, and it lives for minutes. */
export function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
}

/** As people read it: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** The code that somebody typed, in whatever case and with whatever between the letters; undefined: it is none. */
export function readUserCode(typed: string): string | undefined {
  if (typed.length > MAX_TYPED) return undefined;
  const code = typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  return FORM.test(code) ? code : undefined;
}

/** The form in which a store keeps a user code: without the key, so few codes would be found by trying them all. */
export function userCodeDigest(code: string, masterKey: MasterKey): Buffer {
  return createHmac("sha256", derive(masterKey.bytes, "regrant user code", 32))
    .update(code)
    .digest();
}
