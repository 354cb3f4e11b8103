import { parseRecord } from "./stored-record.ts";
import type { TokenStore, Version } from "./types.ts";

/** Stores records in memory: for tests, and for programs that log in at each start. */
export function memoryStore(): TokenStore {
  const entries = new Map<string, { readonly version: Version; readonly text: string }>();
  const listeners = new Map<string, Set<() => void>>();
  let writes = 0;
  return {
    scope: "process",
    atomic: true,
    get(key) {
      const entry = entries.get(key);
      return entry && { version: entry.version, record: parseRecord(entry.text) };
    },
    compareAndSet(key, expected, record) {
      if ((entries.get(key)?.version ?? null) !== expected) return false;
      const version = String((writes += 1));
      entries.set(key, { version, text: JSON.stringify(record) });
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
