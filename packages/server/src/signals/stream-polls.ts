/** How often a waiting poll reads the store for events of other processes, ms. */
const INTERVAL = 1000;
/** The most polls that may wait; further ones get their response at once. */
const MAX_WAITING = 200;

/** Polls that wait for an event. */
export class StreamPolls {
  readonly #waiting = new Set<() => void>();
  #closed = false;

  /** Resolves when the poll should read again: true; at once, and false, if it may not wait. */
  async next(): Promise<boolean> {
    if (this.#closed || this.#waiting.size >= MAX_WAITING) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, INTERVAL);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
    return !this.#closed;
  }

  /** To be called after the commit of an event of this process. */
  wake(): void {
    for (const resolve of this.#waiting) resolve();
  }

  /** Ends all waits, and allows no further ones. */
  close(): void {
    this.#closed = true;
    this.wake();
  }
}
