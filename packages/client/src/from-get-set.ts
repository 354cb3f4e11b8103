import type { Awaitable, CredentialRecord, StoreScope, TokenStore } from "./types.ts";

/** What tells two states of a record apart, in one order, whatever order the members come back in. */
const TELLING = [
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
 * A store from two functions, for where there is no better one. It compares before it writes, but between the two
 * another process may write: with a `scope` beyond the process, give the client a lock. Its versions are made of the
 * record, so one comes back where a claim is given back with nothing sent, which leaves the same state.
 */
export function fromGetSet(
  get: (key: string) => Awaitable<CredentialRecord | undefined>,
  set: (key: string, record: CredentialRecord) => Awaitable<void>,
  scope: StoreScope = "process",
): TokenStore {
  const version = (record: CredentialRecord) => JSON.stringify(record, TELLING);
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
      // One after the other, so that at least this process does not get between.
      const done = last.then(write, write);
      last = done.catch(() => {});
      return done;
    },
  };
}
