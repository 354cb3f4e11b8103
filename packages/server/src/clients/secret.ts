import { hash, randomInt, timingSafeEqual } from "node:crypto";
import type { Client } from "../store/store.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SECRET_LENGTH = 40;

/** What the secret of an unknown client, and of one without secrets, is compared with. */
const DUMMY_DIGEST = Buffer.alloc(32);

/** Makes a client secret: 40 random alphanumerics, 238 bits. */
export function newClientSecret(): string {
  return Array.from({ length: SECRET_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
}

/** The form in which a store keeps a client secret: its SHA-256. A random secret gains nothing from a slow hash. */
export function secretDigest(secret: string): Buffer {
  return Buffer.from(hash("sha256", secret, "binary"), "latin1");
}

/**
 * Whether `secret` is one of the client's that have not expired.
 *
 * At least one digest is compared, in constant time, whether the client exists or not, and a match does not end
 * the comparison, so that the duration does not say which secret fitted.
 *
 * @param now the store's clock, ms
 */
export function secretMatches(client: Client | undefined, secret: string, now: number): boolean {
  const presented = secretDigest(secret);
  let matches = false;
  let compared = false;
  for (const own of client?.secrets ?? []) {
    if (!("digest" in own) || (own.expiresAt !== null && own.expiresAt <= now)) continue;
    compared = true;
    if (timingSafeEqual(own.digest, presented)) matches = true;
  }
  if (!compared) timingSafeEqual(DUMMY_DIGEST, presented);
  return matches;
}
