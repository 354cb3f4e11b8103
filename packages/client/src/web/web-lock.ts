import { LockBusyError, LockUnavailableError } from "../errors.ts";
import type { RefreshLock } from "../api.ts";
import { refreshLock } from "../lock.ts";
import type { Lease } from "../types.ts";

/** The result of the work; undefined: the lock was not acquired in time, and the work did not run. */
type Outcome<T> = { readonly value: T } | undefined;

type Work<T> = (lease: Lease) => Promise<T>;

/**
 * A lock for all tabs and workers of the origin (Web Locks). A tab that is closed or crashes releases what it holds. Work
 * that outlives its lease is notified by the signal and loses the lock. A frozen page does not notice: a waiter that has
 * queued behind it for a whole lease steals the lock.
 *
 * In Node and Deno, Web Locks reach only the threads of one process: use `directoryLock` there.
 */
export function webLock(): RefreshLock {
  return refreshLock(async (name, work, { waitMs, leaseMs, signal }) => {
    signal?.throwIfAborted();
    const queued = hold(name, { signal: timeoutOf(signal, Math.min(waitMs, leaseMs)) }, leaseMs, work);
    const holder = holderOf(name);
    let outcome = await queued;
    if (outcome === undefined && waitMs > leaseMs && signal?.aborted !== true) {
      outcome = await steal(name, await holder, timeoutOf(signal, waitMs - leaseMs), leaseMs, work);
    }
    if (outcome !== undefined) return outcome.value;
    signal?.throwIfAborted();
    throw new LockBusyError("Another page holds the lock");
  });
}

/** Requests the lock and runs the work under a lease. */
async function hold<T>(
  name: string,
  request: LockOptions,
  leaseMs: number,
  work: Work<T>,
): Promise<Outcome<T>> {
  const lease = new AbortController();
  const lose = () => lease.abort(new LockUnavailableError("The lock was lost"));
  let result: Promise<T> | undefined;
  try {
    await locks().request(name, request, () => {
      const timer = setTimeout(lose, leaseMs);
      result = work(lease).finally(() => clearTimeout(timer));
      const lost = new Promise((resolve) => lease.signal.addEventListener("abort", resolve));
      return Promise.race([result, lost]);
    });
  } catch (error) {
    // Before the work began, the request timed out or failed; afterwards the work failed or the lock was stolen.
    if (result === undefined) {
      if (request.signal?.aborted === true) return undefined;
      throw new LockUnavailableError("Web Locks failed", { cause: error });
    }
    lose();
  }
  return result && { value: await result };
}

/** Steals the lock if its holder is still the one of a lease ago, and queues for it otherwise. */
async function steal<T>(
  name: string,
  before: string | undefined,
  signal: AbortSignal,
  leaseMs: number,
  work: Work<T>,
): Promise<Outcome<T>> {
  let stolen: Promise<Outcome<T>> | undefined;
  const stealIfSame = async () => {
    const holder = await holderOf(name);
    if (holder === undefined || holder !== before) return;
    await new Promise<void>((granted) => {
      stolen = hold(name, { steal: true }, leaseMs, (lease) => {
        granted();
        return work(lease);
      });
      stolen.catch(() => granted());
    });
  };
  // One waiter at a time: the next one finds a different holder.
  await locks()
    .request(`${name} steal`, { signal }, stealIfSame)
    .catch(() => {});
  return stolen ?? hold(name, { signal }, leaseMs, work);
}

/** The page or worker that holds the lock; undefined: it is free, or the holder is unknown. */
async function holderOf(name: string): Promise<string | undefined> {
  try {
    const { held = [] } = await locks().query();
    return held.find((lock) => lock.name === name)?.clientId;
  } catch {
    return undefined;
  }
}

/** Aborts with the signal, or after `ms`: `AbortSignal.any` is missing in browsers of before 2024. */
function timeoutOf(signal: AbortSignal | undefined, ms: number): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer: unknown = setTimeout(abort, ms);
  // In Node it keeps no process running.
  (timer as { unref?(): void }).unref?.();
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) abort();
  return controller.signal;
}

/** @throws LockUnavailableError */
function locks(): LockManager {
  const found = globalThis.navigator?.locks as LockManager | undefined;
  if (found === undefined) throw new LockUnavailableError("Web Locks are not available: they require https");
  return found;
}
