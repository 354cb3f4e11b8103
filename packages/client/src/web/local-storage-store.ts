import { StoreError } from "../errors.ts";
import { randomId } from "../record.ts";
import { parsed, storedEntry } from "../stored-record.ts";
import type { TokenStore } from "../types.ts";

/**
 * Stores credentials in localStorage, where IndexedDB is not available. Not atomic: two tabs may both believe that they
 * won a write, so use it with `webLock`.
 *
 * Rejects with StoreError if storage is forbidden or full.
 *
 * @param options `prefix`: of the keys; default `regrant.`
 */
export function localStorageStore({ prefix = "regrant." }: { readonly prefix?: string } = {}): TokenStore {
  const get = (key: string) => {
    const text = guarded(() => localStorage.getItem(prefix + key));
    return text === null ? undefined : storedEntry(parsed(text));
  };
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
      // Without a key, all of the storage was cleared. Where there are no events, the client polls.
      const listener = (event: StorageEvent) => (event.key ?? prefix + key) === prefix + key && onChange();
      globalThis.addEventListener?.("storage", listener);
      return () => globalThis.removeEventListener?.("storage", listener);
    },
  };
}

function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new StoreError("localStorage failed", { cause: error });
  }
}
