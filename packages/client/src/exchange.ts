import type { RefreshTrigger } from "./api.ts";
import { sleep } from "./clock.ts";
import { TokenUnavailableError } from "./errors.ts";
import {
  emptyRecord,
  endedRecord,
  randomId,
  recordOf,
  withClaim,
  withCooldown,
  withoutClaim,
  withoutRefreshToken,
} from "./record.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { requestToken } from "./token-request.ts";
import type { TokenResult } from "./token-request.ts";
import type { CredentialRecord, Lease, Refusal, Version, Versioned } from "./types.ts";
import type { RefreshTimes } from "./windows.ts";

/** One refresh in progress. */
export interface RefreshAttempt {
  readonly times: RefreshTimes;
  readonly trigger: RefreshTrigger;
  /** How long to wait for other processes: an instant of the monotonic clock, ms. */
  readonly waitUntil: number;
  /** Set while a lock is held. */
  readonly lease?: Lease | undefined;
  /** Why the last request failed. */
  failure?: string;
}

/** A stored record that contains this process's claim. */
interface Claim {
  readonly version: Version;
  readonly record: CredentialRecord;
  /** When it was made, by the server's clock. */
  readonly at: number;
  /** Consecutive failures before it. */
  readonly failures: number;
}

/** How long a rejected request waits for a concurrent winner to store its tokens, where the store is not atomic, ms. */
const WINNER_DELAY = 1000;

/**
 * Claims the refresh token, exchanges it once and stores the successor.
 *
 * @returns undefined: another process was faster, or the outcome is in the record: read it again
 * @throws TokenUnavailableError, ClientConfigError, StoreError: before anything was sent
 */
export async function exchange(
  deps: RefreshDeps,
  attempt: RefreshAttempt,
  stored: Versioned | undefined,
): Promise<CredentialRecord | undefined> {
  const { clock, server, identity } = deps;
  const before = stored?.record ?? emptyRecord(identity, server.now(), server.offset());
  const request = await deps.prepare(before);
  const claim = await claimToken(deps, attempt, before, stored?.version ?? null);
  if (!claim) return undefined;
  const sent = clock.monotonic();
  const result = await requestToken(deps, request, attempt.times.request, before.accessToken);
  if (result.outcome === "issued") {
    const issuedAt = Math.round(server.now() - (clock.monotonic() - sent));
    const next = recordOf(result.response, before, identity, issuedAt, server.offset());
    return saveSuccessor(deps, claim, next, attempt.trigger);
  }
  if (result.outcome === "rejected") {
    if (result.reused) deps.emit({ type: "reuse_suspected", generation: before.generation });
    await endSession(deps, claim, result.refusal);
  } else {
    attempt.failure = result.reason;
    await backOff(deps, claim, result, attempt.times);
  }
  return undefined;
}

/** Writes the claim: of all processes that share an atomic store, one succeeds. */
async function claimToken(
  { server, cache }: RefreshDeps,
  { times, lease }: RefreshAttempt,
  before: CredentialRecord,
  expected: Version | null,
): Promise<Claim | undefined> {
  const at = server.now();
  const record = withClaim(before, randomId(), at, Math.round(at + times.lease));
  const version = await cache.write(expected, record);
  if (version === false) return undefined;
  // After a slow write, or if the machine slept, the request could outlast the claim.
  if (lease?.signal.aborted || server.now() - at > times.lease - times.request) {
    await cache.write(version, withoutClaim(record));
    throw new TokenUnavailableError("No token available: the claim took too long");
  }
  return { version, record, at, failures: before.cooldown?.failures ?? 0 };
}

/** Stores the successor before any caller gets its token. */
async function saveSuccessor(
  { cache, emit }: RefreshDeps,
  claim: Claim,
  next: CredentialRecord,
  trigger: RefreshTrigger,
): Promise<CredentialRecord | undefined> {
  await cache.save(claim.version, next);
  // Another record won, such as that of a new login.
  if (cache.last() !== next) return undefined;
  emit({ type: "refreshed", by: "self", generation: next.generation, trigger });
  return next;
}

/** The server rejected the refresh token: ends the session, unless another process has stored a newer record. */
async function endSession(
  { clock, server, cache, store, grant, emit }: RefreshDeps,
  claim: Claim,
  refusal: Refusal,
): Promise<void> {
  let stored = await cache.read();
  if (!store.atomic && stored?.version === claim.version) {
    await sleep(clock, WINNER_DELAY);
    stored = await cache.read();
  }
  if (stored?.version !== claim.version) return;
  const { refreshToken, unanswered } = claim.record;
  const reason = unanswered ? "outcome_unknown" : "rejected";
  const next =
    grant && refreshToken
      ? withoutRefreshToken(claim.record)
      : endedRecord(claim.record, reason, server.now(), refusal);
  if ((await cache.write(claim.version, next)) && next.ended) emit({ type: "ended", reason, ...refusal });
}

/** The request failed: writes down when the next one may be sent, by any process. */
async function backOff(
  { clock, server, cache, emit }: RefreshDeps,
  { version, record, at, failures }: Claim,
  result: TokenResult & { outcome: "failed" },
  { resend }: RefreshTimes,
): Promise<void> {
  const isLost = result.lost && record.refreshToken !== undefined;
  const since = record.unanswered?.since ?? (isLost ? at : undefined);
  // A server with a retry window repeats the response until the window closes.
  const latest = since !== undefined && resend > 0 ? since + resend : Infinity;
  // A server without one may still be processing the request: the claim stays until its end.
  const keepsClaim = isLost && resend === 0;
  const failure = { ...result, since, latest, keepsClaim, failures: failures + 1 };
  const now = server.now();
  const next = withCooldown(record, failure, now, Math.random());
  if (isLost) emit({ type: "outcome_unknown", since: clock.now() + at - now });
  const retryAt = clock.now() + (next.cooldown?.until ?? now) - now;
  const reason = result.refused ?? result.reason;
  emit({ type: "refresh_failed", retryAt, status: result.status, reason, ...result.refusal });
  await cache.write(version, next);
}
