/** Remembers which DPoP proofs were used (RFC 9449 §11.1). */
export interface ProofReplays {
  /**
   * Uses a proof.
   *
   * @param id of the proof, 43 characters of base64url
   * @param ttl for how long to remember it, s
   * @returns whether this is its first use
   */
  use(id: string, ttl: number): boolean | Promise<boolean>;
}

/** Proofs that are remembered; each takes about 100 bytes. */
const CAPACITY = 200_000;

/**
 * The proofs that this process has accepted, by the second of their `iat`. What does not fit is not forgotten: proofs as old as
 * those that were dropped count as used, so a client at worst has to make a new one.
 */
export class RecentProofs {
  readonly #capacity: number;
  readonly #bySecond = new Map<number, Set<string>>();
  #size = 0;
  /** Proofs issued then or before are no longer told apart, s. */
  #droppedUntil = Number.NEGATIVE_INFINITY;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
  }

  /** @param issuedAt s. @param oldest the `iat` before which no proof is accepted, s. @returns whether it is new */
  use(id: string, issuedAt: number, oldest: number): boolean {
    const second = Math.floor(issuedAt);
    for (const each of this.#bySecond.keys()) if (each < Math.floor(oldest)) this.#drop(each);
    if (second <= this.#droppedUntil) return false;
    const known = this.#bySecond.get(second) ?? new Set();
    if (known.has(id)) return false;
    this.#bySecond.set(second, known.add(id));
    this.#size += 1;
    if (this.#size > this.#capacity) {
      this.#droppedUntil = Math.min(...this.#bySecond.keys());
      this.#drop(this.#droppedUntil);
    }
    return true;
  }

  get size(): number {
    return this.#size;
  }

  #drop(second: number): void {
    this.#size -= this.#bySecond.get(second)?.size ?? 0;
    this.#bySecond.delete(second);
  }
}
