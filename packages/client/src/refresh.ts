import type { RefreshTrigger } from "./api.ts";
import { sleep } from "./clock.ts";
import {
  ClientConfigError,
  isTokenError,
  LockBusyError,
  LockUnavailableError,
  nameOf,
  SessionEndedError,
  StoreError,
  TokenUnavailableError,
} from "./errors.ts";
import { exchange } from "./exchange.ts";
import type { RefreshAttempt } from "./exchange.ts";
import type { RefreshDeps } from "./refresh-deps.ts";
import { nextStep } from "./step.ts";
import type { CredentialRecord, Lease, TokenLock } from "./types.ts";
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
  const { lock } = deps;
  return runSteps(deps, request, lock && ((attempt) => runLocked(lock, deps, request, attempt)));
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
    if (step.do === "end") throw new SessionEndedError(step.reason, `No session: ${step.reason}`);
    if (step.do === "refuse") throw new ClientConfigError(`Cannot refresh: ${step.reason}`);
    const wait = step.do === "exchange" ? 0 : step.until - now;
    const unavailable = (reason: string) =>
      new TokenUnavailableError(`No token available: ${reason}`, { retryAt: clock.now() + wait });
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

/** Continues under the lock. The lock queues those who want the same refresh; correctness depends on the record's claim. */
async function runLocked(
  lock: TokenLock,
  deps: RefreshDeps,
  request: RefreshRequest,
  attempt: RefreshAttempt,
): Promise<CredentialRecord> {
  const work = (lease: Lease) => runSteps(deps, request, undefined, { ...attempt, lease });
  try {
    return await acquire(lock, deps, attempt.times.wait, attempt.times.lease, work);
  } catch (error) {
    // With an atomic store, the claim in the record is enough.
    if (isTokenError(error, "lock_unavailable") && deps.store.atomic) {
      return work({ signal: new AbortController().signal });
    }
    if (!isTokenError(error, "lock_busy")) throw error;
    // The holder may have refreshed the token; if it did not, proceeding beside it is not safe.
    const record = (await deps.cache.read())?.record;
    if (record && !record.ended && request.isMet(record, deps.server.now())) return record;
    throw new TokenUnavailableError(`No token available: ${BUSY}`, { cause: error });
  }
}

/**
 * Waits for the lock at most `waitMs`, even if the lock itself ignores that. Once the work has a result, a failure to
 * release the lock is ignored.
 */
function acquire<T>(
  lock: TokenLock,
  { key, clock }: RefreshDeps,
  waitMs: number,
  leaseMs: number,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const waiting = new AbortController();
  return new Promise((resolve, reject) => {
    let hasBegun = false;
    const busy = new LockBusyError("The lock is held");
    const stopWaiting = clock.timer(waitMs, () => {
      reject(busy);
      waiting.abort(busy);
    });
    const working = async (lease: Lease) => {
      stopWaiting();
      waiting.signal.throwIfAborted();
      hasBegun = true;
      resolve(await work(lease));
    };
    const failed = (error: unknown) => {
      const isForeign = !hasBegun && !isTokenError(error);
      reject(isForeign ? new LockUnavailableError(`The lock failed: ${nameOf(error)}`) : error);
    };
    const held = async () => lock(key, working, { waitMs, leaseMs, signal: waiting.signal });
    held().catch(failed).finally(stopWaiting);
  });
}
