import type { Clock, Dpop, RefreshOptions, TokenClientOptions, TokenEvent } from "./api.ts";
import { serverClock, systemClock } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { recordCache } from "./record-cache.ts";
import type { RecordCache } from "./record-cache.ts";
import { secureUrl } from "./secure-url.ts";
import { refreshWindows } from "./windows.ts";
import type { Windows } from "./windows.ts";

/** The client's options with their defaults, and what is made of them. */
export interface RefreshDeps extends Omit<TokenClientOptions, "tokenEndpoint" | "onEvent"> {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly refresh: RefreshOptions;
  readonly windows: Windows;
  /** Of a token request, ms. */
  readonly timeout: number;
  readonly server: ServerClock;
  readonly cache: RecordCache;
  readonly tokenEndpoint: string;
  readonly emit: (event: TokenEvent) => void;
  /** With `dpop`. */
  readonly checkType?: ReturnType<Dpop["bind"]>["checkType"];
}

/** ms */
const REQUEST_TIMEOUT = 8000;

/** @throws ClientConfigError if an option is invalid */
export function createRefreshDeps(options: TokenClientOptions): RefreshDeps {
  const { clock = systemClock, refresh = {}, dpop } = options;
  const fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  // The listener is called asynchronously, and its errors are ignored: it must not fail a refresh.
  const emit: RefreshDeps["emit"] = (event) =>
    void Promise.resolve(event)
      .then(options.onEvent)
      .catch(() => {});
  const deps: Omit<RefreshDeps, "cache"> = {
    ...options,
    clock,
    refresh,
    emit,
    fetch,
    ...dpop?.bind({ ...options, fetch, emit }),
    windows: refreshWindows(refresh, Math.random()),
    timeout: refresh.timeoutMs ?? REQUEST_TIMEOUT,
    server: serverClock(clock, (ms) => emit({ type: "skew", ms })),
    tokenEndpoint: secureUrl(options.tokenEndpoint, options.allowHttp).href,
  };
  return { ...deps, cache: recordCache(deps) };
}
