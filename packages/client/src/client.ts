import type { TokenClient, TokenClientOptions } from "./api.ts";
import { tokenGetter } from "./get-token.ts";
import { createRefreshDeps } from "./refresh-deps.ts";
import { clearSession, sessionStatus, startSession } from "./session.ts";

/**
 * Creates a client that keeps one session's token fresh for all callers, in every process that shares the store.
 *
 * @throws ClientConfigError if an option is invalid
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const deps = createRefreshDeps(options);
  const { store, lock, key, emit } = deps;
  const { getToken, isRefreshing } = tokenGetter(deps);
  if (!store.atomic && !lock && store.scope !== "process") {
    emit({ type: "weak_coordination", scope: store.scope });
  }
  return {
    getToken,
    set: (response) => startSession(deps, response),
    clear: (after) => clearSession(deps, after),
    status: () => sessionStatus(deps, isRefreshing()),
    subscribe: (onChange) => store.subscribe?.(key, onChange) ?? (() => {}),
    dpop: options.dpop,
  };
}
