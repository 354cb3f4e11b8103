/**
 * Makes a lock of yours fit a client: `lock: refreshLock(lock)`.
 *
 * @module
 */
import type { Clock, RefreshLock } from "./api.ts";
import { isTokenError, LockBusyError, LockUnavailableError, nameOf } from "./errors.ts";
import type { Lease, TokenLock } from "./types.ts";

/**
 * Makes of a lock what `createTokenClient` takes. The locks of this package are made so. A lock that ignores its time limit
 * is not waited for, and a failure to release it is ignored.
 */
export function refreshLock(lock: TokenLock): RefreshLock {
  const refresh: RefreshLock["refresh"] = async (work, { key, clock, waitMs, leaseMs, isAtomic }) => {
    try {
      return await acquire(lock, clock, key, waitMs, leaseMs, work);
    } catch (error) {
      const lease = new AbortController();
      // With an atomic store, the claim in the record is enough.
      if (isTokenError(error, "lock_unavailable") && isAtomic) return work(lease);
      if (!isTokenError(error, "lock_busy")) throw error;
      // The holder may have refreshed the token. With a lost lease, the work only looks.
      lease.abort();
      return work(lease);
    }
  };
  return Object.assign<TokenLock, Pick<RefreshLock, "refresh">>((...args) => lock(...args), { refresh });
}

/** Waits for the lock at most `waitMs`. @returns the work's result, as soon as it is there */
function acquire<T>(
  lock: TokenLock,
  clock: Clock,
  key: string,
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
      // Not `throwIfAborted`: React Native has none.
      if (waiting.signal.aborted) throw busy;
      hasBegun = true;
      const done = work(lease);
      // What becomes of the lock meanwhile, the work learns from its lease.
      done.then(resolve, reject);
      await done;
    };
    const failed = (error: unknown) => {
      if (hasBegun) return;
      reject(isTokenError(error) ? error : new LockUnavailableError(`The lock failed: ${nameOf(error)}`));
    };
    const held = async () => lock(key, working, { waitMs, leaseMs, signal: waiting.signal });
    // Some return without the work where they mean that the lock is held.
    held()
      .then(() => hasBegun || reject(busy), failed)
      .finally(stopWaiting);
  });
}
