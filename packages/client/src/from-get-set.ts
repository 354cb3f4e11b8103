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

/**
 * Builds a store from two functions, for storage without compare-and-set. It compares before it writes, but another
 * process may write in between: with a `scope` beyond the process, give the client a lock. Versions are derived from the
 * record, so a claim that is released without a request brings the earlier version back, with the same record.
 */
export function fromGetSet(
  get: (key: string) => Awaitable<CredentialRecord | undefined>,
  set: (key: string, record: CredentialRecord) => Awaitable<void>,
  scope: StoreScope = "process",
): TokenStore {
  const version = (record: CredentialRecord) => JSON.stringify(record, VERSIONED_MEMBERS);
  const read = async (key: string) => {
    const record = await get(key);
    return record && { version: version(record), record };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    scope,
    atomic: false,
    get: read,
    compareAndSet(key, expected, next) {
      const write = async () => {
        if (((await read(key))?.version ?? null) !== expected) return false;
        await set(key, next);
        return version(next);
      };
      // Serialized, so that at least the writes of this process do not interleave.
      const done = last.then(write, write);
      last = done.catch(() => {});
      return done;
    },
  };
}
