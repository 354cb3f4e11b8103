import { StoreError } from "../errors.ts";
import { randomId } from "../random-id.ts";
import type { TokenStore, Versioned } from "../types.ts";

/**
 * Keeps credentials in localStorage, for where IndexedDB is not to be had. Not atomic: two tabs may both believe that
 * they wrote, so use it together with `webLock`.
 *
 * Rejects with StoreError where storage is forbidden or full.
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

/** The parser's own message would quote what it read. */
function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new StoreError("localStorage failed", error instanceof SyntaxError ? {} : { cause: error });
  }
}
