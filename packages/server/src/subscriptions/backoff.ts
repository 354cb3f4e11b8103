/** Waits after the first, second … failure of one event, ms; the last one repeats. */
const WAITS = [5, 30, 120, 600, 1800, 3600, 7200].map((seconds) => seconds * 1000);
/** How far a wait is shortened or prolonged, so that what failed together is not tried together. */
const JITTER = 0.2;

/** An event older than this becomes a dead letter when an attempt fails, ms. */
export const GIVE_UP_AFTER = 3 * 24 * 3600 * 1000;

/**
 * How long to wait before the next attempt, ms.
 *
 * @param failures how many attempts at this event failed, this one included
 * @param retryAfter what the receiver asked for, s; no more than the longest wait
 */
export function waitAfter(
  failures: number,
  retryAfter: number = 0,
  random: () => number = Math.random,
): number {
  const longest = WAITS.at(-1) ?? 0;
  const wait = WAITS[failures - 1] ?? longest;
  const jittered = wait * (1 - JITTER + 2 * JITTER * random());
  return Math.round(Math.max(jittered, Math.min(retryAfter * 1000, longest)));
}
