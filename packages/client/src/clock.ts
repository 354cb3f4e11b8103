import type { Clock } from "./api.ts";
import type { Awaitable } from "./types.ts";

/** `setTimeout` with more fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The platform's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, callback, background) {
    const timer: unknown = setTimeout(callback, Math.min(ms, LONGEST_TIMER));
    if (background) (timer as { unref?(): void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};

/** The authorization server's time, as far as its answers tell it. */
export interface ServerClock {
  /** ms since the epoch by the server's clock; never behind what the monotonic clock says has passed. */
  now(): number;
  /** The server's clock minus this machine's, ms. */
  offset(): number;
  /** Takes the offset for known, ms. */
  adopt(offset: number): void;
  /** Learns from the `Date` of an answer to a request that was sent at `sent` by the monotonic clock. */
  measure(date: string | null, sent: number): void;
}

/** More than this is a clock that was set back, not two clocks that count differently, ms. */
const TOLERANCE = 1000;

/** @param onSkew hears the offset, ms, where an answer changes it */
export function serverClock(clock: Clock, onSkew: (offset: number) => void): ServerClock {
  let assumed = 0;
  let anchor = { at: clock.now(), monotonic: clock.monotonic() };

  function adopt(offset: number): void {
    if (offset === assumed) return;
    assumed = offset;
    anchor = { at: clock.now() + offset, monotonic: clock.monotonic() };
  }
  // A clock that was set back would make old tokens young: at least as much time has passed as the monotonic clock
  // counted, more if the machine slept.
  const now = (): number => {
    const shown = clock.now() + assumed;
    const least = anchor.at + clock.monotonic() - anchor.monotonic;
    return Math.round(least - shown > TOLERANCE ? least : shown);
  };
  return {
    now,
    offset: () => now() - clock.now(),
    adopt,
    measure(date, sent) {
      const second = Date.parse(date ?? "");
      const received = clock.now();
      // The server's clock showed some instant of this second while the request was under way.
      const least = second - received;
      const most = second + 1000 - received + clock.monotonic() - sent;
      if (Number.isNaN(least)) return;
      const fits = [assumed, 0].find((offset) => least <= offset && offset <= most);
      const offset = fits ?? Math.round((least + most) / 2);
      if (offset !== assumed) onSkew(offset);
      adopt(offset);
    },
  };
}

/** Waits, ms. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.timer(ms, resolve));
}

/** Starts `work` at once and gives it up after `ms`, whether or not it heeds its signal. */
export function within<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Awaitable<T>): Promise<T> {
  const controller = new AbortController();
  let cancel: (() => void) | undefined;
  const deadline = new Promise<never>((_, reject) => {
    cancel = clock.timer(ms, () => {
      const reason = new DOMException(`No answer in ${ms} ms`, "TimeoutError");
      reject(reason);
      controller.abort(reason);
    });
  });
  const working = new Promise<T>((resolve) => resolve(work(controller.signal)));
  return Promise.race([working, deadline]).finally(cancel);
}
