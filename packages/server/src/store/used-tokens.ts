/** A token that may be used once. */
export interface UsableProof {
  /** SHA-256 of what identifies it. */
  readonly digest: Buffer;
  /** For how long it is remembered, s. */
  readonly ttl: number;
}

/** Tokens that may be used once, over all nodes. */
export interface UsedTokenStore {
  /**
   * Remembers that a token was used, for `ttl` s from the store's now. False: it was used before.
   *
   * @param digest SHA-256 of what identifies it; of different uses, different ones
   */
  use(digest: Buffer, ttl: number): Promise<boolean>;
}
