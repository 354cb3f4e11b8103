/**
 * While writes keep coming, the time from one commit to the next batch, ms. A durable commit costs as much CPU as a
 * dozen rows; where each response waits for a signature, requests come in one by one, and each would have its own.
 */
const COMMIT_INTERVAL = 2;
/** Members that make a wait worth while, the one that waits included. */
const COMPANY = 3;
/** After so many waits in a row without company none is expected. Under load one in fifteen brings fewer than three. */
const VAIN_WAITS = 3;
/** Batches that begin at once before a wait is tried again. */
const BATCHES_AT_ONCE = 64;

/**
 * How long a batch waits for company. After three waits in a row that brought none, batches begin at once, and one in 65
 * tries again: a program that sends one request after another does not wait for others that do not come.
 */
export class CommitPace {
  #committedAt = Number.NEGATIVE_INFINITY;
  #vainWaits = 0;
  /** Batches that begin at once from here on. */
  #atOnce = 0;

  /** @returns how long a batch that could begin at `now` waits, whole ms, as timers count; 0: it begins at once */
  wait(now: number): number {
    const rest = Math.max(0, Math.ceil(this.#committedAt + COMMIT_INTERVAL - now));
    if (rest === 0 || this.#atOnce === 0) return rest;
    this.#atOnce -= 1;
    return 0;
  }

  /** @param waited what `wait` returned for this batch, ms */
  committed(now: number, members: number, waited: number): void {
    this.#committedAt = now;
    if (members >= COMPANY) {
      this.#vainWaits = 0;
      this.#atOnce = 0;
    } else if (waited > 0) {
      this.#vainWaits += 1;
      if (this.#vainWaits >= VAIN_WAITS) this.#atOnce = BATCHES_AT_ONCE;
    }
  }
}
