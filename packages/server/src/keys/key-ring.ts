import { createPrivateKey, createPublicKey, hash, timingSafeEqual } from "node:crypto";
import type { KeyStore, SigningKeyRecord } from "../store/store.ts";
import { derive } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";
import { unseal } from "./key-wrapping.ts";
import type { SigningKey } from "./signing.ts";

/** A derived MAC key, named by its number; a byte in the refresh token. */
export interface MacKey {
  number: number;
  key: MacBlocks;
  activeAt: number;
}

/** A key as the two hashes of HMAC begin with it: a block of 64 bytes each (RFC 2104 §2). */
export interface MacBlocks {
  inner: Buffer;
  outer: Buffer;
}

/**
 * The keys of this service in memory: which signs, which is published, which MACs are believed. `load` reads them
 * anew; the key in force at an instant is the one that became active last before it.
 */
export class KeyRing {
  readonly #store: KeyStore;
  /** The one in force first, then the previous ones. */
  readonly masterKeys: readonly [MasterKey, ...MasterKey[]];
  readonly #derived = new Map<string, MacBlocks>();
  #signing: readonly SigningKey[] = [];
  /** Those that may seal: trusted, and derived from a configured master key. */
  #mac: readonly MacKey[] = [];
  #distrusted: ReadonlySet<number> = new Set();
  #longestAccessTtl = 0;

  constructor(store: KeyStore, masterKeys: readonly [MasterKey, ...MasterKey[]]) {
    this.#store = store;
    this.masterKeys = masterKeys;
  }

  /** @throws Error if a signing key was sealed under a master key that is not configured */
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

  /** Oldest first, with those that do not sign yet and those that sign no more: what the JWKS serves. */
  get published(): readonly SigningKey[] {
    return this.#signing;
  }

  /** Lifetime of the longest-lived access token that any client may have had, s. */
  get longestAccessTtl(): number {
    return this.#longestAccessTtl;
  }

  signingKeyAt(instant: number): SigningKey {
    return inForceAt(this.#signing, instant);
  }

  macKeyAt(instant: number): MacKey {
    return inForceAt(this.#mac, instant);
  }

  /**
   * Whether `mac` is that of `data` under the MAC key of this number and any master key. Constant time. A number
   * that this store never saw is derived too: a restored copy may lack the newest.
   */
  verifyMac(number: number, data: Buffer, mac: Buffer): boolean {
    if (this.#distrusted.has(number)) return false;
    for (const master of this.masterKeys) {
      if (timingSafeEqual(macOf(this.#derive(master, number), data), mac)) return true;
    }
    return false;
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
      .map((master) => unseal(master, kid, record.sealedPrivateKey))
      .find((opened) => opened !== undefined);
    if (pkcs8 === undefined) {
      throw new Error(
        `The signing key ${kid} was sealed under another master key. Configure the one that belongs to this ` +
          "database (REGRANT_MASTER_KEY, or REGRANT_PREVIOUS_MASTER_KEYS if it was replaced).",
      );
    }
    const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const publicKey = createPublicKey(privateKey);
    const publicJwk = JSON.parse(record.publicJwk) as Record<string, unknown>;
    return { kid, algorithm, privateKey, publicKey, publicJwk, createdAt, activeAt };
  }
}

/** @param key at most 64 bytes */
export function macBlocks(key: Buffer): MacBlocks {
  const padded = Buffer.alloc(64);
  key.copy(padded);
  const block = (pad: number) => Buffer.from(padded.map((byte) => byte ^ pad));
  return { inner: block(0x36), outer: block(0x5c) };
}

/**
 * HMAC-SHA-256 truncated to 16 bytes, over the tenant's name (there is one tenant, named "") and `data`. Of two one-shot
 * hashes, which take a third of the time of `createHmac`; a digest as text ("binary" is latin1), since a Buffer that Node
 * makes for it costs more than the hash.
 */
export function macOf({ inner, outer }: MacBlocks, data: Buffer): Buffer {
  const digest = hash("sha256", Buffer.concat([inner, data]), "binary");
  const mac = hash("sha256", Buffer.concat([outer, Buffer.from(digest, "latin1")]), "binary");
  return Buffer.from(mac, "latin1").subarray(0, 16);
}

/** The records are in the order in which they become active. */
function inForceAt<T extends { activeAt: number }>(records: readonly T[], instant: number): T {
  for (let i = records.length - 1; i > 0; i--) {
    const record = records[i];
    if (record !== undefined && record.activeAt <= instant) return record;
  }
  if (records[0] === undefined) throw new Error("no key has been made yet");
  return records[0];
}
