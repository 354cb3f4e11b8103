import { LockBusyError, LockUnavailableError } from "./errors.ts";
import type { Awaitable, Lease, TokenLock } from "./types.ts";

/** Tries to take a held lock come this far apart, ms; each waiter draws its own pause. */
const SHORTEST_PAUSE = 15;
const LONGEST_PAUSE = 75;
/** The part of the lease after which a sign of life that fails is the last one, so that the work is told in time. */
const LAST_CHANCE = 0.7;
/** How long the first answer may take, however short the wait for the holder, ms. */
const PATIENCE = 1000;

/** One caller's claim to a name that is lent for a lease at a time. Each method is one atomic step where the lock is kept. */
export interface Claim {
  /** Takes the name if it is free, or if its holder gave no sign of life for a lease. */
  take(): Awaitable<boolean>;
  /** Gives a sign of life. @returns false: the name is lost */
  extend(): Awaitable<boolean>;
  /** Frees the name, if it is still this claim's. */
  free(): Awaitable<unknown>;
}

/** The lock that such claims make. */
export function leaseLock(claimTo: (name: string, leaseMs: number) => Claim): TokenLock {
  return async (name, work, { waitMs, leaseMs, signal }) => {
    const claim = claimTo(name, leaseMs);
    const deadline = performance.now() + waitMs;
    let asked = 0;
    do {
      signal?.throwIfAborted();
      asked = performance.now();
      if (await take(claim, Math.max(deadline - asked, PATIENCE)))
        return await run(claim, work, leaseMs, asked);
      await pause(SHORTEST_PAUSE + Math.random() * (LONGEST_PAUSE - SHORTEST_PAUSE), signal);
    } while (asked < deadline);
    throw new LockBusyError("Another process holds the lock");
  };
}

async function take(claim: Claim, ms: number): Promise<boolean> {
  const answer = (async () => claim.take())();
  try {
    return await within(ms, answer);
  } catch (error) {
    // If the answer comes after all, nobody wants what it gives.
    void answer.then((taken) => taken && claim.free()).catch(() => {});
    throw new LockUnavailableError(`The lock failed: ${(error as Error).message}`, { cause: error });
  }
}

/** @param lastSign when the lease began at the latest, by the monotonic clock */
async function run<T>(
  claim: Claim,
  work: (lease: Lease) => Promise<T>,
  leaseMs: number,
  lastSign: number,
): Promise<T> {
  const lease = new AbortController();
  const lose = () => lease.abort(new LockUnavailableError("The lock was lost"));
  const giveSign = async () => {
    const asked = performance.now();
    const given = await within(leaseMs / 4, (async () => claim.extend())()).catch(() => undefined);
    if (given === true) lastSign = asked;
    // What failed may work the next time, if that is before the lease ends.
    else if (given === false || performance.now() - lastSign > leaseMs * LAST_CHANCE) lose();
  };
  const signs = setInterval(() => void giveSign(), leaseMs / 4);
  // Signs of life do not keep a process alive that has nothing else to do.
  (signs as { unref?(): void }).unref?.();
  try {
    return await work({ signal: lease.signal });
  } finally {
    clearInterval(signs);
    // If it fails, the name is free after the lease.
    await (async () => claim.free())().catch(() => {});
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early with the signal's reason. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const callOff = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", callOff);
      resolve();
    }, ms);
    signal?.addEventListener("abort", callOff, { once: true });
  });
}
