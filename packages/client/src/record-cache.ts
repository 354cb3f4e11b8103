import type { TokenClientOptions } from "./api.ts";
import { StoreError } from "./errors.ts";
import { observedStore } from "./observed-store.ts";
import type { ObservedStore, ObservedStoreOptions } from "./observed-store.ts";
import { supersedes } from "./record.ts";
import type { CredentialRecord, Versioned } from "./types.ts";

/** Attempts at a write that other writers keep winning. */
const MAX_WRITES = 20;
/** Pause between attempts to store a record after the store failed, ms. */
const RETRY_PAUSE = 5000;
/** From the last attempt until a read retries, ms: longer than an attempt and its pause. */
const OVERDUE = 12_000;

/** What to store in place of a record; undefined: it stays. */
type Replacement = (stored: CredentialRecord | undefined) => CredentialRecord | undefined;

/** The record of one key: as stored or, if the store fails after the server has rotated, in memory. */
export interface RecordCache extends Pick<ObservedStore, "last" | "write" | "claim"> {
  /**
   * @param replaces whether the caller replaces what is stored. Default: where a grant starts the next session.
   * @throws StoreError, also for what is damaged
   */
  read(replaces?: boolean): Promise<Versioned | undefined>;
  /** The record; if the store fails, the one that was read or written last. @throws StoreError there is none */
  latest(): Promise<CredentialRecord | undefined>;
  /** Reads and replaces until no other writer is first. @returns what it replaced @throws StoreError */
  replace(by: Replacement): Promise<CredentialRecord | undefined>;
  /** Stores the successor, even over another's claim; keeps it in memory until that succeeds. Never throws. */
  save(claim: Versioned, next: CredentialRecord): Promise<void>;
}

export function recordCache(options: ObservedStoreOptions & Pick<TokenClientOptions, "grant">): RecordCache {
  const { grant, clock, emit } = options;
  const observed = observedStore(options);
  /** A successor that the store has not accepted yet. It is the newest record until it is stored or superseded. */
  let unsaved: { readonly claim: Versioned; readonly next: CredentialRecord; overdue: number } | undefined;

  let stopRetry = () => {};

  const last = () => unsaved?.next ?? observed.last();

  const read: RecordCache["read"] = async (replaces = grant !== undefined) => {
    // On some platforms the timer of a retry ends with the request that started it.
    if (unsaved && clock.monotonic() >= unsaved.overdue) await flush();
    return unsaved ? { version: unsaved.claim.version, record: unsaved.next } : observed.load(replaces);
  };

  const write: RecordCache["write"] = async (stored, next) => {
    const version = await observed.write(stored, next);
    // A store that works again and has moved on: the next read settles which record wins.
    if (unsaved && version === false) unsaved.overdue = 0;
    else if (unsaved && unsaved.next.generation <= next.generation) unsaved = undefined;
    return version;
  };

  async function replace(
    by: Replacement,
    readAgain: typeof read,
    stored: Versioned | undefined,
  ): Promise<CredentialRecord | undefined> {
    for (let left = MAX_WRITES; left > 0; left -= 1) {
      const next = by(stored?.record);
      if (!next) return undefined;
      if (await write(stored, next)) return stored?.record;
      stored = await readAgain(true);
    }
    throw new StoreError("The store refuses every write");
  }

  /** Writes the unsaved record, unless the store has one that supersedes it; if the store fails, again after a pause. */
  async function flush(): Promise<void> {
    const pending = unsaved;
    if (!pending) return;
    const { claim, next } = pending;
    pending.overdue = clock.monotonic() + OVERDUE;
    try {
      await replace((stored) => (supersedes(next, stored) ? next : undefined), observed.load, claim);
      if (unsaved === pending) unsaved = undefined;
    } catch {
      stopRetry();
      stopRetry = clock.timer(RETRY_PAUSE, () => void flush(), true);
    }
  }

  return {
    last,
    claim: observed.claim,
    read,
    write,
    latest: () =>
      read().then(
        (stored) => stored?.record,
        (error: unknown) => last() ?? Promise.reject(error),
      ),
    replace: async (by) => replace(by, read, await read(true)),
    async save(claim, next) {
      unsaved = { claim, next, overdue: 0 };
      await flush();
      if (unsaved) emit({ type: "store_write_failed", generation: next.generation });
    },
  };
}
