import type { Clock, TokenEvent } from "./api.ts";
import { within } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { isTokenError, nameOf, StoreError } from "./errors.ts";
import { supersedes } from "./record.ts";
import type { Awaitable, CredentialRecord, TokenStore, Version, Versioned } from "./types.ts";

/** A store that does not answer for so long has failed, ms. */
const STORE_TIMEOUT = 5000;
/** Between two looks at a record that somebody else should change, ms; the store may call sooner. */
const POLL = 200;
/** How often a write is tried that others are quicker than. */
export const WRITES = 20;
/** Between two attempts to write what could not be written, ms. */
const REWRITE_FIRST = 1000;
const REWRITE_LONGEST = 60_000;

/** The record of one key: in the store, and, when the store fails after the server has rotated, in memory. */
export interface KeptRecord {
  /** What was read last, for when the store fails. */
  readonly last: () => CredentialRecord | undefined;
  /** @throws StoreError */
  read(): Promise<Versioned | undefined>;
  /**
   * @returns false: another writer was first
   * @throws StoreError
   */
  write(expected: Version | null, next: CredentialRecord): Promise<Version | false>;
  /** Stores a successor, whoever claimed meanwhile, and keeps it in memory until that is done. Never throws. */
  save(expected: Version, next: CredentialRecord): Promise<void>;
  /** For how long this process has seen this claim, ms by its own clock. */
  watched(): number;
  /** Waits until the record may have changed. */
  changed(): Promise<void>;
  readonly subscribe: (onChange: () => void) => () => void;
}

export function keepRecord(
  store: TokenStore,
  key: string,
  { clock, server, emit }: { clock: Clock; server: ServerClock; emit: (event: TokenEvent) => void },
): KeptRecord {
  let last: Versioned | undefined;
  let claim: { id: string | undefined; seen: number } = { id: undefined, seen: 0 };
  let unsaved: { expected: Version | null; readonly next: CredentialRecord; failures: number } | undefined;

  function notice(now: Versioned | undefined): void {
    const { generation = 0, ended, intent } = now?.record ?? {};
    if (last && generation > last.record.generation) emit({ type: "refreshed", by: "other", generation });
    if (last && ended && !last.record.ended) emit({ type: "ended", reason: ended.reason });
    last = now;
    if (claim.id !== intent?.id) claim = { id: intent?.id, seen: clock.monotonic() };
    // Processes of one machine have one clock, and what one of them learned of the server's is true for all.
    if (now && store.scope !== "shared") server.adopt(now.record.clockOffset);
  }

  async function fetched(): Promise<Versioned | undefined> {
    const stored = await reach(clock, (signal) => store.get(key, { signal }));
    if (stored && stored.record.schema !== 1)
      throw new StoreError("The stored record is none of this client's");
    notice(stored);
    return stored;
  }

  async function write(expected: Version | null, next: CredentialRecord): Promise<Version | false> {
    const version = await reach(clock, (signal) => store.compareAndSet(key, expected, next, { signal }));
    if (version === false) return false;
    last = { version, record: next };
    // What is stored now is as new as what could not be.
    if (unsaved && unsaved.next.generation <= next.generation) unsaved = undefined;
    return version;
  }

  /** One attempt; another's record that came in between stays if it is as new. */
  async function flush(): Promise<void> {
    const pending = unsaved;
    if (!pending) return;
    for (let left = WRITES; !(await write(pending.expected, pending.next)); left -= 1) {
      if (left === 0) throw new StoreError("The store takes no write");
      const stored = await fetched();
      if (!supersedes(pending.next, stored?.record)) break;
      pending.expected = stored?.version ?? null;
    }
    if (unsaved === pending) unsaved = undefined;
  }

  function rewriteLater(): void {
    if (!unsaved) return;
    const pause = Math.min(REWRITE_FIRST * 2 ** unsaved.failures, REWRITE_LONGEST);
    unsaved.failures += 1;
    clock.timer(pause, () => void flush().catch(rewriteLater), true);
  }

  return {
    last: () => last?.record,
    async write(expected, next) {
      const version = await write(expected, next);
      // The store works again, and has moved on from what is in memory: whoever tries again must see which of them holds.
      if (version === false) await flush();
      return version;
    },
    read: async () => (unsaved ? { version: unsaved.expected ?? "", record: unsaved.next } : fetched()),
    async save(expected, next) {
      unsaved = { expected, next, failures: 0 };
      try {
        await flush();
      } catch {
        last = { version: expected, record: next };
        emit({ type: "store_write_failed", generation: next.generation });
        rewriteLater();
      }
    },
    watched: () => clock.monotonic() - claim.seen,
    changed: () => nextChange(store, key, clock),
    subscribe: (onChange) => store.subscribe?.(key, onChange) ?? (() => {}),
  };
}

async function reach<T>(clock: Clock, work: (signal: AbortSignal) => Awaitable<T>): Promise<T> {
  try {
    return await within(clock, STORE_TIMEOUT, work);
  } catch (cause) {
    throw isTokenError(cause) ? cause : new StoreError(`The store failed: ${nameOf(cause)}`);
  }
}

function nextChange(store: TokenStore, key: string, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      unsubscribe?.();
      resolve();
    };
    const cancel = clock.timer(POLL, done);
    const unsubscribe = store.subscribe?.(key, done);
  });
}
