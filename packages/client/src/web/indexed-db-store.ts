import { StoreError } from "../errors.ts";
import { randomId } from "../record.ts";
import type { TokenStore, Version, Versioned } from "../types.ts";

export interface IndexedDbStoreOptions {
  /** Name of the database, and of the BroadcastChannel that announces changes. Default `regrant`. */
  readonly name?: string;
}

const RECORDS = "records";

/**
 * Stores credentials in IndexedDB, for all tabs and workers of the origin. Compare-and-set is one transaction, so of two
 * tabs one wins, and a completed write survives a crash of the browser.
 *
 * Rejects with StoreError: if the browser forbids storage, the disk is full, or the database was deleted.
 */
export function indexedDbStore({ name = "regrant" }: IndexedDbStoreOptions = {}): TokenStore {
  const database = connection(name);
  return {
    scope: "origin",
    atomic: true,
    get: (key) => database<Versioned | undefined>("readonly", (records, done) => read(records, key, done)),
    async compareAndSet(key, expected, next) {
      const version = await database<Version | false>("readwrite", (records, done) =>
        read(records, key, (found) => {
          if ((found?.version ?? null) !== expected) return done(false);
          const version = randomId();
          records.put({ version, record: next }, key);
          done(version);
        }),
      );
      if (version !== false) announce(name, key);
      return version;
    },
    subscribe(key, onChange) {
      const channel = new BroadcastChannel(name);
      channel.addEventListener("message", ({ data }) => data === key && onChange());
      return () => channel.close();
    },
  };
}

function read(records: IDBObjectStore, key: string, done: (found: Versioned | undefined) => void): void {
  const request = records.get(key) as IDBRequest<Versioned | undefined>;
  request.addEventListener("success", () => done(request.result));
}

/** Tells the other tabs that the record changed; the record itself is never sent. */
function announce(name: string, key: string): void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has only one origin
  channel.postMessage(key);
  channel.close();
}

type Transact = <T>(
  mode: IDBTransactionMode,
  action: (records: IDBObjectStore, done: (value: T) => void) => void,
) => Promise<T>;

/** Runs actions in transactions over one connection, which is opened on demand and reopened after it was closed. */
function connection(name: string): Transact {
  let opened: Promise<IDBDatabase> | undefined;
  const forget = () => (opened = undefined);
  return async (mode, action) => {
    try {
      opened ??= open(name, forget);
      return await transact(await opened, mode, action);
    } catch (error) {
      throw new StoreError("IndexedDB failed", { cause: error });
    }
  };
}

/** @param forget called when the connection is closed, or could not be opened */
function open(name: string, forget: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(RECORDS));
    request.addEventListener("error", () => {
      forget();
      reject(request.error ?? new Error("the database could not be opened"));
    });
    request.addEventListener("success", () => {
      const database = request.result;
      // The user cleared the site's data, or the disk failed.
      database.addEventListener("close", forget);
      // Another page deletes or upgrades the database, which this connection would block.
      database.addEventListener("versionchange", () => {
        database.close();
        forget();
      });
      resolve(database);
    });
  });
}

function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  action: (records: IDBObjectStore, done: (value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(RECORDS, mode, { durability: "strict" });
    // With strict durability, `complete` means that the write is on disk.
    action(transaction.objectStore(RECORDS), (value) =>
      transaction.addEventListener("complete", () => resolve(value)),
    );
    transaction.addEventListener("abort", () =>
      reject(transaction.error ?? new Error("the transaction was aborted")),
    );
  });
}
