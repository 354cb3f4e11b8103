import type { TokenAnswer, TokenStatus } from "./api.ts";
import { StoreError } from "./errors.ts";
import { WRITES } from "./kept-record.ts";
import { ended, freshness, succeeded } from "./record.ts";
import type { RefreshDeps } from "./spend.ts";
import { isTokenAnswer } from "./token-request.ts";
import type { Awaitable, CredentialRecord } from "./types.ts";
import type { Windows } from "./windows.ts";

/** Begins a session, whatever was before. */
export async function begin(deps: RefreshDeps, answer: TokenAnswer): Promise<void> {
  if (!isTokenAnswer(answer)) throw new TypeError("Not the answer of a token endpoint");
  const { server, binding } = deps;
  await replace(deps, (before) => {
    const now = server.now();
    // Nothing of the session before goes over, but its generations count on, so that its late writers lose.
    return succeeded(before && ended(before, "cleared", now), binding, answer, now, server.offset());
  });
}

/** Ends the session, if there is one. */
export async function end(
  deps: RefreshDeps,
  after?: (ended: CredentialRecord) => Awaitable<void>,
): Promise<void> {
  const { server, emit } = deps;
  const before = await replace(deps, (record) =>
    record && !record.ended ? ended(record, "cleared", server.now()) : undefined,
  );
  if (!before) return;
  emit({ type: "ended", reason: "cleared" });
  await after?.(before);
}

/** @returns the record that was replaced; undefined: there was none, or nothing to write */
async function replace(
  { kept }: RefreshDeps,
  by: (record: CredentialRecord | undefined) => CredentialRecord | undefined,
): Promise<CredentialRecord | undefined> {
  for (let left = WRITES; left > 0; left -= 1) {
    const held = await kept.read();
    const next = by(held?.record);
    if (!next) return undefined;
    if (await kept.write(held?.version ?? null, next)) return held?.record;
  }
  throw new StoreError("The store takes no write");
}

export async function statusOf(
  { kept, server, store }: RefreshDeps,
  windows: Windows,
  isRefreshing: boolean,
): Promise<TokenStatus> {
  const record = (await kept.read())?.record;
  const now = server.now();
  const local = (instant: number | undefined) =>
    instant === undefined ? undefined : instant - server.offset();
  return {
    state: stateOf(),
    generation: record?.generation ?? 0,
    reason: record?.ended?.reason,
    expiresAt: local(record?.expiresAt),
    retryAt: local(record?.cooldown?.until),
    coordination: store.atomic ? store.scope : "process",
  };

  function stateOf(): TokenStatus["state"] {
    if (!record) return "empty";
    if (record.ended) return "ended";
    if (isRefreshing || (record.intent && record.intent.until >= now)) return "refreshing";
    if (record.unanswered || record.intent) return "unknown-outcome";
    return freshness(record, now, windows) === "fresh" ? "fresh" : "stale";
  }
}
