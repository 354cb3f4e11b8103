import { hash, randomInt, timingSafeEqual } from "node:crypto";
import type { Client } from "../store/store.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SECRET_LENGTH = 40;

/** Compared with the secret of an unknown client, and of a client without secrets. */
const DUMMY_DIGEST = Buffer.alloc(32);

/** Makes a client secret: 40 random alphanumerics, 238 bits (RFC 6749 §10.10 asks for 128 or more). */
export function newClientSecret(): string {
  return Array.from({ length: SECRET_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
}

/**
 * SHA-256 of a client secret, the form in which the store keeps it. A slow hash would not make a random secret any
 * safer.
 */
export function secretDigest(secret: string): Buffer {
  return Buffer.from(hash("sha256", secret, "binary"), "latin1");
}

/**
 * Whether `secret` is one of the client's unexpired secrets.
 *
 * At least one digest is compared, in constant time, whether or not the client exists. A match does not end the loop,
 * so the duration does not reveal which secret matched.
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
