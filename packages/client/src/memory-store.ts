import { storedEntry } from "./stored-record.ts";
import type { TokenStore, Versioned } from "./types.ts";

/** Stores records in memory: for tests, and for programs that log in at each start. */
export function memoryStore(): TokenStore {
  const records = new Map<string, Versioned>();
  const listeners = new Map<string, Set<() => void>>();
  let writes = 0;
  return {
    scope: "process",
    atomic: true,
    get: (key) => storedEntry(structuredClone(records.get(key))),
    compareAndSet(key, expected, record) {
      if ((records.get(key)?.version ?? null) !== expected) return false;
      const version = String((writes += 1));
      records.set(key, structuredClone({ version, record }));
      for (const listener of listeners.get(key) ?? []) listener();
      return version;
    },
    subscribe(key, onChange) {
      const ofKey = listeners.get(key) ?? new Set();
      listeners.set(key, ofKey.add(onChange));
      return () => void ofKey.delete(onChange);
    },
  };
}
