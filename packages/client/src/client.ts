import type { TokenClient, TokenClientOptions } from "./api.ts";
import { background } from "./background.ts";
import { sender } from "./fetch.ts";
import { tokenGetter } from "./get-token.ts";
import { secureUrl } from "./secure-url.ts";
import { begin, end, statusOf } from "./session.ts";
import { refreshWindows } from "./windows.ts";
import { wire } from "./wiring.ts";

/**
 * Keeps one credential fresh, for all who ask for its token, in however many processes share the store.
 *
 * @throws ClientConfigError where the options cannot work
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const deps = wire(options);
  const { store, lock, clock, server, kept, fetch, emit } = deps;
  const windows = refreshWindows(options.refresh ?? {}, Math.random());
  const { getToken, isRefreshing, isReplacement } = tokenGetter(deps, windows);
  const origins = options.origins && new Set(options.origins.map((origin) => secureUrl(origin).origin));
  const send = sender({ getToken, origins, isRejected: options.isRejected, emit });
  const upkeep = background(clock, check, kept.subscribe);
  if (!store.atomic && !lock && store.scope !== "process") {
    emit({ type: "weak_coordination", scope: store.scope });
  }

  /** Refreshes what is due, and says in how many ms something will be. */
  async function check(): Promise<number> {
    await getToken().catch(() => {});
    const { expiresAt = Infinity, refreshAt = Infinity, issuedAt = 0, cooldown } = kept.last() ?? {};
    const due = Math.min(refreshAt, expiresAt - windows.soft(expiresAt - issuedAt));
    return Math.max(due, cooldown?.until ?? 0) - server.now();
  }

  return {
    getToken,
    fetch: (input, init) => send((request) => fetch(request), input, init),
    middleware: () => (request, next) => send(next, request),
    authProvider() {
      let last: string | undefined;
      return {
        token: async () => (last = (await getToken()).accessToken),
        async onUnauthorized() {
          // Nobody says which token was refused: soon after a refusal, it is still the one before.
          if (last !== undefined && !isReplacement(last)) await getToken({ rejected: last });
        },
      };
    },
    set: (answer) => begin(deps, answer),
    clear: (after) => end(deps, after),
    status: () => statusOf(deps, windows, isRefreshing()),
    start: upkeep.start,
    dispose: upkeep.stop,
    [Symbol.dispose]: upkeep.stop,
  };
}
