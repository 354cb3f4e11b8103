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
  /** Which master key it is derived from. */
  masterKeyId: string;
  activeAt: number;
  distrustedAt: number | null;
}

export interface KeyStore {
  list(): Promise<{ signing: SigningKeyRecord[]; mac: MacKeyRecord[]; longestAccessTtl: number }>;
  /** False: another process made a key since `previousKid` was the newest (undefined: there was none). */
  addSigningKey(key: SigningKeyRecord, previousKid: string | undefined, actor: string): Promise<boolean>;
  /** Replaces the sealed form, after a change of the master key. */
  resealSigningKey(kid: string, sealedPrivateKey: Buffer): Promise<void>;
  /** With `distrustedBy`, who ordered it, as an event: tokens that it signed are believed no more. False: there is none. */
  removeSigningKey(kid: string, distrustedBy?: string): Promise<boolean>;
  /** False: the number is taken. */
  addMacKey(key: Omit<MacKeyRecord, "distrustedAt">, actor: string): Promise<boolean>;
  distrustMacKey(number: number, masterKeyId: string, actor: string): Promise<boolean>;
}
