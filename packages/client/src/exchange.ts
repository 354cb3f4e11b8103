import type { RefreshTrigger } from "./api.ts";
import { none } from "./client-auth.ts";
import { sleep, withTimeout } from "./clock.ts";
import { ClientConfigError, TokenUnavailableError } from "./errors.ts";
import { emptyRecord, endedRecord, randomId, recordOf } from "./record.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { requestToken } from "./token-request.ts";
import type { FailedRequest } from "./token-request.ts";
import type { CredentialRecord, Lease, Refusal, Versioned } from "./types.ts";
import type { RefreshTimes } from "./windows.ts";
import type { TokenRequestParts } from "./wire-format.ts";

/** One refresh in progress. */
export interface RefreshAttempt {
  readonly times: RefreshTimes;
  readonly trigger: RefreshTrigger;
  /** An instant of the monotonic clock, ms. */
  readonly began: number;
  /** Set while a lock is held. */
  readonly lease?: Lease | undefined;
  /** Why the last request failed. */
  failure?: string;
}

/** ms */
const FIRST_BACKOFF = 1000;
const MAX_BACKOFF = 60_000;
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
  const { cache, emit } = deps;
  const { times } = attempt;
  const before = stored?.record ?? emptyRecord(deps);
  const request = await prepare(deps, before);
  const claim = await claimToken(deps, attempt, before, stored);
  if (!claim) return undefined;
  const result = await requestToken(deps, request, times.requestMs, before.accessToken);
  if (result.outcome === "issued") {
    const isReplacement = attempt.trigger === "rejected" || undefined;
    const next = { ...recordOf(deps, result.response, before, result.issuedAt), isReplacement };
    // It is stored before any caller gets its token.
    await cache.save(claim, next);
    // Another record may have won, such as that of a new login.
    return cache.last() === next ? next : undefined;
  }
  if (result.outcome === "session_ended") {
    if (result.reused) emit({ type: "reuse_suspected", generation: before.generation });
    await endSession(deps, claim, result.refusal);
  } else {
    attempt.failure = result.reason;
    await backOff(deps, claim, result, times.resendMs);
  }
  return undefined;
}

/**
 * Builds and authenticates a refresh request (RFC 6749 §6) or, without a refresh token, the request of the configured
 * grant.
 */
async function prepare(
  { clock, timeout, tokenEndpoint, clientId, clientAuth = none, grant, refresh }: RefreshDeps,
  { refreshToken }: CredentialRecord,
): Promise<TokenRequestParts> {
  const body = new URLSearchParams(
    refreshToken ? { ...refresh.params, grant_type: "refresh_token", refresh_token: refreshToken } : grant,
  );
  const request = { tokenEndpoint, clientId, body, headers: new Headers({ accept: "application/json" }) };
  try {
    await withTimeout(clock, timeout, () => clientAuth(request));
  } catch (cause) {
    throw new ClientConfigError("`clientAuth` failed", { cause });
  }
  return request;
}

/**
 * Writes the claim: of all processes that share an atomic store, one succeeds. An abandoned claim that it replaces means
 * that the refresh token may be spent.
 */
async function claimToken(
  { server, cache }: RefreshDeps,
  { times, lease }: RefreshAttempt,
  before: CredentialRecord,
  stored: Versioned | undefined,
): Promise<Versioned | undefined> {
  const at = server.now();
  const record = {
    ...before,
    unanswered: before.unanswered ?? (before.intent && { since: before.intent.at }),
    intent: { id: randomId(), at, until: Math.round(at + times.leaseMs) },
  };
  const version = await cache.write(stored, record);
  if (version === false) return undefined;
  const claim = { version, record };
  // After a slow write, or if the machine slept, the request could outlast the claim.
  if (lease?.signal.aborted || server.now() - at > times.leaseMs - times.requestMs) {
    await cache.write(claim, { ...record, intent: undefined });
    throw new TokenUnavailableError("The claim took too long");
  }
  return claim;
}

/** The server rejected the refresh token: ends the session, unless another process has stored a newer record. */
async function endSession(deps: RefreshDeps, claim: Versioned, refusal: Refusal | undefined): Promise<void> {
  const { clock, cache, store, grant } = deps;
  const { version, record } = claim;
  if (!store.atomic && (await cache.read())?.version === version) await sleep(clock, WINNER_DELAY);
  if ((await cache.read())?.version !== version) return;
  const next =
    grant && record.refreshToken
      ? // The grant requests a new token without the refresh token.
        { ...record, refreshToken: undefined, unanswered: undefined, intent: undefined }
      : endedRecord(deps, record, record.unanswered ? "outcome_unknown" : "rejected");
  await cache.write(claim, { ...next, refusal });
}

/** The request failed: writes down when the next one may be sent, by any process. */
async function backOff(
  { server, cache, emit }: RefreshDeps,
  claim: Versioned,
  { lost, status, reason, outcome, refusal, retryAfter }: FailedRequest,
  resend: number,
): Promise<void> {
  const { record } = claim;
  const now = server.now();
  const at = record.intent?.at ?? now;
  const isLost = lost && record.refreshToken !== undefined;
  const unanswered = record.unanswered ?? (isLost ? { since: at } : undefined);
  const { failures = 0 } = record.cooldown ?? {};
  const backoff = Math.min(FIRST_BACKOFF * 2 ** failures, MAX_BACKOFF) * (0.8 + 0.4 * Math.random());
  // A server with a retry window repeats the response until the window closes.
  const left = unanswered ? unanswered.since + resend - now : 0;
  const until = Math.round(now + (retryAfter ?? (left > 0 ? Math.min(backoff, left) : backoff)));
  if (isLost) emit({ type: "outcome_unknown", since: at - server.offset() });
  emit({ type: "refresh_failed", retryAt: until - server.offset(), status, reason, ...refusal });
  await cache.write(claim, {
    ...record,
    // A server without a retry window may still be processing the request: the claim stays until its end.
    intent: isLost && resend === 0 ? record.intent : undefined,
    unanswered,
    cooldown: { until, failures: failures + 1, error: outcome === "client_config" ? reason : undefined },
    refusal,
  });
}
