import type { GetTokenOptions } from "./api.ts";
import { abortReason, withTimeout } from "./clock.ts";
import { SessionEndedError, TokenUnavailableError } from "./errors.ts";
import { belongsTo, freshness } from "./record.ts";
import type { Freshness } from "./record.ts";
import type { RefreshRequest } from "./refresh.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { singleFlight } from "./single-flight.ts";
import type { CredentialRecord, Token } from "./types.ts";

/** A replacement that an API rejects as well is not replaced for this long, ms. */
const REPLACEMENT_PAUSE = 60_000;
/**
 * How long a caller with a valid token waits for its refresh at most, ms: longer than a healthy server takes, shorter than
 * the caller's own patience.
 */
const SOFT_WAIT = 3000;

export interface TokenGetter {
  readonly getToken: (options?: GetTokenOptions) => Promise<Token>;
  readonly isRefreshing: () => boolean;
}

/** Creates the function that returns the stored token while it is fresh, and refreshes it otherwise. */
export function tokenGetter(deps: RefreshDeps): TokenGetter {
  const { clock, server, cache, windows } = deps;
  const { obtain, isRefreshing } = singleFlight(deps);

  const tokenOf = (record: CredentialRecord): Token => {
    const { accessToken = "", tokenType = "", expiresAt, scope, response = {} } = record;
    deps.checkType?.(tokenType);
    return { accessToken, tokenType, expiresAt: server.local(expiresAt), scope, response };
  };

  async function get(options: GetTokenOptions): Promise<Token> {
    const { minValidityMs, mode = "auto", rejected, waitUntil = deps.waitUntil } = options;
    const stateOf = (record: CredentialRecord | undefined): Freshness =>
      !record || record.ended || record.accessToken === rejected || !belongsTo(record, deps)
        ? "expired"
        : freshness(record, server.now(), windows, minValidityMs);
    /** The record that was read or written last, if its token is valid. */
    const newest = () => (stateOf(cache.last()) === "expired" ? undefined : cache.last());

    const record = await cache.latest();
    const state = stateOf(record);
    const isRejected = rejected !== undefined && record?.accessToken === rejected;
    const trigger = mode === "force" ? mode : isRejected ? "rejected" : "expiry";
    const request = (urgent: boolean): RefreshRequest => ({
      trigger,
      urgent,
      isMet(next) {
        // A newer generation satisfies every request, however short its lifetime: another refresh would not improve it.
        if (next.generation > (record?.generation ?? 0)) return true;
        const reached = stateOf(next);
        return trigger === "expiry" && (reached === "fresh" || (urgent && reached === "soft"));
      },
    });
    if (record && state !== "expired" && mode !== "force") {
      if (state === "soft" && mode !== "cached" && !isRefreshing()) {
        const refreshing = obtain(request(false)).catch(() => {});
        // Where the process is frozen after its response, a refresh that nobody waits for is lost.
        if (!isKept(refreshing, waitUntil)) {
          await withTimeout(clock, SOFT_WAIT, () => refreshing).catch(() => {});
        }
        return tokenOf(newest() ?? record);
      }
      if (state !== "hard" || mode === "cached") return tokenOf(record);
    }
    if (mode === "cached") {
      if (record?.ended) throw new SessionEndedError(record.ended.reason, undefined, record);
      throw new TokenUnavailableError("No valid token is stored");
    }
    // In the record, so that an API that rejects every token causes no storm, in however many processes.
    const pause = isRejected && record.isReplacement ? record.issuedAt + REPLACEMENT_PAUSE - server.now() : 0;
    // More, if the clocks differ.
    if (pause > 0 && pause <= REPLACEMENT_PAUSE) {
      throw new TokenUnavailableError("The API rejects a new token", { retryAt: clock.now() + pause });
    }
    try {
      return tokenOf(await obtain(request(true)));
    } catch (error) {
      // A token that is valid for a few more seconds is better than an error.
      const last = newest();
      if (last && mode === "auto") return tokenOf(last);
      throw error;
    }
  }

  return {
    isRefreshing,
    getToken: (options = {}) => unlessAborted(() => get(options), options.signal),
  };
}

/** Whether the platform keeps the process running for the work: `waitUntil` may throw outside of a request. */
function isKept(work: Promise<unknown>, waitUntil: GetTokenOptions["waitUntil"]): boolean {
  try {
    waitUntil?.(work);
    return waitUntil !== undefined;
  } catch {
    return false;
  }
}

/** Rejects with the signal's reason when it aborts; the work itself continues. */
function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortReason(signal));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
