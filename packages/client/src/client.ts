import type { TokenClient, TokenClientOptions } from "./api.ts";
import { background } from "./background.ts";
import { authorizedFetch } from "./fetch.ts";
import { tokenGetter } from "./get-token.ts";
import { createRefreshDeps } from "./refresh-deps.ts";
import { secureUrl } from "./secure-url.ts";
import { clearSession, sessionStatus, startSession } from "./session.ts";
import { refreshWindows } from "./windows.ts";

/**
 * Creates a client that keeps one session's token fresh for all callers, in every process that shares the store.
 *
 * @throws ClientConfigError if an option is invalid
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const deps = createRefreshDeps(options);
  const { store, lock, clock, server, cache, fetch, emit } = deps;
  const windows = refreshWindows(options.refresh ?? {}, Math.random());
  const { getToken, isRefreshing, isReplacement } = tokenGetter(deps, windows);
  const origins = options.origins && new Set(options.origins.map((origin) => secureUrl(origin).origin));
  const send = authorizedFetch({ getToken, origins, isRejected: options.isRejected, emit });
  const maintenance = background(clock, check, cache.subscribe);
  if (!store.atomic && !lock && store.scope !== "process") {
    emit({ type: "weak_coordination", scope: store.scope });
  }

  /** Refreshes the token if it is due; returns the ms until it is due next. */
  async function check(): Promise<number> {
    await getToken().catch(() => {});
    const { expiresAt = Infinity, refreshAt = Infinity, issuedAt = 0, cooldown } = cache.last() ?? {};
    const due = Math.min(refreshAt, expiresAt - windows.soft(expiresAt - issuedAt));
    return Math.max(due, cooldown?.until ?? 0) - server.now();
  }

  return {
    getToken,
    fetch: (input, init) => send(fetch, input, init),
    middleware: () => (request, next) => send(next, request),
    authProvider() {
      let last: string | undefined;
      return {
        token: async () => (last = (await getToken()).accessToken),
        async onUnauthorized() {
          // The interface does not say which token was rejected. Just after a replacement, a late 401 means the old one.
          if (last !== undefined && !isReplacement(last)) await getToken({ rejected: last });
        },
      };
    },
    set: (response) => startSession(deps, response),
    clear: (after) => clearSession(deps, after),
    status: () => sessionStatus(deps, windows, isRefreshing()),
    start: maintenance.start,
    dispose: maintenance.stop,
    [Symbol.dispose]: maintenance.stop,
  };
}
