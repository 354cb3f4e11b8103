import type { Clock } from "./api.ts";

/** The longest pause between two looks, ms: timers come late after a sleep, and their range is short. */
const LONGEST_PAUSE = 60_000;
const SHORTEST_PAUSE = 1000;

/** When a page or a machine is back, things may have changed meanwhile. */
const WAKING = ["online", "pageshow", "visibilitychange", "resume"];

/** Looks after something now and then, and when the machine wakes: nothing until it is started. */
export interface Background {
  readonly start: () => void;
  readonly stop: () => void;
}

/**
 * @param check never rejects; says in how many ms it is worth looking again
 * @param subscribe calls back when what is looked after changed elsewhere
 */
export function background(
  clock: Clock,
  check: () => Promise<number>,
  subscribe: (onChange: () => void) => () => void,
): Background {
  let stopping: (() => void) | undefined;

  return {
    start() {
      if (stopping) return;
      let cancel = () => {};
      let round = 0;
      const look = () => void lookOnce();
      const lookOnce = async () => {
        const mine = (round += 1);
        cancel();
        const pause = await check();
        // Another look has begun, or it was stopped.
        if (mine !== round) return;
        cancel = clock.timer(Math.min(Math.max(pause, SHORTEST_PAUSE), LONGEST_PAUSE), look, true);
      };
      const unsubscribe = subscribe(look);
      const targets = [globalThis, globalThis.document].filter((target) => target?.addEventListener);
      for (const target of targets) for (const event of WAKING) target.addEventListener(event, look);
      stopping = () => {
        round += 1;
        cancel();
        unsubscribe();
        for (const target of targets) for (const event of WAKING) target.removeEventListener(event, look);
      };
      look();
    },
    stop() {
      stopping?.();
      stopping = undefined;
    },
  };
}
