import type { Clock } from "./api.ts";
import type { Awaitable } from "./types.ts";

/** Longest delay of `setTimeout`, ms: a longer one fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, callback, background) {
    const timer: unknown = setTimeout(callback, Math.min(ms, MAX_TIMER));
    if (background) (timer as { unref?(): void }).unref?.();
    return () => clearTimeout(timer as number);
  },
};

/** The authorization server's clock, estimated from the `Date` header of its responses. All times are ms. */
export interface ServerClock {
  /** Since the epoch; never behind the monotonic clock. */
  now(): number;
  /** The server's clock minus this machine's. */
  offset(): number;
  /** An instant of the server's clock by this machine's; of one that is unknown, or Infinity: undefined. */
  local(instant: number | undefined): number | undefined;
  /** Sets the offset, as learned by another process. */
  adopt(offset: number): void;
  /** Updates the offset from the `Date` of a response; `sent` is when the request was sent, by the monotonic clock. */
  measure(date: string | null, sent: number): void;
}

/** A larger lag behind the monotonic clock means that the wall clock was set back, ms. */
const TOLERANCE = 1000;

/** @param onSkew called with the new offset, ms, when a response changes it */
export function serverClock(clock: Clock, onSkew: (offset: number) => void): ServerClock {
  let assumed = 0;
  let anchor = { at: clock.now(), monotonic: clock.monotonic() };

  function adopt(offset: number): void {
    if (offset === assumed) return;
    assumed = offset;
    anchor = { at: clock.now() + offset, monotonic: clock.monotonic() };
  }
  // A wall clock that was set back must not make an expired token valid: at least as much time has passed as the
  // monotonic clock counted, more if the machine slept.
  const now = (): number => {
    const shown = clock.now() + assumed;
    const least = anchor.at + clock.monotonic() - anchor.monotonic;
    return Math.round(least - shown > TOLERANCE ? least : shown);
  };
  const offset = (): number => now() - clock.now();
  return {
    now,
    offset,
    local: (instant = Infinity) => (instant < Infinity ? Math.round(instant) - offset() : undefined),
    adopt,
    measure(date, sent) {
      // `Date` has whole seconds, and the server read its clock at some point between request and response.
      const least = Date.parse(date ?? "") - clock.now();
      const most = least + 1000 + clock.monotonic() - sent;
      if (assumed < least || assumed > most) {
        adopt(Math.round((least + most) / 2));
        onSkew(assumed);
      }
    },
  };
}

/** Why a signal aborted; React Native's signals have no reason, and it has no DOMException. */
export function abortReason(signal: AbortSignal | undefined): Error {
  return (signal?.reason ?? namedError("AbortError", "Aborted")) as Error;
}

function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Resolves after `ms`. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.timer(ms, resolve));
}

/** Runs `work`; after `ms` aborts its signal and rejects with a TimeoutError, even if the work ignores the signal. */
export function withTimeout<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Awaitable<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const cancel = clock.timer(ms, () => {
      const reason = namedError("TimeoutError", "Timed out");
      reject(reason);
      controller.abort(reason);
    });
    const working = async () => work(controller.signal);
    working().then(resolve, reject).finally(cancel);
  });
}
