import type { RefreshOptions } from "./api.ts";

/** How long before expiry a token is refreshed: in the background (soft), or while callers wait (hard). All in ms. */
export interface Windows {
  soft(lifetime: number): number;
  hard(lifetime: number): number;
}

/** @param random 0 to 1, fixed per instance, so that instances that share a token do not all refresh at once */
export function refreshWindows(options: RefreshOptions, random: number): Windows {
  const later = 1 - (options.jitter ?? 0.2) * random;
  return {
    soft: (lifetime) => Math.min(options.softMs ?? Math.min(lifetime / 5, 300_000), lifetime / 2) * later,
    hard: (lifetime) => Math.min(options.hardMs ?? Math.min(lifetime / 20, 30_000), lifetime / 2),
  };
}

/** Longest retry window that is made use of, s. */
const MAX_WINDOW = 3600;

/** A server's retry window in ms, from its response or metadata; undefined: not a number of seconds. */
export function windowMs(seconds: unknown): number | undefined {
  return typeof seconds === "number" && seconds >= 0 ? Math.min(seconds, MAX_WINDOW) * 1000 : undefined;
}

/** Time limits of a refresh, ms. */
export interface RefreshTimes {
  readonly request: number;
  /** Length of the claim: longer than the request, so that two requests never overlap. */
  readonly lease: number;
  /** Wait for another process: longer than the claim, so that an abandoned claim can be replaced within it. */
  readonly wait: number;
  /** How long after the claim a lost response can be requested again; 0: the server does not repeat it. */
  readonly resend: number;
}

/** Spare time before the retry window closes, ms. */
const SPARE = 2000;
/** Shortest useful timeout of a request, ms. */
const MIN_REQUEST = 3000;

/**
 * Fits the limits into the server's retry window: a claim, its expiry and another process's resend all lie within it. A
 * window that is too short for that counts as none.
 *
 * @param request timeout of a token request, ms
 * @param retryWindow ms; 0: none
 */
export function refreshTimes(request: number, retryWindow: number): RefreshTimes {
  const resend = retryWindow - SPARE;
  const fitting = Math.min(request, resend / 2.25);
  if (fitting < Math.min(request, MIN_REQUEST)) return times(request, 0);
  return times(fitting, resend);
}

function times(request: number, resend: number): RefreshTimes {
  return { request, lease: request * 1.25, wait: request * 1.5, resend };
}
