import { stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { leaseLock } from "../lease-lock.ts";
import { randomId } from "../record.ts";
import type { RefreshLock } from "../api.ts";
import { folderName } from "./folder-name.ts";
import { ensureRegister, entryPath, INITIAL, moveState, unless } from "./register.ts";

/** Where the locks are. */
export interface DirectoryLockOptions {
  /** Parent of the locks' folders; may be the store's. Created with mode 0700 if missing. */
  readonly directory: string;
}

/**
 * A lock for all processes that share the folder. The register's state names the holder, and its entry's mtime is the
 * holder's last heartbeat. An expired lock is taken by the same rename as a free one. It names the holder that was
 * observed, so that of several waiters one succeeds.
 */
export function directoryLock({ directory }: DirectoryLockOptions): RefreshLock {
  return leaseLock((name, leaseMs) => {
    const folder = join(resolve(directory), `${folderName(name)}.lock`);
    const owner = randomId();
    const isExpired = leaseMonitor(leaseMs);
    return {
      async acquire() {
        const holder = await ensureRegister(folder);
        if (holder !== INITIAL && !isExpired(holder, await lastHeartbeat(folder, holder))) return false;
        return (await moveState(folder, holder, owner)) && (await sendHeartbeat(folder, owner));
      },
      extend: () => sendHeartbeat(folder, owner),
      release: () => moveState(folder, owner, INITIAL),
    };
  });
}

/**
 * Judges a holder by this waiter's monotonic clock: its lease expires when no new heartbeat was observed for its length.
 * If the last heartbeat is also older than that by the wall clock, half the length is enough. The wall clock alone
 * proves nothing, since it may have jumped; a running holder sends a heartbeat every quarter of the lease.
 */
function leaseMonitor(leaseMs: number): (holder: string, heartbeat: number | undefined) => boolean {
  let seen = "";
  let since = 0;
  return (holder, heartbeat) => {
    const now = performance.now();
    if (seen !== `${holder} ${heartbeat}`) {
      seen = `${holder} ${heartbeat}`;
      since = now;
    }
    const looksOld = heartbeat !== undefined && Math.abs(Date.now() - heartbeat) > leaseMs;
    return now - since > (looksOld ? leaseMs / 2 : leaseMs);
  };
}

/** ms since the epoch, by the holder's clock; undefined: the lock has changed hands. */
async function lastHeartbeat(folder: string, holder: string): Promise<number | undefined> {
  return (await unless("ENOENT", stat(entryPath(folder, holder))))?.mtimeMs;
}

/** @returns false: the owner has lost the lock */
async function sendHeartbeat(folder: string, owner: string): Promise<boolean> {
  const now = new Date();
  const sent = utimes(entryPath(folder, owner), now, now).then(() => true);
  return (await unless("ENOENT", sent)) ?? false;
}
