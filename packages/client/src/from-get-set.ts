import { systemClock, withTimeout } from "./clock.ts";
import { nameOf } from "./errors.ts";
import { storedRecord } from "./stored-record.ts";
import type { Awaitable, CredentialRecord, StoreScope, TokenStore } from "./types.ts";

/** The members that distinguish two states of a record, in a fixed order: `set` may reorder the record's members. */
const VERSIONED_MEMBERS = [
  "generation",
  "intent",
  "id",
  "unanswered",
  "since",
  "cooldown",
  "until",
  "ended",
  "reason",
  "at",
];

/** How long a write waits for the one before, ms: a `set` that never responds must not stop all later ones. */
const MAX_WAIT = 2000;

/**
 * Builds a store from two functions, for storage without compare-and-set. It compares before it writes, but another
 * process may write in between: with a `scope` beyond the process, give the client a lock. Versions are derived from the
 * record, so a claim that is released without a request brings the earlier version back, with the same record.
 *
 * A value of `get` that is no record, or a SyntaxError of its parser, is a damaged session, which a login replaces.
 */
export function fromGetSet(
  get: (key: string) => Awaitable<CredentialRecord | undefined>,
  set: (key: string, record: CredentialRecord) => Awaitable<void>,
  scope: StoreScope = "process",
): TokenStore {
  const version = (record: CredentialRecord | undefined) => JSON.stringify([record], VERSIONED_MEMBERS);
  const read = async (key: string) => {
    const value = await readable(() => get(key));
    if (value === undefined || value === null) return undefined;
    const record = storedRecord(value);
    return { version: version(record), record };
  };
  /** Of each key that has a write in progress: how many, the last of them, and the record that was written last. */
  const writing = new Map<string, { count: number; last?: Promise<unknown>; written?: CredentialRecord }>();
  return {
    scope,
    atomic: false,
    get: read,
    async compareAndSet(key, expected, next) {
      const state = writing.get(key) ?? { count: 0 };
      writing.set(key, state);
      state.count += 1;
      // Serialized, so that at least the writes of this process do not interleave.
      const earlier = state.last;
      const write = (async () => {
        if (earlier) await withTimeout(systemClock, MAX_WAIT, () => earlier).catch(() => {});
        if (((await read(key))?.version ?? null) !== expected) return false;
        const { written } = state;
        await set(key, next);
        if (state.written === written) {
          state.written = next;
          return version(next);
        }
        // A later write did not wait for this one, which may have replaced it.
        if (state.written && (await read(key))?.version === version(next)) await set(key, state.written);
        return false;
      })();
      state.last = write;
      try {
        return await write;
      } finally {
        state.count -= 1;
        if (state.count === 0) writing.delete(key);
      }
    },
  };
}

/** What `get` returns; a text that its parser refuses is a value that is no record. */
async function readable(get: () => Awaitable<unknown>): Promise<unknown> {
  try {
    return await get();
  } catch (error) {
    if (nameOf(error) === "SyntaxError") return "damaged";
    throw error;
  }
}
