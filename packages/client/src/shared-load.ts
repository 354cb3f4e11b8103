import type { Clock } from "./api.ts";
import { withTimeout } from "./clock.ts";

/**
 * Runs `load` once for concurrent callers. None waits longer for another caller's load than until `patience` ms after its
 * start: it then begins its own. On Workers, what a request began ends with it, and such a promise never settles.
 */
export function sharedLoad<T>(clock: Clock, patience: number, load: () => Promise<T>): () => Promise<T> {
  let current: { readonly result: Promise<T>; readonly until: number } | undefined;

  return async () => {
    while (current) {
      const joined = current;
      const settled = await settles(clock, joined.result, joined.until - clock.monotonic());
      if (settled) return joined.result;
      if (current === joined) current = undefined;
    }
    const begun = { result: load(), until: clock.monotonic() + patience };
    current = begun;
    try {
      return await begun.result;
    } finally {
      if (current === begun) current = undefined;
    }
  };
}

/** Whether it settles within `ms`. */
export async function settles(clock: Clock, work: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = () => true;
  return ms > 0 && withTimeout(clock, ms, () => work.then(settled, settled)).catch(() => false);
}
