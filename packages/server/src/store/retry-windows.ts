import type { AcceptedRotation, Grant, GrantHead } from "./grants.ts";

/** What a window that was retried adds to the retry score, and one that was not takes from it. */
export const RETRIED_WINDOW_SCORE = 8;
export const QUIET_WINDOW_SCORE = 1;

/**
 * The retry score from which a retried window is `grant.concurrent_use`: five in a row, or the sixth of every second one.
 * A client whose response is lost retries now and then; retries in window after window come from two holders.
 */
export const CONCURRENT_USE_SCORE = 40;

/**
 * Until when, ms, a spent token is answered as a retry: until the retry window has passed since the end of the window that
 * it was spent in, the current one or the previous one. So each is answered for one retry window at least, and for less
 * than two.
 *
 * @param generation less than the head
 * @param retryWindow s
 * @returns undefined: spent before both windows
 */
export function recentUntil(grant: Grant, generation: number, retryWindow: number): number | undefined {
  if (generation >= grant.windowGeneration) return grant.windowEndedAt + retryWindow * 1000;
  const { previousWindowGeneration, previousWindowEndedAt } = grant;
  if (previousWindowGeneration === null || previousWindowEndedAt === null) return undefined;
  return generation >= previousWindowGeneration ? previousWindowEndedAt + retryWindow * 1000 : undefined;
}

/** The retry score with the current window, if that is retried. */
export function scoreIfRetried({ retryScore }: Grant): number {
  return retryScore + RETRIED_WINDOW_SCORE;
}

/**
 * The row after the rotation of `from`. A window younger than the retry window goes on and ends now; else it becomes the
 * previous one, and a new one starts. A previous window in which no token is recent any more is not kept.
 *
 * @param retryWindow s
 * @param now ms
 */
export function rotation(grant: Grant, from: number, retryWindow: number, now: number): GrantHead {
  // A clock that was set back must not make the head older than it is.
  const rotatedAt = Math.max(grant.rotatedAt, now);
  const lastUsedAt = Math.max(grant.lastUsedAt, now);
  const head = { generation: from + 1, rotatedAt, lastUsedAt, windowEndedAt: rotatedAt, windowsHeldAt: null };
  // A grant that was never rotated has no window yet; its columns hold generation 0 and the instant of its creation.
  const inWindow = grant.generation > 0 && now - grant.windowStartedAt < retryWindow * 1000;
  if (inWindow) return { ...windowsOf(grant), ...head };
  const isRecent =
    grant.windowGeneration < grant.generation && now - grant.windowEndedAt < retryWindow * 1000;
  return {
    ...head,
    windowStartedAt: rotatedAt,
    windowGeneration: from,
    windowRetried: false,
    windowRetryHeld: false,
    previousWindowGeneration: isRecent ? grant.windowGeneration : null,
    previousWindowEndedAt: isRecent ? grant.windowEndedAt : null,
    previousWindowRetried: grant.windowRetried,
    retryScore: grant.windowRetried
      ? scoreIfRetried(grant)
      : Math.max(0, grant.retryScore - QUIET_WINDOW_SCORE),
  };
}

/** The columns after a late retry: a window of the head's predecessor alone starts now, and is marked as retried. */
export function lateWindow({ generation }: Grant, now: number): Partial<GrantHead> {
  const window = { windowStartedAt: now, windowEndedAt: now, windowGeneration: generation - 1 };
  return { ...window, windowRetried: true, ...NO_PREVIOUS, ...NOT_HELD };
}

/** The columns after the head was presented and not rotated: its response was not lost, so no spent token is a retry. */
export function closedWindows({ generation }: Grant): Partial<GrantHead> {
  return { windowGeneration: generation, ...NO_PREVIOUS, ...NOT_HELD };
}

const NO_PREVIOUS = { previousWindowGeneration: null, previousWindowEndedAt: null };
const NOT_HELD = { windowsHeldAt: null, windowRetryHeld: false };

/**
 * The columns after the response to an accepted token could not be made: what a retry changed is taken back, and the windows
 * stand still from the instant of the decision, or from that of an earlier failure.
 *
 * For a retry they do so once in a window: whoever holds a spent token must not keep it recent by requests that fail. A late
 * retry needs no time.
 *
 * @returns undefined: the grant went on meanwhile, so another response was made, or is revoked
 */
export function held(grant: Grant, failed: AcceptedRotation): Partial<GrantHead> | undefined {
  if (grant.revokedAt !== null || !isAsLeft(grant, failed.grant)) return undefined;
  const before = "before" in failed ? failed.before : grant;
  const since = before.windowsHeldAt ?? grant.windowsHeldAt;
  if (since !== null || failed.outcome === "retried_late")
    return { ...windowsOf(before), windowsHeldAt: since };
  if (failed.outcome !== "retried") return { windowsHeldAt: failed.at };
  const stop = before.windowRetryHeld ? {} : { windowsHeldAt: failed.at, windowRetryHeld: true };
  return { ...windowsOf(before), ...stop };
}

/** Whether a row is as a decision left it, apart from another failure. */
function isAsLeft(grant: Grant, after: Grant): boolean {
  const [now, then] = [windowsOf(grant), windowsOf(after)];
  const sameWindows = Object.entries(now).every(
    ([column, value]) => column in NOT_HELD || value === then[column as keyof typeof then],
  );
  return grant.generation === after.generation && grant.lastUsedAt === after.lastUsedAt && sameWindows;
}

/** The grant at `now`, ms, with windows that did not age while they stood still. */
export function resumed(grant: Grant, now: number): Grant {
  const { windowsHeldAt, windowStartedAt, windowEndedAt, previousWindowEndedAt } = grant;
  if (windowsHeldAt === null) return grant;
  // An older program rotates a grant whose windows stand still, and leaves that as it is: no window ends in the future.
  const later = (instant: number) => Math.max(instant, Math.min(now, instant + now - windowsHeldAt));
  return {
    ...grant,
    windowStartedAt: later(windowStartedAt),
    windowEndedAt: later(windowEndedAt),
    previousWindowEndedAt: previousWindowEndedAt === null ? null : later(previousWindowEndedAt),
  };
}

/** The columns of a grant's two windows. */
export function windowsOf(grant: Grant) {
  const { windowStartedAt, windowEndedAt, windowGeneration, windowRetried } = grant;
  const { previousWindowGeneration, previousWindowEndedAt, previousWindowRetried } = grant;
  const { retryScore, windowsHeldAt, windowRetryHeld } = grant;
  const window = { windowStartedAt, windowEndedAt, windowGeneration, windowRetried };
  const previous = { previousWindowGeneration, previousWindowEndedAt, previousWindowRetried };
  return { ...window, ...previous, retryScore, windowsHeldAt, windowRetryHeld };
}
