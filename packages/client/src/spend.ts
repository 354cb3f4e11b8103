import type { Clock, RefreshTrigger, TokenClientOptions, TokenEvent, TokenRequestParts } from "./api.ts";
import { sleep } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { TokenUnavailableError } from "./errors.ts";
import type { KeptRecord } from "./kept-record.ts";
import { randomId } from "./random-id.ts";
import { claimed, ended, failed, released, succeeded, unborn, withoutRefreshToken } from "./record.ts";
import type { Binding } from "./record.ts";
import { requestToken } from "./token-request.ts";
import type { TokenOutcome } from "./token-request.ts";
import type { CredentialRecord, Lease, Version, Versioned } from "./types.ts";
import type { Times } from "./windows.ts";

/** What a refresh works with. */
export interface RefreshDeps extends Pick<TokenClientOptions, "store" | "lock" | "grant" | "key"> {
  readonly clock: Clock;
  readonly server: ServerClock;
  readonly kept: KeptRecord;
  readonly binding: Binding;
  readonly fetch: typeof fetch;
  /** Of a token request, ms. */
  readonly timeout: number;
  /** Makes the request whole but for its sending. */
  readonly prepare: (record: CredentialRecord) => Promise<TokenRequestParts>;
  /** The server's, ms. */
  readonly retryWindow: () => Promise<number>;
  readonly emit: (event: TokenEvent) => void;
}

/** One refresh under way. */
export interface Attempt {
  readonly times: Times;
  readonly trigger: RefreshTrigger;
  /** Until when to wait for others, by the monotonic clock, ms. */
  readonly patience: number;
  /** Where a lock is held. */
  readonly lease?: Lease | undefined;
  /** Why it failed so far. */
  why?: string;
}

/** A record with this process's claim in it, as it stands in the store. */
interface Claim {
  readonly version: Version;
  readonly record: CredentialRecord;
  /** By the server's clock. */
  readonly at: number;
  /** Refreshes in a row that failed before. */
  readonly failures: number;
}

/** Where two may have spent one token, the other is given so long to store what it got, ms. */
const GRACE = 1000;

/**
 * Claims the refresh token, spends it once and stores the successor.
 *
 * @returns undefined: somebody was faster, or what happened stands in the record
 * @throws TokenUnavailableError, ClientConfigError, StoreError: before anything was spent
 */
export async function spend(
  deps: RefreshDeps,
  attempt: Attempt,
  held: Versioned | undefined,
): Promise<CredentialRecord | undefined> {
  const before = held?.record ?? unborn(deps.binding, deps.server.now(), deps.server.offset());
  const request = await deps.prepare(before);
  const claim = await claimFor(deps, attempt, before, held?.version ?? null);
  if (!claim) return undefined;
  const sent = deps.clock.monotonic();
  const outcome = await requestToken(deps, request, attempt.times.request);
  if (outcome.is === "answered") {
    const issuedAt = Math.round(deps.server.now() - (deps.clock.monotonic() - sent));
    const next = succeeded(before, deps.binding, outcome.answer, issuedAt, deps.server.offset());
    return keep(deps, claim, next, attempt.trigger);
  }
  if (outcome.is === "rejected") {
    if (outcome.reused) deps.emit({ type: "reuse_suspected", generation: before.generation });
    await mourn(deps, claim);
  } else {
    attempt.why = outcome.why;
    await coolDown(deps, claim, outcome, attempt.times);
  }
  return undefined;
}

/** Writes into the record that its refresh token is being spent: of all who share an atomic store, one can. */
async function claimFor(
  { server, kept }: RefreshDeps,
  { times, lease }: Attempt,
  before: CredentialRecord,
  expected: Version | null,
): Promise<Claim | undefined> {
  const at = server.now();
  const record = claimed(before, randomId(), at, Math.round(at + times.lease));
  const version = await kept.write(expected, record);
  if (version === false) return undefined;
  // After a slow write or the machine's sleep, the request would outlast the claim.
  if (lease?.signal.aborted || server.now() - at > times.lease - times.request) {
    await kept.write(version, released(record));
    throw new TokenUnavailableError("No token now: it took too long to begin");
  }
  return { version, record, at, failures: before.cooldown?.failures ?? 0 };
}

/** Stored before it is handed out. */
async function keep(
  { kept, emit }: RefreshDeps,
  claim: Claim,
  next: CredentialRecord,
  trigger: RefreshTrigger,
): Promise<CredentialRecord | undefined> {
  await kept.save(claim.version, next);
  // A record that won, such as that of a new login, is read again.
  if (kept.last() !== next) return undefined;
  emit({ type: "refreshed", by: "self", generation: next.generation, trigger });
  return next;
}

/** The server does not take the refresh token: the session is over, unless somebody has stored another one. */
async function mourn({ clock, server, kept, store, grant, emit }: RefreshDeps, claim: Claim): Promise<void> {
  let stored = await kept.read();
  if (!store.atomic && stored?.version === claim.version) {
    await sleep(clock, GRACE);
    stored = await kept.read();
  }
  if (stored?.version !== claim.version) return;
  const { refreshToken, unanswered } = claim.record;
  const reason = unanswered ? "outcome_unknown" : "rejected";
  const next =
    grant && refreshToken ? withoutRefreshToken(claim.record) : ended(claim.record, reason, server.now());
  if ((await kept.write(claim.version, next)) && next.ended) emit({ type: "ended", reason });
}

/** No successor came: nobody asks again before the time that is written down here. */
async function coolDown(
  { clock, server, kept, emit }: RefreshDeps,
  { version, record, at, failures }: Claim,
  { lost, retryAfter, error, status, why }: TokenOutcome & { is: "failed" },
  { resend }: Times,
): Promise<void> {
  const isLost = lost && record.refreshToken !== undefined;
  const since = record.unanswered?.since ?? (isLost ? at : undefined);
  // A server that repeats its answer does so until its window closes.
  const latest = since !== undefined && resend > 0 ? since + resend : Infinity;
  // One that does not may still be at work on the request: the claim stands until its end.
  const keepsClaim = isLost && resend === 0;
  const failure = { since, retryAfter, error, latest, keepsClaim, failures: failures + 1 };
  const now = server.now();
  const next = failed(record, failure, now, Math.random());
  if (isLost) emit({ type: "outcome_unknown", since: clock.now() + at - now });
  const retryAt = clock.now() + (next.cooldown?.until ?? now) - now;
  emit({ type: "refresh_failed", retryAt, status, why: error ?? why });
  await kept.write(version, next);
}
