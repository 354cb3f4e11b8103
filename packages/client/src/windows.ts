import type { RefreshOptions } from "./api.ts";

/** Before its expiry, for how long an access token is refreshed while in use (soft), or waited for (hard): ms, of its lifetime. */
export interface Windows {
  soft(lifetime: number): number;
  hard(lifetime: number): number;
}

/**
 * @param random from 0 to 1, fixed for an instance, so that instances with one token do not all begin at once
 */
export function refreshWindows(options: RefreshOptions, random: number): Windows {
  const later = 1 - (options.jitter ?? 0.2) * random;
  return {
    soft: (lifetime) => Math.min(options.softMs ?? Math.min(lifetime / 5, 300_000), lifetime / 2) * later,
    hard: (lifetime) => Math.min(options.hardMs ?? Math.min(lifetime / 20, 30_000), lifetime / 2),
  };
}

/** How long the steps of a refresh may take, ms. */
export interface Times {
  readonly request: number;
  /** From the claim on; longer than the request, so that no two requests are under way. */
  readonly lease: number;
  /** For another's refresh; longer than the lease, so that an abandoned claim is taken over in it. */
  readonly wait: number;
  /** How long after the claim a resend is in time; 0: the server does not repeat its answer. */
  readonly resend: number;
}

const SPARE = 2000;
/** A server may need that long. */
const LEAST_REQUEST = 3000;

/**
 * Fits the times into the server's retry window: a claim, its abandonment and the resend by another lie within it.
 * A window too short for that is as good as none.
 */
export function refreshTimes(request: number, retryWindow: number): Times {
  const resend = retryWindow - SPARE;
  const fitting = Math.min(request, resend / 2.25);
  if (fitting < Math.min(request, LEAST_REQUEST)) return times(request, 0);
  return times(fitting, resend);
}

function times(request: number, resend: number): Times {
  return { request, lease: request * 1.25, wait: request * 1.5, resend };
}
