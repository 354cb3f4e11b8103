import type { Clock, TokenClientOptions, TokenEvent, TokenRequestParts } from "./api.ts";
import { none } from "./client-auth.ts";
import { serverClock, systemClock, within } from "./clock.ts";
import { ClientConfigError } from "./errors.ts";
import { keepRecord } from "./kept-record.ts";
import { retryWindow } from "./metadata.ts";
import { secureUrl } from "./secure-url.ts";
import type { RefreshDeps } from "./spend.ts";
import type { CredentialRecord } from "./types.ts";

const REQUEST_TIMEOUT = 8000;

/**
 * Makes what a refresh works with out of the options.
 *
 * @throws ClientConfigError where they cannot work
 */
export function wire(options: TokenClientOptions): RefreshDeps {
  const { store, lock, grant, key, clientId, issuer, clock = systemClock, refresh = {} } = options;
  const emit = emitter(options.onEvent);
  const fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const server = serverClock(clock, (ms) => emit({ type: "skew", ms }));
  const binding = { tokenEndpoint: secureUrl(options.tokenEndpoint).href, clientId };
  const { retryWindowMs } = refresh;
  return {
    store,
    lock,
    grant,
    key,
    clock,
    server,
    binding,
    fetch,
    emit,
    kept: keepRecord(store, key, { clock, server, emit }),
    timeout: refresh.timeoutMs ?? REQUEST_TIMEOUT,
    prepare: (record) => prepare(options, clock, binding.tokenEndpoint, record),
    retryWindow:
      retryWindowMs === undefined && issuer !== undefined
        ? retryWindow(fetch, clock, String(issuer), secureUrl(issuer))
        : () => Promise.resolve(retryWindowMs ?? 0),
  };
}

/** The request for the successor, or, where there is no refresh token, for a first token. */
async function prepare(
  {
    clientId,
    clientAuth = none,
    grant,
    refresh: { params, timeoutMs = REQUEST_TIMEOUT } = {},
  }: TokenClientOptions,
  clock: Clock,
  tokenEndpoint: string,
  { refreshToken }: CredentialRecord,
): Promise<TokenRequestParts> {
  const body = new URLSearchParams(
    refreshToken ? { ...params, grant_type: "refresh_token", refresh_token: refreshToken } : grant,
  );
  const request = { tokenEndpoint, clientId, body, headers: new Headers({ accept: "application/json" }) };
  try {
    await within(clock, timeoutMs, () => clientAuth(request));
  } catch (cause) {
    throw new ClientConfigError("The client authentication failed", { cause });
  }
  return request;
}

/** Nobody waits for those who listen, and their mistakes are their own. */
function emitter(onEvent: TokenClientOptions["onEvent"]): (event: TokenEvent) => void {
  return (event) => {
    if (onEvent)
      void Promise.resolve(event)
        .then(onEvent)
        .catch(() => {});
  };
}
