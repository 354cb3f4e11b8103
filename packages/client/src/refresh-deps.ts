import type { Clock, TokenClientOptions, TokenEvent, TokenRequestParts } from "./api.ts";
import { none } from "./client-auth.ts";
import { serverClock, systemClock, withTimeout } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { ClientConfigError } from "./errors.ts";
import type { TokenIdentity } from "./record.ts";
import { recordCache } from "./record-cache.ts";
import type { RecordCache } from "./record-cache.ts";
import { secureUrl } from "./secure-url.ts";
import type { Awaitable, CredentialRecord } from "./types.ts";

/** The dependencies of a refresh, made from the client's options. */
export interface RefreshDeps extends Pick<
  TokenClientOptions,
  "store" | "lock" | "grant" | "key" | "waitUntil" | "classifyError"
> {
  readonly clock: Clock;
  readonly server: ServerClock;
  readonly cache: RecordCache;
  readonly identity: TokenIdentity;
  readonly fetch: typeof fetch;
  /** Of a token request, ms. */
  readonly timeout: number;
  /** Builds and authenticates the token request. @throws ClientConfigError */
  readonly prepare: (record: CredentialRecord) => Promise<TokenRequestParts>;
  /** The server's retry window, ms; 0: none. */
  readonly retryWindow: (record: CredentialRecord | undefined) => Awaitable<number>;
  readonly emit: (event: TokenEvent) => void;
}

/** ms */
const REQUEST_TIMEOUT = 8000;

/** @throws ClientConfigError if an option is invalid */
export function createRefreshDeps(options: TokenClientOptions): RefreshDeps {
  const { clientId, clock = systemClock, refresh = {} } = options;
  const emit = emitter(options.onEvent);
  const fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const server = serverClock(clock, (ms) => emit({ type: "skew", ms }));
  const identity = { tokenEndpoint: secureUrl(options.tokenEndpoint, options.allowHttp).href, clientId };
  const { retryWindowMs, timeoutMs: timeout = REQUEST_TIMEOUT } = refresh;
  const deps: Omit<RefreshDeps, "cache"> = {
    ...options,
    clock,
    server,
    identity,
    fetch,
    emit,
    timeout,
    prepare: (record) => prepare(options, clock, timeout, identity.tokenEndpoint, record),
    retryWindow: (record) =>
      typeof retryWindowMs === "number"
        ? retryWindowMs
        : (record?.retryWindow ?? retryWindowMs?.().catch(() => 0) ?? 0),
  };
  return { ...deps, cache: recordCache(deps) };
}

/** A refresh request (RFC 6749 §6) or, without a refresh token, the request of the configured grant. */
async function prepare(
  { clientId, clientAuth = none, grant, refresh }: TokenClientOptions,
  clock: Clock,
  timeout: number,
  tokenEndpoint: string,
  { refreshToken }: CredentialRecord,
): Promise<TokenRequestParts> {
  const body = new URLSearchParams(
    refreshToken ? { ...refresh?.params, grant_type: "refresh_token", refresh_token: refreshToken } : grant,
  );
  const request = { tokenEndpoint, clientId, body, headers: new Headers({ accept: "application/json" }) };
  try {
    await withTimeout(clock, timeout, () => clientAuth(request));
  } catch (cause) {
    throw new ClientConfigError("`clientAuth` failed", { cause });
  }
  return request;
}

/** Calls the listener asynchronously and ignores its errors: a listener must not fail a refresh. */
function emitter(onEvent: TokenClientOptions["onEvent"]): (event: TokenEvent) => void {
  return (event) => {
    if (onEvent)
      void Promise.resolve(event)
        .then(onEvent)
        .catch(() => {});
  };
}
