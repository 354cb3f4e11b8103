import type { Clock } from "./api.ts";

/** Upper bound of the pause between two checks, ms: timers have a limited range and fire late after a sleep. */
const MAX_PAUSE = 60_000;
const MIN_PAUSE = 1000;

/** Events after which time may have passed unnoticed. */
const WAKE_EVENTS = ["online", "pageshow", "visibilitychange", "resume"];

/** A periodic check that does nothing until it is started. */
export interface Background {
  readonly start: () => void;
  readonly stop: () => void;
}

/**
 * Runs `check` periodically, when the machine wakes up and when the subscription reports a change.
 *
 * @param check never rejects; returns the ms until the next check is useful
 */
export function background(
  clock: Clock,
  check: () => Promise<number>,
  subscribe: (onChange: () => void) => () => void,
): Background {
  let stopCurrent: (() => void) | undefined;

  return {
    start() {
      if (stopCurrent) return;
      let cancel = () => {};
      let round = 0;
      const trigger = () => void run();
      const run = async () => {
        const mine = (round += 1);
        cancel();
        const pause = await check();
        // A newer check has started, or `stop` was called.
        if (mine !== round) return;
        cancel = clock.timer(Math.min(Math.max(pause, MIN_PAUSE), MAX_PAUSE), trigger, true);
      };
      const unsubscribe = subscribe(trigger);
      const listening = new AbortController();
      const { signal } = listening;
      for (const target of [globalThis, globalThis.document]) {
        for (const event of WAKE_EVENTS) target?.addEventListener?.(event, trigger, { signal });
      }
      stopCurrent = () => {
        round += 1;
        cancel();
        unsubscribe();
        listening.abort();
      };
      trigger();
    },
    stop() {
      stopCurrent?.();
      stopCurrent = undefined;
    },
  };
}
