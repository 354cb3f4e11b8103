import { createPrivateKey, createPublicKey, hash, timingSafeEqual } from "node:crypto";
import type { KeyStore, SigningKeyRecord } from "../store/store.ts";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";
import { unwrapKey } from "./key-wrapping.ts";
import type { SigningKey } from "./signing.ts";

/** A derived MAC key. Its number, 0 to 255, is one byte of the refresh token; `activeAt` is in ms. */
export interface MacKey {
  number: number;
  key: MacBlocks;
  activeAt: number;
}

/** A key as the two hashes of HMAC start with it: a block of 64 bytes each (RFC 2104 §2). */
interface MacBlocks {
  inner: Buffer;
  outer: Buffer;
}

/**
 * The keys of the service in memory: the signing keys, those to publish, the MAC keys. `load` reads them from the store.
 * The key in force at an instant is the one that became active last before it.
 */
export class KeyRing {
  readonly #store: KeyStore;
  /** The current master key, then the previous ones. */
  readonly masterKeys: readonly [MasterKey, ...MasterKey[]];
  readonly #derived = new Map<string, MacBlocks>();
  #signing: readonly SigningKey[] = [];
  /** Keys for new tokens: trusted, and derived from a configured master key. */
  #mac: readonly MacKey[] = [];
  #distrusted: ReadonlySet<number> = new Set();
  #longestAccessTtl = 0;

  constructor(store: KeyStore, masterKeys: readonly [MasterKey, ...MasterKey[]]) {
    this.#store = store;
    this.masterKeys = masterKeys;
  }

  /**
   * Reads the keys from the store.
   *
   * @throws Error if a signing key is wrapped under a master key that is not configured
   */
  async load(): Promise<void> {
    const { signing, mac, longestAccessTtl } = await this.#store.list();
    this.#longestAccessTtl = longestAccessTtl;
    const loaded = new Map(this.#signing.map((key) => [key.kid, key]));
    this.#signing = signing.map((record) => loaded.get(record.kid) ?? this.#open(record));
    this.#distrusted = new Set(mac.filter((key) => key.distrustedAt !== null).map((key) => key.number));
    this.#mac = mac.flatMap(({ number, masterKeyId, activeAt }) => {
      const master = this.masterKeys.find(({ id }) => id === masterKeyId);
      if (master === undefined || this.#distrusted.has(number)) return [];
      return { number, key: this.#derive(master, number), activeAt };
    });
  }

  /** The keys of the JWKS, oldest first: also those that do not sign yet, and those that no longer sign. */
  get published(): readonly SigningKey[] {
    return this.#signing;
  }

  /** The newest key of each kind; it may not be in force yet. undefined: there is none. */
  get newest(): { signing: SigningKey | undefined; mac: MacKey | undefined } {
    return { signing: this.#signing.at(-1), mac: this.#mac.at(-1) };
  }

  /** The longest lifetime of access tokens that any client ever had, s. */
  get longestAccessTtl(): number {
    return this.#longestAccessTtl;
  }

  /**
   * The signing key in force at an instant, ms. A retry is signed with the key of the rotation that it repeats.
   *
   * @throws Error if there is no key
   */
  signingKeyAt(instant: number): SigningKey {
    return inForceAt(this.#signing, instant);
  }

  /**
   * The MAC key in force at an instant, ms.
   *
   * @throws Error if there is no key
   */
  macKeyAt(instant: number): MacKey {
    return inForceAt(this.#mac, instant);
  }

  /**
   * Whether `mac` is that of `data` under the MAC key of this number and any master key. Constant time. A number
   * that the store does not have is derived too: a restored backup may lack the newest.
   */
  verifyMac(number: number, data: Buffer, mac: Buffer): boolean {
    if (this.#distrusted.has(number)) return false;
    for (const master of this.masterKeys) {
      if (timingSafeEqual(macOf(this.#derive(master, number), data), mac)) return true;
    }
    return false;
  }

  /**
   * The secrets of tokens for Regrant's own APIs that name a signing key, 32 bytes each: the one for new tokens, then those
   * of previous master keys. Empty if the key is not published.
   */
  ownApiSecrets(kid: string): readonly Buffer[] {
    if (!this.#signing.some((key) => key.kid === kid)) return [];
    return this.masterKeys.map(({ bytes }) => derive(bytes, `regrant own api token ${kid}`, 32));
  }

  #derive(master: MasterKey, number: number): MacBlocks {
    const name = `${master.id}.${number}`;
    let key = this.#derived.get(name);
    if (key === undefined) {
      key = macBlocks(derive(master.bytes, `regrant refresh token mac ${number}`, 32));
      this.#derived.set(name, key);
    }
    return key;
  }

  #open(record: SigningKeyRecord): SigningKey {
    const { kid, algorithm, createdAt, activeAt } = record;
    const pkcs8 = this.masterKeys
      .map((master) => unwrapKey(master, kid, record.sealedPrivateKey))
      .find((opened) => opened !== undefined);
    if (pkcs8 === undefined) {
      throw new Error(
        `The signing key ${kid} is wrapped under another master key. Configure the one that belongs to this ` +
          "database (REGRANT_MASTER_KEY, or REGRANT_PREVIOUS_MASTER_KEYS if it was replaced).",
      );
    }
    const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const publicKey = createPublicKey(privateKey);
    const publicJwk = JSON.parse(record.publicJwk) as Record<string, unknown>;
    return { kid, algorithm, privateKey, publicKey, publicJwk, createdAt, activeAt };
  }
}

/** The two blocks of a MAC key of at most 64 bytes. */
export function macBlocks(key: Buffer): MacBlocks {
  const padded = Buffer.alloc(64);
  key.copy(padded);
  const block = (pad: number) => Buffer.from(padded.map((byte) => byte ^ pad));
  return { inner: block(0x36), outer: block(0x5c) };
}

/**
 * HMAC-SHA-256 truncated to 16 bytes, over the tenant's name (there is one tenant, named "") and `data`. Two one-shot
 * hashes take a third of the time of `createHmac`; a digest as text ("binary" is latin1) saves Node's Buffer, which costs
 * more than the hash.
 */
export function macOf({ inner, outer }: MacBlocks, data: Buffer): Buffer {
  const digest = hash("sha256", Buffer.concat([inner, data]), "binary");
  const mac = hash("sha256", Buffer.concat([outer, Buffer.from(digest, "latin1")]), "binary");
  return Buffer.from(mac, "latin1").subarray(0, 16);
}

/** The record in force at an instant. The records are in the order in which they become active. */
function inForceAt<T extends { activeAt: number }>(records: readonly T[], instant: number): T {
  for (let i = records.length - 1; i > 0; i--) {
    const record = records[i];
    if (record !== undefined && record.activeAt <= instant) return record;
  }
  if (records[0] === undefined) throw new Error("the store has no key yet");
  return records[0];
}
