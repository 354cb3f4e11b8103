import { StoreError } from "../errors.ts";
import { randomId } from "../record.ts";
import { storedEntry } from "../stored-record.ts";
import type { TokenStore, Version, Versioned } from "../types.ts";
import { database } from "./indexed-db.ts";

/** Which database to use. */
export interface IndexedDbStoreOptions {
  /** Name of the database, and of the BroadcastChannel that announces changes. Default `regrant`. */
  readonly name?: string;
}

/**
 * Stores credentials in IndexedDB, for all tabs and workers of the origin. Compare-and-set is one transaction, so of two
 * tabs one wins, and a completed write survives a crash of the browser.
 *
 * Rejects with StoreError: if the browser forbids storage, the disk is full, or the database does not respond.
 */
export function indexedDbStore({ name = "regrant" }: IndexedDbStoreOptions = {}): TokenStore {
  const transact = database(name, "records");
  return {
    scope: "origin",
    atomic: true,
    get: (key) =>
      guarded(() => transact<Versioned | undefined>("readonly", (records, done) => read(records, key, done))),
    async compareAndSet(key, expected, next) {
      const version = randomId();
      const written = await guarded(() =>
        transact<Version | false>("readwrite", (records, done) =>
          read(records, key, (found) => {
            const current = found?.version ?? null;
            if (current === expected) records.put({ version, record: next }, key);
            // A transaction that is repeated may have been completed the first time.
            done((current === expected || current === version) && version);
          }),
        ),
      );
      if (written !== false) announce(name, key);
      return written;
    },
    subscribe(key, onChange) {
      const channel = open(name);
      channel?.addEventListener("message", ({ data }) => data === key && onChange());
      return () => channel?.close();
    },
  };
}

function read(records: IDBObjectStore, key: string, done: (found: Versioned | undefined) => void): void {
  const request: IDBRequest<unknown> = records.get(key);
  request.addEventListener("success", () => done(storedEntry(request.result)));
}

/** Tells the other tabs that the record changed; the record itself is never sent. */
function announce(name: string, key: string): void {
  const channel = open(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has only one origin
  channel?.postMessage(key);
  channel?.close();
}

/** undefined: this browser has no channels, or forbids them, and the tabs poll. */
function open(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new StoreError("IndexedDB failed", { cause: error });
  }
}
