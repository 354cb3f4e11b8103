import { systemClock, withTimeout } from "../clock.ts";

/**
 * Timeout of an attempt, from the opening of the database to the end of the transaction, ms. Browsers have left requests
 * without any event: the first `open` of a page, a transaction whose storage process had crashed.
 */
const TIMEOUT = 2000;

type Action<T> = (records: IDBObjectStore, done: (value: T) => void) => void;

/** Runs an action in a transaction; resolves to what it passed to `done`, when that is on disk. */
type Transact = <T>(mode: IDBTransactionMode, action: Action<T>) => Promise<T>;

/**
 * Runs transactions over one connection, which is opened on demand. If that fails or does not respond, it is closed, and
 * the transaction is attempted once more over a new one: so an action may run twice.
 */
export function database(name: string, objectStore: string): Transact {
  let opened: Promise<IDBDatabase> | undefined;

  function connect(): Promise<IDBDatabase> {
    const opening = open(name, objectStore).then((connection) => {
      // The user cleared the site's data, or the disk failed.
      connection.addEventListener("close", () => forget(opening));
      // Another page deletes or upgrades the database, which this connection would block.
      connection.addEventListener("versionchange", () => forget(opening));
      return connection;
    });
    return opening;
  }

  /** Closes the connection too, even if it opens late. */
  function forget(connection: Promise<IDBDatabase>): void {
    if (opened === connection) opened = undefined;
    void connection.then((late) => late.close()).catch(() => {});
  }

  async function attempt<T>(mode: IDBTransactionMode, action: Action<T>): Promise<T> {
    const connection = (opened ??= connect());
    try {
      return await withTimeout(systemClock, TIMEOUT, async (signal) =>
        transact(await connection, objectStore, mode, action, signal),
      );
    } catch (error) {
      forget(connection);
      throw error;
    }
  }

  return (mode, action) => attempt(mode, action).catch(() => attempt(mode, action));
}

/** Opens the database, whatever its version, and adds the object store if it has none. */
function open(name: string, objectStore: string, version?: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    const hasStore = () => request.result.objectStoreNames.contains(objectStore);
    request.addEventListener("upgradeneeded", () => {
      if (!hasStore()) request.result.createObjectStore(objectStore);
    });
    request.addEventListener("error", () =>
      reject(request.error ?? new Error("the database could not be opened")),
    );
    request.addEventListener("success", () => {
      if (hasStore()) return resolve(request.result);
      request.result.close();
      resolve(open(name, objectStore, request.result.version + 1));
    });
  });
}

/** @param signal aborts the transaction */
function transact<T>(
  connection: IDBDatabase,
  objectStore: string,
  mode: IDBTransactionMode,
  action: Action<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const transaction = connection.transaction(objectStore, mode, { durability: "strict" });
    signal.addEventListener("abort", () => transaction.abort());
    // With strict durability, `complete` means that the write is on disk.
    action(transaction.objectStore(objectStore), (value) =>
      transaction.addEventListener("complete", () => resolve(value)),
    );
    transaction.addEventListener("abort", () =>
      reject(transaction.error ?? new Error("the transaction was aborted")),
    );
  });
}
