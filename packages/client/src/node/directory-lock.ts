import { stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { leaseLock } from "../lease-lock.ts";
import { randomId } from "../random-id.ts";
import type { TokenLock } from "../types.ts";
import { ensureRegister, entryPath, folderName, INITIAL, moveState, unless } from "./register.ts";

export interface DirectoryLockOptions {
  /** Where the locks are, a folder for each; may be the store's. Made if missing, for this user alone. */
  readonly directory: string;
}

/**
 * A lock for all processes that see the folder. The register's state names the holder, and the time of its entry is the
 * holder's last sign of life. A dead holder's lock is taken by the same move as a free one, away from the very
 * holder that was seen: of several waiters one succeeds.
 */
export function directoryLock({ directory }: DirectoryLockOptions): TokenLock {
  return leaseLock((name, leaseMs) => {
    const folder = join(resolve(directory), `${folderName(name)}.lock`);
    const owner = randomId();
    const isDead = watch(leaseMs);
    return {
      async take() {
        const holder = await ensureRegister(folder);
        if (holder !== INITIAL && !isDead(holder, await lastSign(folder, holder))) return false;
        return (await moveState(folder, holder, owner)) && (await giveSign(folder, owner));
      },
      extend: () => giveSign(folder, owner),
      free: () => moveState(folder, owner, INITIAL),
    };
  });
}

/**
 * Judges a holder by what this waiter saw on its own monotonic clock: no new sign of life for a lease. If the last one
 * looks older than a lease by the clock of the day, half a lease is enough: that clock may have jumped, or the
 * machine slept, but whoever lives gives a sign every quarter.
 */
function watch(leaseMs: number): (holder: string, sign: number | undefined) => boolean {
  let seen = "";
  let since = 0;
  return (holder, sign) => {
    const now = performance.now();
    if (seen !== `${holder} ${sign}`) {
      seen = `${holder} ${sign}`;
      since = now;
    }
    const looksOld = sign !== undefined && Math.abs(Date.now() - sign) > leaseMs;
    return now - since > (looksOld ? leaseMs / 2 : leaseMs);
  };
}

/** ms since the epoch, by the clock of whoever gave it; undefined: the state has moved on. */
async function lastSign(folder: string, holder: string): Promise<number | undefined> {
  return (await unless("ENOENT", stat(entryPath(folder, holder))))?.mtimeMs;
}

/** @returns false: the state is no longer the owner's */
async function giveSign(folder: string, owner: string): Promise<boolean> {
  const now = new Date();
  const given = utimes(entryPath(folder, owner), now, now).then(() => true);
  return (await unless("ENOENT", given)) ?? false;
}
