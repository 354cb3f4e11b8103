import type { TokenResponse, TokenStatus } from "./api.ts";
import { StoreError } from "./errors.ts";
import { endedRecord, freshness, recordOf, refreshTime, storedTimes } from "./record.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { tokenResponse } from "./token-response.ts";
import type { Awaitable, CredentialRecord } from "./types.ts";
import { MAX_WRITES } from "./unsaved-record.ts";
import type { Windows } from "./windows.ts";

/**
 * Starts a session with a token response, in place of any earlier one.
 *
 * @throws TypeError it has no access token; StoreError
 */
export async function startSession(deps: RefreshDeps, given: TokenResponse): Promise<void> {
  const response = tokenResponse(Object(given) as object);
  if (!response) throw new TypeError("`set` takes a token response");
  const { server, identity } = deps;
  await replace(deps, (before) => {
    const now = server.now();
    // No token of the earlier session is kept, but the generation continues, so that its late writers lose.
    const ended = before && endedRecord(before, "cleared", now);
    const { issuedAt, ...times } = storedTimes(response, now);
    return recordOf({ ...response, ...times }, ended, identity, issuedAt, server.offset());
  });
}

/** Ends the session, if there is one, and passes the record that it replaced to `after`. @throws StoreError */
export async function clearSession(
  deps: RefreshDeps,
  after?: (ended: CredentialRecord) => Awaitable<void>,
): Promise<void> {
  const { server, emit } = deps;
  const before = await replace(deps, (record) =>
    record && !record.ended ? endedRecord(record, "cleared", server.now()) : undefined,
  );
  if (!before) return;
  emit({ type: "ended", reason: "cleared" });
  await after?.(before);
}

/** @returns the record that was replaced; undefined: there was none, or `by` returned none */
async function replace(
  { cache }: RefreshDeps,
  by: (record: CredentialRecord | undefined) => CredentialRecord | undefined,
): Promise<CredentialRecord | undefined> {
  for (let left = MAX_WRITES; left > 0; left -= 1) {
    const stored = await cache.read(true);
    const next = by(stored?.record);
    if (!next) return undefined;
    if (await cache.write(stored?.version ?? null, next)) return stored?.record;
  }
  throw new StoreError("The store refuses every write");
}

/** Reads the store; sends no request. Instants are by this machine's clock. @throws StoreError */
export async function sessionStatus(
  { cache, server, store }: RefreshDeps,
  windows: Windows,
  isRefreshing: boolean,
): Promise<TokenStatus> {
  const record = (await cache.read())?.record;
  const now = server.now();
  const local = (instant = Infinity) =>
    instant < Infinity ? Math.round(instant) - server.offset() : undefined;
  return {
    state: stateOf(),
    generation: record?.generation ?? 0,
    reason: record?.ended?.reason,
    expiresAt: local(record?.expiresAt),
    refreshAt: local(record && Math.max(refreshTime(record, windows), record.cooldown?.until ?? 0)),
    startedAt: local(record?.startedAt),
    issuedAt: local(record?.issuedAt),
    refreshTokenExpiresAt: local(record?.refreshTokenExpiresAt),
    authorizationExpiresAt: local(record?.authorizationExpiresAt),
    retryAt: local(record?.cooldown?.until),
    coordination: store.atomic ? store.scope : "process",
  };

  function stateOf(): TokenStatus["state"] {
    if (!record) return "empty";
    if (record.ended) return "ended";
    if (isRefreshing || (record.intent && record.intent.until >= now)) return "refreshing";
    if (record.unanswered || record.intent) return "outcome_unknown";
    return freshness(record, now, windows) === "fresh" ? "fresh" : "stale";
  }
}
