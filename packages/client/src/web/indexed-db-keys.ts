import type { KeySource } from "../api.ts";
import { StoreError } from "../errors.ts";
import { database } from "./indexed-db.ts";

/** Which database to use. */
export interface IndexedDbKeysOptions {
  /** Name of the database. Default `regrant-keys`. */
  readonly database?: string | undefined;
  /** The key's name in it. Default `dpop`. */
  readonly name?: string | undefined;
}

/**
 * Keeps a key pair in IndexedDB, for all tabs and workers of the origin. The private key cannot be exported: a script that
 * runs in the page can use it while it runs there, but not take it away.
 *
 * Rejects with StoreError if the browser forbids storage, or does not respond. If the browser cleared the site's data, the
 * key is new, and sessions that are bound to the former one have ended.
 */
export function indexedDbKeys({
  database: databaseName = "regrant-keys",
  name = "dpop",
}: IndexedDbKeysOptions = {}): KeySource {
  const transact = database(databaseName, "keys");
  return async (create) => {
    const stored = await guarded(() =>
      transact<CryptoKeyPair | undefined>("readonly", (keys, done) => read(keys, name, done)),
    );
    if (stored) return stored;
    // Not in the transaction, which ends when it has nothing to do.
    const created = await create(false);
    return guarded(() =>
      transact<CryptoKeyPair>("readwrite", (keys, done) =>
        read(keys, name, (found) => {
          if (!found) keys.put(created, name);
          done(found ?? created);
        }),
      ),
    );
  };
}

/** What is no key pair counts as none. */
function read(keys: IDBObjectStore, name: string, done: (found: CryptoKeyPair | undefined) => void): void {
  const request: IDBRequest<unknown> = keys.get(name);
  request.addEventListener("success", () => {
    const { privateKey, publicKey } = Object(request.result) as Partial<CryptoKeyPair>;
    done(privateKey && publicKey && { privateKey, publicKey });
  });
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new StoreError("IndexedDB failed", { cause: error });
  }
}
