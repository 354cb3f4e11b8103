import { withTimeout } from "./clock.ts";
import { isTokenError } from "./errors.ts";
import { refresh } from "./refresh.ts";
import type { RefreshRequest } from "./refresh.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { refreshTimes } from "./windows.ts";
import type { CredentialRecord } from "./types.ts";

export interface SingleFlight {
  /** Joins the refresh in flight or starts one; rejects as `refresh` does. */
  readonly obtain: (request: RefreshRequest) => Promise<CredentialRecord>;
  readonly isRefreshing: () => boolean;
}

/** A refresh in progress. */
interface Flight {
  readonly done: Promise<CredentialRecord>;
  readonly urgent: boolean;
  /** How long callers join it: an instant of the monotonic clock, ms. */
  readonly until: number;
}

/**
 * Makes concurrent callers in this process share one refresh. They do not wait for it without limit: on some platforms a
 * request that is over takes its fetch and its timers with it, and the promise never settles. A caller then refreshes
 * itself; the claim in the record keeps the two apart.
 */
export function singleFlight(deps: RefreshDeps): SingleFlight {
  const { clock, timeout } = deps;
  let inFlight: Flight | undefined;
  return {
    isRefreshing: () => inFlight !== undefined,
    async obtain(request) {
      while (inFlight) {
        const joined = inFlight;
        try {
          const record = await withTimeout(clock, joined.until - clock.monotonic(), () => joined.done);
          if (request.isMet(record)) return record;
        } catch (error) {
          if (!isTokenError(error)) leave(joined);
          // A background refresh gives up earlier than one that a caller waits for: the caller tries itself.
          else if (joined.urgent || !request.urgent) throw error;
        }
      }
      // 12 s by default: a request, and the wait for another process, have ended by then.
      const until = clock.monotonic() + refreshTimes(timeout, 0).waitMs;
      const flight: Flight = {
        done: refresh(deps, request).finally(() => leave(flight)),
        urgent: request.urgent,
        until,
      };
      return (inFlight = flight).done;
    },
  };

  function leave(flight: Flight): void {
    if (inFlight === flight) inFlight = undefined;
  }
}
