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
import { spend } from "./spend.ts";
import type { Attempt, RefreshDeps } from "./spend.ts";
import { nextStep } from "./step.ts";
import type { CredentialRecord, Lease, TokenLock } from "./types.ts";
import { refreshTimes } from "./windows.ts";

/** Why somebody wants a refresh, and when it is no longer needed. */
export interface Demand {
  readonly trigger: RefreshTrigger;
  /** Whether a record, whoever stored it, has what is wanted at this instant of the server's clock. */
  isMet(record: CredentialRecord, now: number): boolean;
  /** Whether somebody waits for it; else nothing is waited for. */
  readonly urgent: boolean;
}

/** A cooldown that is not worth an error to those who wait, ms. */
const SHORT = 1500;

const BUSY = "another is refreshing";

/** More often the record is not read for one refresh: a store that always says no would be asked for ever. */
const ROUNDS = 200;

/**
 * Brings about a record that meets the demand: takes what somebody else stored, or claims the refresh token, spends it
 * and stores the successor. Reads the record and does what it calls for, again and again.
 *
 * @param attempt what was begun before the lock was taken
 * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError
 */
export async function refresh(
  deps: RefreshDeps,
  demand: Demand,
  attempt?: Attempt,
): Promise<CredentialRecord> {
  const { clock, server, kept, store, lock } = deps;
  let mayCool = demand.urgent;
  for (let round = 0; round < ROUNDS; round += 1) {
    const held = await kept.read();
    const now = server.now();
    const clocksAgree = store.scope !== "shared" || (attempt?.times.resend ?? 0) > 0;
    const surroundings = { ...deps, watched: kept.watched(), clocksAgree };
    const step = nextStep(held?.record, now, (record) => demand.isMet(record, now), surroundings);
    if (step.do === "use") return step.record;
    if (step.do === "end") throw new SessionEndedError(step.reason, `There is no session: ${step.reason}`);
    if (step.do === "refuse") throw new ClientConfigError(`No refresh is possible: ${step.why}`);
    const wait = step.do === "spend" ? 0 : step.until - now;
    const unavailable = (why: string) =>
      new TokenUnavailableError(`No token now: ${why}`, { retryAt: clock.now() + wait });
    if (step.do === "cool") {
      if (!mayCool || wait > SHORT) throw unavailable(attempt?.why ?? "the server could not answer");
      mayCool = false;
      await sleep(clock, wait);
      continue;
    }
    // Its own claim, which stands after a lost answer, is not waited for.
    if (step.do === "watch" && (!demand.urgent || attempt?.why)) throw unavailable(attempt?.why ?? BUSY);
    attempt ??= await begin(deps, demand);
    if (lock && !attempt.lease) return queued(lock, deps, demand, attempt);
    if (step.do === "watch") {
      if (clock.monotonic() > attempt.patience) throw unavailable(BUSY);
      await kept.changed();
    } else {
      const record = await spend(deps, attempt, held);
      if (record) return record;
    }
  }
  throw new StoreError("The store takes no write");
}

async function begin({ clock, timeout, retryWindow }: RefreshDeps, { trigger }: Demand): Promise<Attempt> {
  const times = refreshTimes(timeout, await retryWindow());
  return { times, trigger, patience: clock.monotonic() + times.wait };
}

/** Goes on under the lock. It only queues those who want the same: what must not go wrong is held by the record. */
async function queued(
  lock: TokenLock,
  deps: RefreshDeps,
  demand: Demand,
  attempt: Attempt,
): Promise<CredentialRecord> {
  const goOn = (lease: Lease) => refresh(deps, demand, Object.assign(attempt, { lease }));
  try {
    return await acquire(lock, deps, attempt.times.wait, attempt.times.lease, goOn);
  } catch (error) {
    // The claim in the record is enough where the store can tell two writers apart.
    if (isTokenError(error, "lock_unavailable") && deps.store.atomic) {
      return goOn({ signal: new AbortController().signal });
    }
    if (!isTokenError(error, "lock_busy")) throw error;
    // The holder may have done it; if not, nobody goes on beside it.
    const record = (await deps.kept.read())?.record;
    if (record && !record.ended && demand.isMet(record, deps.server.now())) return record;
    throw new TokenUnavailableError(`No token now: ${BUSY}`, { cause: error });
  }
}

/**
 * Waits for the lock no longer than `waitMs`, even if the lock does. What the work brought stands, even if the lock then
 * fails to let go.
 */
function acquire<T>(
  lock: TokenLock,
  { key, clock }: RefreshDeps,
  waitMs: number,
  leaseMs: number,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const patience = new AbortController();
  return new Promise((resolve, reject) => {
    let hasBegun = false;
    const busy = new LockBusyError("The lock is held");
    const giveUp = clock.timer(waitMs, () => {
      reject(busy);
      patience.abort(busy);
    });
    const working = async (lease: Lease) => {
      giveUp();
      patience.signal.throwIfAborted();
      hasBegun = true;
      resolve(await work(lease));
    };
    const failed = (error: unknown) => {
      const isForeign = !hasBegun && !isTokenError(error);
      reject(isForeign ? new LockUnavailableError(`The lock failed: ${nameOf(error)}`) : error);
    };
    const held = async () => lock(key, working, { waitMs, leaseMs, signal: patience.signal });
    held().catch(failed).finally(giveUp);
  });
}
