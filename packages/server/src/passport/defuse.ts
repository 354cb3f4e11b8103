import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";

// Ciphertexts of defuse/php-encryption, version 2, in hex:
// header (4) · salt (32) · IV (16) · AES-256-CTR · HMAC-SHA-256 over all before it (32).

const HEADER = Buffer.from("def50200", "hex");
/** Sizes of the fields, bytes. */
export const SALT_BYTES = 32;
const IV_AT = HEADER.length + SALT_BYTES;
export const IV_BYTES = 16;
const CIPHERTEXT_AT = IV_AT + IV_BYTES;
const MAC_BYTES = 32;
const KEY_BYTES = 32;
const PBKDF2_ROUNDS = 100_000;

/** Hex digits. A longer text is no token of Passport's: a payload with a hundred scopes has a fourth of it. */
const LONGEST = 16_384;
const SHORTEST = 2 * (CIPHERTEXT_AT + MAC_BYTES);
const FORM = /^def50200[0-9a-f]*$/i;

const pbkdf2InPool = promisify(pbkdf2);

/** One ciphertext, taken apart; nothing of it has been verified. */
export interface Ciphertext {
  salt: Buffer;
  iv: Buffer;
  encrypted: Buffer;
  /** What the MAC is over. */
  authenticated: Buffer;
  mac: Buffer;
}

/** Both keys of a ciphertext, 32 bytes each, derived from the provider's key and the ciphertext's salt. */
export interface CiphertextKeys {
  authentication: Buffer;
  encryption: Buffer;
}

/**
 * Takes a ciphertext apart. As PHP does, it reads either case, and drops an odd digit at the end.
 *
 * @returns undefined: the text does not have the form, or is longer than 16,384 digits
 */
export function readCiphertext(hex: string): Ciphertext | undefined {
  if (hex.length < SHORTEST || hex.length > LONGEST || !FORM.test(hex)) return undefined;
  const bytes = Buffer.from(hex.slice(0, hex.length & ~1), "hex");
  const macAt = bytes.length - MAC_BYTES;
  return {
    salt: bytes.subarray(HEADER.length, IV_AT),
    iv: bytes.subarray(IV_AT, CIPHERTEXT_AT),
    encrypted: bytes.subarray(CIPHERTEXT_AT, macAt),
    authenticated: bytes.subarray(0, macAt),
    mac: bytes.subarray(macAt),
  };
}

/** Decrypts a ciphertext. Undefined: it was not made under these keys. The MAC is compared first, in constant time. */
export function open(ciphertext: Ciphertext, keys: CiphertextKeys): Buffer | undefined {
  const { iv, encrypted, authenticated, mac } = ciphertext;
  const expected = createHmac("sha256", keys.authentication).update(authenticated).digest();
  if (!timingSafeEqual(expected, mac)) return undefined;
  const decipher = createDecipheriv("aes-256-ctr", keys.encryption, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

/**
 * Encrypts under the keys of `salt`. In counter mode two plaintexts must never share an IV under one salt.
 *
 * @returns lower-case hex
 */
export function seal(
  plaintext: Buffer,
  salt: Buffer,
  keys: CiphertextKeys,
  iv = randomBytes(IV_BYTES),
): string {
  const cipher = createCipheriv("aes-256-ctr", keys.encryption, iv);
  const authenticated = Buffer.concat([HEADER, salt, iv, cipher.update(plaintext), cipher.final()]);
  const mac = createHmac("sha256", keys.authentication).update(authenticated).digest();
  return authenticated.toString("hex") + mac.toString("hex");
}

/** Key mode: `key` is 32 random bytes, so this is cheap. */
export function keysOfRawKey(key: Buffer, salt: Buffer): CiphertextKeys {
  return {
    authentication: expand(key, salt, "DefusePHP|V2|KeyForAuthentication"),
    encryption: expand(key, salt, "DefusePHP|V2|KeyForEncryption"),
  };
}

/** Password mode: 100,000 rounds of PBKDF2, 20 ms and more of one thread of the pool. */
export async function keysOfPassword(password: Buffer, salt: Buffer): Promise<CiphertextKeys> {
  // Defuse hashes a password first, and takes the raw digest.
  const digest = hash("sha256", password, "buffer");
  return keysOfRawKey(await pbkdf2InPool(digest, salt, PBKDF2_ROUNDS, KEY_BYTES, "sha256"), salt);
}

/** HKDF-SHA-256 (RFC 5869), with the ciphertext's own salt. */
function expand(key: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, KEY_BYTES));
}
