import type { Clock, GetTokenOptions } from "./api.ts";
import { abortReason, withTimeout } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { SessionEndedError, TokenUnavailableError } from "./errors.ts";
import { belongsTo, freshness } from "./record.ts";
import type { Freshness } from "./record.ts";
import type { RecordCache } from "./record-cache.ts";
import type { RefreshRequest } from "./refresh.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { singleFlight } from "./single-flight.ts";
import type { CredentialRecord, Token } from "./types.ts";
import type { Windows } from "./windows.ts";

/** A replacement that an API rejects as well is not replaced for this long, ms. */
const REPLACEMENT_PAUSE = 60_000;
/** How long a caller with a valid token waits for its refresh at most, ms. */
const SOFT_WAIT = 3000;

export interface TokenGetter {
  readonly getToken: (options?: GetTokenOptions) => Promise<Token>;
  readonly isRefreshing: () => boolean;
}

/** Creates the function that returns the stored token while it is fresh, and refreshes it otherwise. */
export function tokenGetter(deps: RefreshDeps, windows: Windows): TokenGetter {
  const { server, cache, identity } = deps;
  const { obtain, isRefreshing } = singleFlight(deps);
  const replacement = lastReplacement(deps.clock);

  function usability(record: CredentialRecord | undefined, minValidity?: number): Freshness {
    if (!record || record.ended || !belongsTo(record, identity)) return "expired";
    return freshness(record, server.now(), windows, minValidity);
  }

  const tokenOf = (record: CredentialRecord) => toToken(record, server.offset());

  async function get(options: GetTokenOptions): Promise<Token> {
    const { minValidityMs, mode = "auto", rejected, waitUntil = deps.waitUntil } = options;
    const record = await readOrLast(cache);
    const isRejected = rejected !== undefined && record?.accessToken === rejected;
    const state = isRejected ? "expired" : usability(record, minValidityMs);
    const request = (trigger: RefreshRequest["trigger"], urgent: boolean) =>
      refreshRequest(trigger, urgent, record?.generation ?? 0, server, windows, minValidityMs);
    if (record && state !== "expired" && mode !== "force") {
      if (state === "soft" && mode !== "cached" && !isRefreshing()) {
        const refreshing = obtain(request("expiry", false)).catch(() => {});
        // Where the process is frozen after its response, a refresh that nobody waits for is lost.
        if (!isKept(refreshing, waitUntil)) {
          await withTimeout(deps.clock, SOFT_WAIT, () => refreshing).catch(() => {});
        }
        return tokenOf(newest() ?? record);
      }
      if (state !== "hard" || mode === "cached") return tokenOf(record);
    }
    if (mode === "cached") throw cacheMiss(record);
    const pause = isRejected ? replacement.pause(rejected) : 0;
    if (pause > 0) {
      const retryAt = deps.clock.now() + pause;
      throw new TokenUnavailableError("The API rejects a new token", { retryAt });
    }
    try {
      const trigger = mode === "force" ? mode : isRejected ? "rejected" : "expiry";
      const next = await obtain(request(trigger, true));
      if (isRejected) replacement.set(next.accessToken);
      return tokenOf(next);
    } catch (error) {
      // A token that is valid for a few more seconds is better than an error.
      const last = newest();
      if (last && mode === "auto" && last.accessToken !== rejected) return tokenOf(last);
      throw error;
    }
  }

  /** The record that was read or written last, if its token is valid. */
  function newest(): CredentialRecord | undefined {
    const last = cache.last();
    return usability(last) === "expired" ? undefined : last;
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

/** The stored record; if the store fails, the one that was read last. */
async function readOrLast(cache: RecordCache): Promise<CredentialRecord | undefined> {
  try {
    return (await cache.read())?.record;
  } catch (error) {
    const last = cache.last();
    if (last) return last;
    throw error;
  }
}

function toToken(
  { accessToken = "", tokenType = "", expiresAt, scope, response = {} }: CredentialRecord,
  clockOffset: number,
): Token {
  const local = expiresAt === undefined ? undefined : expiresAt - clockOffset;
  return { accessToken, tokenType, expiresAt: local, scope, response };
}

function cacheMiss(record: CredentialRecord | undefined): Error {
  const { ended } = record ?? {};
  if (ended) return new SessionEndedError(ended.reason, undefined, record);
  return new TokenUnavailableError("No valid token is stored");
}

/** Remembers the last token that replaced a rejected one, so that an API that rejects every token causes no storm. */
function lastReplacement(clock: Clock) {
  let last: string | undefined;
  let until = 0;
  return {
    set(accessToken: string | undefined) {
      last = accessToken;
      until = clock.monotonic() + REPLACEMENT_PAUSE;
    },
    /** ms during which this token is not replaced; 0 or less: it may be. */
    pause: (accessToken: string) => (last === accessToken ? until - clock.monotonic() : 0),
  };
}

function refreshRequest(
  trigger: RefreshRequest["trigger"],
  urgent: boolean,
  seen: number,
  server: ServerClock,
  windows: Windows,
  minValidity: number | undefined,
): RefreshRequest {
  const isMet: RefreshRequest["isMet"] = (record) => {
    // A newer generation satisfies every request, however short its lifetime: another refresh would not improve it.
    if (record.generation > seen) return true;
    const state = freshness(record, server.now(), windows, minValidity);
    return trigger === "expiry" && (state === "fresh" || (urgent && state === "soft"));
  };
  return { trigger, urgent, isMet };
}

/** Rejects with the signal's reason when it aborts; the work itself continues. */
function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  let onAbort = (): void => {};
  return new Promise<T>((resolve, reject) => {
    onAbort = () => reject(abortReason(signal));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    work().then(resolve, reject);
  }).finally(() => signal.removeEventListener("abort", onAbort));
}
