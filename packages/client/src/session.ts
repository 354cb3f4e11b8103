import type { TokenStatus } from "./api.ts";
import { asIssued, emptyRecord, endedRecord, freshness, recordOf, refreshTime } from "./record.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { tokenResponse } from "./token-response.ts";
import type { Awaitable, CredentialRecord } from "./types.ts";
import type { TokenResponse } from "./wire-format.ts";

/**
 * Starts a session with a token response, in place of any earlier one.
 *
 * @throws TypeError it has no access token; StoreError
 */
export async function startSession(deps: RefreshDeps, given: TokenResponse): Promise<void> {
  const response = tokenResponse(Object(given) as Record<string, unknown>);
  if (!response) throw new TypeError("Not a token response");
  await deps.cache.replace((before) => {
    const issued = asIssued(response, deps.server.now());
    // No token of the earlier session is kept, but the generation continues, so that its late writers lose.
    return recordOf(deps, issued.response, emptyRecord(deps, before?.generation), issued.issuedAt);
  });
}

/** Ends the session, if there is one, and passes the record that it replaced to `after`. @throws StoreError */
export async function clearSession(
  deps: RefreshDeps,
  after?: (ended: CredentialRecord) => Awaitable<void>,
): Promise<void> {
  const before = await deps.cache.replace((record) =>
    record && !record.ended ? endedRecord(deps, record, "cleared") : undefined,
  );
  if (before) await after?.(before);
}

/** Reads the store; sends no request. Instants are by this machine's clock. @throws StoreError */
export async function sessionStatus(
  { cache, server, store, windows }: RefreshDeps,
  isRefreshing: boolean,
): Promise<TokenStatus> {
  const record = (await cache.read())?.record;
  const now = server.now();
  const { ended, intent, cooldown, ...of } = record ?? ({} as Partial<CredentialRecord>);
  return {
    state: stateOf(),
    generation: of.generation ?? 0,
    reason: ended?.reason,
    expiresAt: server.local(of.expiresAt),
    refreshAt: server.local(record && Math.max(refreshTime(record, windows), cooldown?.until ?? 0)),
    startedAt: server.local(of.startedAt),
    issuedAt: server.local(of.issuedAt),
    refreshTokenExpiresAt: server.local(of.refreshTokenExpiresAt),
    authorizationExpiresAt: server.local(of.authorizationExpiresAt),
    retryAt: server.local(cooldown?.until),
    coordination: store.atomic ? store.scope : "process",
  };

  function stateOf(): TokenStatus["state"] {
    if (!record) return "empty";
    if (ended) return "ended";
    if (isRefreshing || (intent && intent.until >= now)) return "refreshing";
    if (of.unanswered || intent) return "outcome_unknown";
    return freshness(record, now, windows) === "fresh" ? "fresh" : "stale";
  }
}
