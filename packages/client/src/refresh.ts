import type { RefreshTrigger } from "./api.ts";
import { sleep } from "./clock.ts";
import { ClientConfigError, SessionEndedError, StoreError, TokenUnavailableError } from "./errors.ts";
import { exchange } from "./exchange.ts";
import type { RefreshAttempt } from "./exchange.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { nextStep } from "./step.ts";
import type { CredentialRecord, Lease } from "./types.ts";
import { refreshTimes } from "./windows.ts";

/** What a caller needs a refresh for, and which record satisfies it. */
export interface RefreshRequest {
  readonly trigger: RefreshTrigger;
  /** Whether a record, from any process, satisfies the request at this instant of the server's clock. */
  isMet(record: CredentialRecord, now: number): boolean;
  /** Whether a caller waits for the result; a background refresh waits for nothing. */
  readonly urgent: boolean;
}

/** A cooldown this short is waited out instead of failing, ms. */
const SHORT_COOLDOWN = 1500;

const BUSY = "another process is refreshing";

/** Bound of the loop, for a store that refuses every write. */
const MAX_ROUNDS = 200;

/**
 * Returns a record that satisfies the request: one that another process stored, or the result of its own exchange. Where
 * there is a lock, it is taken before the first wait or exchange.
 *
 * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError
 */
export function refresh(deps: RefreshDeps, request: RefreshRequest): Promise<CredentialRecord> {
  const { lock, key, clock, store } = deps;
  if (!lock) return runSteps(deps, request);
  return runSteps(deps, request, (attempt) => {
    const { wait: waitMs, lease: leaseMs } = attempt.times;
    const work = (lease: Lease) => runSteps(deps, request, undefined, { ...attempt, lease });
    return lock.refresh(work, { key, clock, waitMs, leaseMs, isAtomic: store.atomic });
  });
}

/**
 * The loop: reads the record and takes the step that it calls for, until a step returns.
 *
 * @param takeLock continues under the lock; undefined: there is none, or it is held
 */
async function runSteps(
  deps: RefreshDeps,
  request: RefreshRequest,
  takeLock?: (attempt: RefreshAttempt) => Promise<CredentialRecord>,
  attempt?: RefreshAttempt,
): Promise<CredentialRecord> {
  const { clock, server, cache, store } = deps;
  let mayBackOff = request.urgent;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await cache.read();
    const now = server.now();
    const clocksAgree = store.scope !== "shared" || (attempt?.times.resend ?? 0) > 0;
    const context = { ...deps, claimAge: cache.claimAge(), clocksAgree };
    const step = nextStep(stored?.record, now, (record) => request.isMet(record, now), context);
    if (step.do === "use") return step.record;
    if (step.do === "end") throw new SessionEndedError(step.reason, undefined, step);
    if (step.do === "refuse") throw new ClientConfigError(`Cannot refresh: ${step.reason}`, step);
    const wait = step.do === "exchange" ? 0 : step.until - now;
    const unavailable = (reason: string) =>
      new TokenUnavailableError(`No token available: ${reason}`, { ...step, retryAt: clock.now() + wait });
    if (step.do === "back off") {
      if (!mayBackOff || wait > SHORT_COOLDOWN) {
        throw unavailable(attempt?.failure ?? "the server failed");
      }
      mayBackOff = false;
      await sleep(clock, wait);
      continue;
    }
    // Its own claim, which remains after a lost response, is not waited for.
    if (step.do === "wait" && (!request.urgent || attempt?.failure)) {
      throw unavailable(attempt?.failure ?? BUSY);
    }
    attempt ??= await beginAttempt(deps, request, stored?.record);
    if (takeLock) return takeLock(attempt);
    // Proceeding beside the lock's holder is not safe.
    if (attempt.lease?.signal.aborted) throw unavailable(BUSY);
    if (step.do === "wait") {
      if (clock.monotonic() > attempt.waitUntil) throw unavailable(BUSY);
      await cache.changed();
    } else {
      const record = await exchange(deps, attempt, stored);
      if (record) return record;
    }
  }
  throw new StoreError("The store refuses every write");
}

async function beginAttempt(
  { clock, timeout, retryWindow }: RefreshDeps,
  { trigger }: RefreshRequest,
  record: CredentialRecord | undefined,
): Promise<RefreshAttempt> {
  const times = refreshTimes(timeout, await retryWindow(record));
  return { times, trigger, waitUntil: clock.monotonic() + times.wait };
}
