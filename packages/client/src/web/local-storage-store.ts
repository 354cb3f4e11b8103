import { StoreError } from "../errors.ts";
import { randomId } from "../record.ts";
import type { TokenStore, Versioned } from "../types.ts";

/**
 * Stores credentials in localStorage, where IndexedDB is not available. Not atomic: two tabs may both believe that they
 * won a write, so use it with `webLock`.
 *
 * Rejects with StoreError if storage is forbidden or full.
 */
export function localStorageStore({ prefix = "regrant." }: { readonly prefix?: string } = {}): TokenStore {
  const get = (key: string): Versioned | undefined =>
    guarded(() => JSON.parse(localStorage.getItem(prefix + key) ?? "null") ?? undefined);
  return {
    scope: "origin",
    atomic: false,
    get: async (key) => get(key),
    async compareAndSet(key, expected, record) {
      if ((get(key)?.version ?? null) !== expected) return false;
      const version = randomId();
      guarded(() => localStorage.setItem(prefix + key, JSON.stringify({ version, record })));
      return version;
    },
    subscribe(key, onChange) {
      const listener = (event: StorageEvent) => event.key === prefix + key && onChange();
      addEventListener("storage", listener);
      return () => removeEventListener("storage", listener);
    },
  };
}

/** A SyntaxError is not attached as the cause: its message would quote the record. */
function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new StoreError("localStorage failed", error instanceof SyntaxError ? {} : { cause: error });
  }
}
