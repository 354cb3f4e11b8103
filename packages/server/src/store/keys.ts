import type { SigningAlgorithm } from "../config/values.ts";

/** A key that signs access tokens, as the store keeps it. Instants in ms. */
export interface SigningKeyRecord {
  /** The JWK thumbprint (RFC 7638). */
  kid: string;
  /** JWS `alg` (RFC 7518 §3.1, RFC 8037 §3.1). */
  algorithm: SigningAlgorithm;
  /** Public JWK, JSON. */
  publicJwk: string;
  /** AES-256-GCM under the master key. */
  sealedPrivateKey: Buffer;
  createdAt: number;
  /** Signs from this instant, until a later key's. */
  activeAt: number;
}

/** A MAC key of refresh tokens: the inputs of its derivation, since the key itself is never stored. Instants in ms. */
export interface MacKeyRecord {
  /** From 1 on; one byte of the refresh token. */
  number: number;
  /** The id of the master key that it is derived from. */
  masterKeyId: string;
  activeAt: number;
  /** null: trusted. */
  distrustedAt: number | null;
}

/**
 * The part of the port for keys. Conventions as in store.ts. Every change but a new wrapping is followed by a change
 * notice, on which processes load their keys again.
 */
export interface KeyStore {
  /**
   * All keys, signing keys in the order in which they become active, MAC keys by number. `longestAccessTtl` (s) is the
   * longest lifetime of access tokens that any client ever had: for so long a retired key stays published.
   */
  list(): Promise<{ signing: SigningKeyRecord[]; mac: MacKeyRecord[]; longestAccessTtl: number }>;
  /**
   * Adds the key if `previousKid` is still the newest (undefined: the store has no signing key). False: another process
   * added one.
   */
  addSigningKey(key: SigningKeyRecord, previousKid: string | undefined, actor: string): Promise<boolean>;
  /** Replaces the wrapped private key, after a change of the master key. */
  resealSigningKey(kid: string, sealedPrivateKey: Buffer): Promise<void>;
  /** Deletes the key; with `distrustedBy`, the actor, records `key.distrusted`. False: no such key. */
  removeSigningKey(kid: string, distrustedBy?: string): Promise<boolean>;
  /** Adds a MAC key, so that processes that start at once agree on one. False: the number is taken. */
  addMacKey(key: Omit<MacKeyRecord, "distrustedAt">, actor: string): Promise<boolean>;
  /** Refuses all tokens under the number from now on, even if this store never had it. False: it was distrusted before. */
  distrustMacKey(number: number, masterKeyId: string, actor: string): Promise<boolean>;
}
