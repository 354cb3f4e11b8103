import { LockBusyError, LockUnavailableError } from "../errors.ts";
import type { Lease, TokenLock } from "../types.ts";

/** What came of the work; undefined: the lock was not had in time, and the work did not run. */
type Outcome<T> = { readonly value: T } | undefined;

type Work<T> = (lease: Lease) => Promise<T>;

/**
 * The browser's own locks (Web Locks), for all tabs and workers of the origin; a tab that is closed or crashes frees
 * what it holds. Work that lasts longer than its lease is told by the signal and loses the lock. A frozen page
 * cannot even lose it: whoever queued behind it for a whole lease takes the lock away from it.
 *
 * Under Node and Deno these locks reach only the threads of one process: use `directoryLock` there.
 */
export function webLock(): TokenLock {
  return async (name, work, { waitMs, leaseMs, signal }) => {
    signal?.throwIfAborted();
    const queued = hold(name, { signal: ending(signal, Math.min(waitMs, leaseMs)) }, leaseMs, work);
    const holder = holderOf(name);
    let outcome = await queued;
    if (outcome === undefined && waitMs > leaseMs && signal?.aborted !== true) {
      outcome = await takeOver(name, await holder, ending(signal, waitMs - leaseMs), leaseMs, work);
    }
    if (outcome !== undefined) return outcome.value;
    signal?.throwIfAborted();
    throw new LockBusyError("Another page holds the lock");
  };
}

/** Asks for the lock and runs the work under a lease. */
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
    // Otherwise the work failed, or somebody took the lock away.
    if (result === undefined) {
      if (request.signal?.aborted === true) return undefined;
      throw new LockUnavailableError("Web Locks failed", { cause: error });
    }
    lose();
  }
  return result && { value: await result };
}

/** If the lock's holder is still the one it was a lease ago, it is taken away from it; else it is waited for. */
async function takeOver<T>(
  name: string,
  before: string | undefined,
  signal: AbortSignal,
  leaseMs: number,
  work: Work<T>,
): Promise<Outcome<T>> {
  let taken: Promise<Outcome<T>> | undefined;
  const takeIfSame = async () => {
    const holder = await holderOf(name);
    if (holder === undefined || holder !== before) return;
    await new Promise<void>((granted) => {
      taken = hold(name, { steal: true }, leaseMs, (lease) => {
        granted();
        return work(lease);
      });
      taken.catch(() => granted());
    });
  };
  // One waiter at a time: the second one sees that the holder is another.
  await locks()
    .request(`${name} takeover`, { signal }, takeIfSame)
    .catch(() => {});
  return taken ?? hold(name, { signal }, leaseMs, work);
}

/** Which page or worker has the lock; undefined: nobody, or it cannot be told. */
async function holderOf(name: string): Promise<string | undefined> {
  try {
    const { held = [] } = await locks().query();
    return held.find((lock) => lock.name === name)?.clientId;
  } catch {
    return undefined;
  }
}

function ending(signal: AbortSignal | undefined, ms: number): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(ms), ...(signal === undefined ? [] : [signal])]);
}

function locks(): LockManager {
  const found = globalThis.navigator?.locks as LockManager | undefined;
  if (found === undefined) throw new LockUnavailableError("There are no Web Locks here: they need https");
  return found;
}
