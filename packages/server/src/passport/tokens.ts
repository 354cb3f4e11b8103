import { createHmac, hash } from "node:crypto";
import type { PassportKey } from "../config/passport.ts";
import { passwordConcurrency } from "../identity/password-queue.ts";
import { Queue } from "../limits/queue.ts";
import { RecentMap } from "../limits/recent-map.ts";
import type { LegacyToken } from "../tokens/legacy-tokens.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";
import { derive } from "../keys/master-key.ts";
import { IV_BYTES, keysOfPassword, keysOfRawKey, open, readCiphertext, SALT_BYTES, seal } from "./defuse.ts";
import type { Ciphertext, CiphertextKeys } from "./defuse.ts";
import { legacyGrantDeriver } from "./legacy-grant.ts";
import { readPayload, writePayload } from "./payload.ts";
import type { PassportPayload } from "./payload.ts";

/** A refresh token in Passport's form. One that Passport issued is generation 0 of the grant of its session. */
export interface PassportToken extends LegacyToken {
  readonly payload: PassportPayload;
}

/** ms: twice the longest retry window; no token is answered longer. A retry asks for no second PBKDF2. */
const REMEMBERED = 7_200_000;
/** Each takes about a kilobyte. */
const MAX_REMEMBERED = 10_000;
/** Derivations that may wait: at 20 ms each, two at a time, the last of them waits 5 s. */
const MAX_WAITING = 512;

interface Opening {
  token: Promise<PassportToken | undefined>;
  /** ms, of this process */
  since: number;
}

/**
 * Opens Passport's refresh tokens, and makes such that Passport can read. Each presented one costs one PBKDF2 at most,
 * in the thread pool, a few at a time: a request that presents the same token meanwhile, or again inside a retry
 * window, gets the first one's result, even if the token did not open. Those made here have one salt, so all of them
 * together cost one.
 */
export class PassportTokens {
  readonly #key: PassportKey;
  readonly #grantOf: (tokenId: string) => RefreshToken;
  readonly #queue = new Queue(passwordConcurrency(process.env["UV_THREADPOOL_SIZE"]), MAX_WAITING);
  /** By digest of the token. */
  readonly #opened = new RecentMap<Opening>(MAX_REMEMBERED);

  /** Of the tokens made here: the same in every process that has the key, so that a retry gets the same token. */
  readonly #salt: Buffer;
  readonly #ivKey: Buffer;
  #keys: Promise<CiphertextKeys> | undefined;

  constructor(key: PassportKey) {
    this.#key = key;
    this.#grantOf = legacyGrantDeriver(key);
    const secret = key.password ?? key.raw ?? Buffer.alloc(0);
    this.#salt = derive(secret, "regrant passport token salt", SALT_BYTES);
    this.#ivKey = derive(secret, "regrant passport token iv", 32);
  }

  /** Whether the text has the form of a ciphertext. */
  static hasForm(token: string): boolean {
    return readCiphertext(token) !== undefined;
  }

  /**
   * The result of an earlier opening, without the cost of another; undefined: the token was not opened within 5
   * minutes.
   */
  remembered(token: string): Promise<PassportToken | undefined> | undefined {
    const opening = this.#opened.get(digest(token));
    return opening && performance.now() - opening.since < REMEMBERED ? opening.token : undefined;
  }

  /**
   * The token's grant and payload. Undefined: Passport did not issue it, or it is not a refresh token.
   *
   * @param beforeDerivation called before a PBKDF2, when its turn has come; what it throws ends the opening
   * @throws {QueueFullError} if 512 derivations are waiting
   */
  open(token: string, beforeDerivation: () => void = () => {}): Promise<PassportToken | undefined> {
    const remembered = this.remembered(token);
    if (remembered !== undefined) return remembered;
    const ciphertext = readCiphertext(token);
    if (ciphertext === undefined) return Promise.resolve(undefined);
    if (ciphertext.salt.equals(this.#salt)) return this.#openOwn(ciphertext);
    const opened = this.#decrypt(ciphertext, beforeDerivation).then((plaintext) => this.#read(plaintext));
    this.#remember(digest(token), opened);
    return opened;
  }

  /**
   * Encrypts as Passport would, under the one salt. The IV follows from the plaintext: the same payload is the same
   * token, and no two plaintexts share an IV.
   */
  async seal(payload: PassportPayload): Promise<string> {
    const plaintext = writePayload(payload);
    const iv = createHmac("sha256", this.#ivKey).update(plaintext).digest().subarray(0, IV_BYTES);
    return seal(plaintext, this.#salt, await this.#ownKeys(), iv);
  }

  async #openOwn(ciphertext: Ciphertext): Promise<PassportToken | undefined> {
    return this.#read(open(ciphertext, await this.#ownKeys()));
  }

  #ownKeys(): Promise<CiphertextKeys> {
    const { raw, password } = this.#key;
    // Passport uses what is no saved key as a password.
    return (this.#keys ??=
      password === null
        ? Promise.resolve(keysOfRawKey(raw ?? Buffer.alloc(0), this.#salt))
        : keysOfPassword(password, this.#salt));
  }

  #read(plaintext: Buffer | undefined): PassportToken | undefined {
    const payload = plaintext && readPayload(plaintext);
    if (payload === undefined) return undefined;
    const expiresAt = payload.expiresAt * 1000;
    return { ...this.#grantOf(payload.tokenId), migrates: payload.own === null, expiresAt, payload };
  }

  /**
   * Tries the bytes as a raw key first, since that costs nothing: a ciphertext does not say whether a key or a password
   * encrypted it.
   */
  async #decrypt(ciphertext: Ciphertext, beforeDerivation: () => void): Promise<Buffer | undefined> {
    const { raw, password } = this.#key;
    const plaintext = raw && open(ciphertext, keysOfRawKey(raw, ciphertext.salt));
    if (plaintext || password === null) return plaintext ?? undefined;
    const keys = await this.#queue.run(async () => {
      beforeDerivation();
      return keysOfPassword(password, ciphertext.salt);
    });
    return open(ciphertext, keys);
  }

  #remember(key: string, token: Promise<PassportToken | undefined>): void {
    this.#opened.put(key, { token, since: performance.now() });
    // A token that was not tried can be presented again.
    token.catch(() => this.#opened.delete(key));
  }
}

/** The same for all spellings of one token. */
function digest(token: string): string {
  return hash("sha256", token.slice(0, token.length & ~1).toLowerCase(), "base64url");
}
