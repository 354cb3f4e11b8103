import { hash, randomInt, timingSafeEqual } from "node:crypto";
import type { Client } from "../../store/store.ts";
import { isImportedSecret } from "./imported-secret.ts";
import { ACCEPTED } from "./method.ts";
import type { AuthenticationMethod } from "./method.ts";

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

/** `client_secret_basic` and `client_secret_post` (RFC 6749 §2.3.1): where the client sends its secret is its choice. */
export const clientSecret: AuthenticationMethod = {
  judge(client, { credentials, address }, now) {
    if (credentials.method === "none") return "secret_missing";
    if (credentials.method === "private_key_jwt") return "auth_method_mismatch";
    const { secret } = credentials;
    if (secretMatches(client, secret, now)) return ACCEPTED;
    if (!client.secrets.some((own) => "slowHash" in own)) return "wrong_secret";
    return async (deps, isFresh) => {
      const presented = { secret, digest: secretDigest(secret) };
      const isRight = isFresh && (await isImportedSecret(deps, client, presented, address()));
      return isRight ? ACCEPTED : "wrong_secret";
    };
  },
  compareInVain(_deps, credentials) {
    if ("secret" in credentials) secretMatches(undefined, credentials.secret, 0);
  },
};
