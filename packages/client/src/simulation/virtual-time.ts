import type { Clock } from "../api.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that advances only on request. Timers run in order, each after everything that earlier ones caused. */
export class VirtualTime {
  at = Date.UTC(2026, 0, 1);
  readonly #began = this.at;
  readonly #timers = new Set<Timer>();

  timer(ms: number, callback: () => void): () => void {
    const timer = { at: this.at + Math.max(ms, 0), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.timer(ms, resolve));
  }

  /** A machine's clock, `ahead` ms before the true time; tests may change it. */
  clock(ahead = 0): Clock & { ahead: number } {
    const clock = {
      ahead,
      now: () => Math.round(this.at + clock.ahead),
      monotonic: () => this.at - this.#began,
      timer: (ms: number, callback: () => void) => this.timer(ms, callback),
    };
    return clock;
  }

  /** Advances by `ms`. */
  async pass(ms: number): Promise<void> {
    const until = this.at + ms;
    while (await this.#runNext(until));
    this.at = until;
    await settled();
  }

  /** Advances until `work` settles, at most `most` ms. */
  async during<T>(work: Promise<T>, most = 120_000): Promise<T> {
    const state = { isDone: false };
    void Promise.allSettled([work]).then(() => (state.isDone = true));
    const until = this.at + most;
    while (!state.isDone && (await this.#runNext(until)));
    await settled();
    if (!state.isDone) throw new Error(`Not settled in ${most} ms`);
    return work;
  }

  async #runNext(until: number): Promise<boolean> {
    await settled();
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at < (next?.at ?? until + 1)) next = timer;
    if (next === undefined) return false;
    this.#timers.delete(next);
    this.at = Math.max(this.at, next.at);
    next.callback();
    return true;
  }
}

/** Resolves when every promise that needs no time has settled. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
