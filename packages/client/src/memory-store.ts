import type { TokenStore, Versioned } from "./types.ts";

/** Keeps records for as long as the process lives: for tests, and for tokens that are asked for anew at each start. */
export function memoryStore(): TokenStore {
  const records = new Map<string, Versioned>();
  const watchers = new Map<string, Set<() => void>>();
  let writes = 0;
  return {
    scope: "process",
    atomic: true,
    get: (key) => structuredClone(records.get(key)),
    compareAndSet(key, expected, record) {
      if ((records.get(key)?.version ?? null) !== expected) return false;
      const version = String((writes += 1));
      records.set(key, structuredClone({ version, record }));
      for (const watcher of watchers.get(key) ?? []) watcher();
      return version;
    },
    subscribe(key, onChange) {
      const watching = watchers.get(key) ?? new Set();
      watchers.set(key, watching.add(onChange));
      return () => void watching.delete(onChange);
    },
  };
}
