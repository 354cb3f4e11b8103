import type { RefreshOptions } from "./api.ts";

/** How long before expiry a token is refreshed: in the background (soft), or while callers wait (hard). All in ms. */
export interface Windows {
  soft(lifetime: number): number;
  hard(lifetime: number): number;
}

/** @param random 0 to 1, fixed per instance, so that instances that share a token do not all refresh at once */
export function refreshWindows(options: RefreshOptions, random: number): Windows {
  const later = 1 - (options.jitter ?? 0.2) * random;
  const window = (own: number | undefined, part: number, most: number) => (lifetime: number) =>
    Math.min(own ?? Math.min(lifetime / part, most), lifetime / 2);
  const soft = window(options.softMs, 5, 300_000);
  return { soft: (lifetime) => soft(lifetime) * later, hard: window(options.hardMs, 20, 30_000) };
}

/** Longest retry window that is made use of, s. */
const MAX_WINDOW = 3600;

/** A server's retry window in ms, from its response or metadata; undefined: not a number of seconds. */
export function windowMs(seconds: unknown): number | undefined {
  return typeof seconds === "number" && seconds >= 0 ? Math.min(seconds, MAX_WINDOW) * 1000 : undefined;
}

/** Time limits of a refresh. */
export interface RefreshTimes {
  readonly requestMs: number;
  /** Length of the claim: longer than the request, so that two requests never overlap. */
  readonly leaseMs: number;
  /** Wait for another process: longer than the claim, so that an abandoned claim can be replaced within it. */
  readonly waitMs: number;
  /** How long after the claim a lost response can be requested again; 0: the server does not repeat it. */
  readonly resendMs: number;
}

/** Spare time before the retry window closes, ms. */
const SPARE = 2000;
/** Shortest useful timeout of a request, ms. */
const MIN_REQUEST = 3000;

/**
 * Fits the limits into the server's retry window: a claim, its expiry and another process's resend all lie within it. A
 * window that is too short for that counts as none.
 *
 * @param timeout of a token request, ms
 * @param retryWindow ms; 0: none
 */
export function refreshTimes(timeout: number, retryWindow: number): RefreshTimes {
  const resendMs = retryWindow - SPARE;
  const fitting = Math.min(timeout, resendMs / 2.25);
  const fits = fitting >= Math.min(timeout, MIN_REQUEST);
  const requestMs = fits ? fitting : timeout;
  return {
    requestMs,
    leaseMs: requestMs * 1.25,
    waitMs: requestMs * 1.5,
    resendMs: fits ? resendMs : 0,
  };
}
