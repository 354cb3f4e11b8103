import type { RefreshLock } from "./api.ts";
import { abortReason, systemClock, withTimeout } from "./clock.ts";
import { LockBusyError, LockUnavailableError } from "./errors.ts";
import { refreshLock } from "./lock.ts";
import type { Awaitable, Lease } from "./types.ts";

/** Bounds of the random pause between two attempts to acquire a held lock, ms. */
const MIN_PAUSE = 15;
const MAX_PAUSE = 75;
/** If a heartbeat fails after this part of the lease, the lock counts as lost, so that the work learns of it in time. */
const LAST_HEARTBEAT = 0.7;
/** Least time for the first response of the lock's backend, however short the wait, ms. */
const MIN_TIMEOUT = 1000;

/** One caller's access to a name that is held for a lease at a time. Each method is one atomic operation. */
export interface LeaseHandle {
  /** Takes the name if it is free, or if its holder sent no heartbeat for a lease. */
  acquire(): Awaitable<boolean>;
  /** Sends a heartbeat, which extends the lease. @returns false: the lock is lost */
  extend(): Awaitable<boolean>;
  /** Frees the name, if this caller still holds it. */
  release(): Awaitable<unknown>;
}

/** Builds a lock from such handles. */
export function leaseLock(handleFor: (name: string, leaseMs: number) => LeaseHandle): RefreshLock {
  return refreshLock(async (name, work, { waitMs, leaseMs, signal }) => {
    const handle = handleFor(name, leaseMs);
    const deadline = performance.now() + waitMs;
    let requestedAt = 0;
    do {
      if (signal?.aborted) throw abortReason(signal);
      requestedAt = performance.now();
      if (await acquire(handle, Math.max(deadline - requestedAt, MIN_TIMEOUT)))
        return await run(handle, work, leaseMs, requestedAt);
      await pause(MIN_PAUSE + Math.random() * (MAX_PAUSE - MIN_PAUSE), signal);
    } while (requestedAt < deadline);
    throw new LockBusyError("Another process holds the lock");
  });
}

/** @param ms timeout @throws LockUnavailableError */
async function acquire(handle: LeaseHandle, ms: number): Promise<boolean> {
  const acquired = (async () => handle.acquire())();
  try {
    return await withTimeout(systemClock, ms, () => acquired);
  } catch (error) {
    // If it succeeds after all, the caller has given up: release it.
    void acquired.then((taken) => taken && handle.release()).catch(() => {});
    throw new LockUnavailableError(`The lock failed: ${(error as Error).message}`, { cause: error });
  }
}

/** @param lastHeartbeat the latest instant at which the lease can have begun, by the monotonic clock, ms */
async function run<T>(
  handle: LeaseHandle,
  work: (lease: Lease) => Promise<T>,
  leaseMs: number,
  lastHeartbeat: number,
): Promise<T> {
  const lease = new AbortController();
  const within = <Result>(work: () => Awaitable<Result>) => withTimeout(systemClock, leaseMs / 4, work);
  const lose = () => lease.abort(new LockUnavailableError("The lock was lost"));
  const sendHeartbeat = async () => {
    const sentAt = performance.now();
    const extended = await within(() => handle.extend()).catch(() => undefined);
    if (extended === true) lastHeartbeat = sentAt;
    // A failed heartbeat may succeed the next time, if that is before the lease ends.
    else if (extended === false || performance.now() - lastHeartbeat > leaseMs * LAST_HEARTBEAT) lose();
  };
  const heartbeat = setInterval(() => void sendHeartbeat(), leaseMs / 4);
  // Heartbeats alone do not keep the process alive.
  (heartbeat as { unref?(): void }).unref?.();
  try {
    return await work({ signal: lease.signal });
  } finally {
    clearInterval(heartbeat);
    // If this fails, the lock is free when the lease ends.
    await within(() => handle.release()).catch(() => {});
  }
}

/** Rejects with the signal's reason when it aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
