export interface SigningKeyRecord {
  kid: string;
  algorithm: "RS256" | "ES256" | "EdDSA";
  /** Public JWK, JSON. */
  publicJwk: string;
  /** AES-256-GCM under the master key. */
  sealedPrivateKey: Buffer;
  createdAt: number;
  /** Signs from this instant, until a later key's. */
  activeAt: number;
}

/** The derivation's inputs; the key itself is never stored. */
export interface MacKeyRecord {
  number: number;
  /** The id of the master key that it is derived from. */
  masterKeyId: string;
  activeAt: number;
  distrustedAt: number | null;
}

export interface KeyStore {
  list(): Promise<{ signing: SigningKeyRecord[]; mac: MacKeyRecord[]; longestAccessTtl: number }>;
  /** Adds the key if `previousKid` is still the newest (undefined: there is none). False: another process added one. */
  addSigningKey(key: SigningKeyRecord, previousKid: string | undefined, actor: string): Promise<boolean>;
  /** Replaces the wrapped private key, after a change of the master key. */
  resealSigningKey(kid: string, sealedPrivateKey: Buffer): Promise<void>;
  /** Deletes the key; with `distrustedBy`, the actor, records `key.distrusted`. False: no such key. */
  removeSigningKey(kid: string, distrustedBy?: string): Promise<boolean>;
  /** False: the number is taken. */
  addMacKey(key: Omit<MacKeyRecord, "distrustedAt">, actor: string): Promise<boolean>;
  /** Refuses all tokens under the number from now on, even if this store never had it. False: it was distrusted before. */
  distrustMacKey(number: number, masterKeyId: string, actor: string): Promise<boolean>;
}
