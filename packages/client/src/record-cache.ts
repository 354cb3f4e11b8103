import type { Clock, TokenClientOptions, TokenEvent } from "./api.ts";
import { withTimeout } from "./clock.ts";
import { isTokenError, nameOf, StoreError } from "./errors.ts";
import { emptyRecord, supersedes } from "./record.ts";
import type { RecordDeps } from "./record.ts";
import type { Awaitable, CredentialRecord, Version, Versioned } from "./types.ts";

/** Timeout of a store operation, ms. */
const STORE_TIMEOUT = 5000;
/** Attempts at a write that other writers keep winning. */
const MAX_WRITES = 20;
/** Pause between attempts to store a record after the store failed, ms. */
const RETRY_PAUSE = 5000;
/** From the last attempt until a read retries, ms: longer than an attempt and its pause. */
const OVERDUE = 12_000;

/** What to store in place of a record; undefined: it stays. */
type Replacement = (stored: CredentialRecord | undefined) => CredentialRecord | undefined;

/** The record of one key: as stored or, if the store fails after the server has rotated, in memory. */
export interface RecordCache {
  /** The record that was read or written last, for when the store fails. */
  readonly last: () => CredentialRecord | undefined;
  /**
   * @param replaces whether the caller replaces what is stored: damage then reads as a record without tokens, whose
   *   generation continues if it can be read. Default: where a grant starts the next session.
   * @throws StoreError, also for what is damaged
   */
  read(replaces?: boolean): Promise<Versioned | undefined>;
  /**
   * Replaces what was read.
   *
   * @returns false: another writer was first
   * @throws StoreError
   */
  write(stored: Versioned | undefined, next: CredentialRecord): Promise<Version | false>;
  /** Reads and replaces until no other writer is first. @returns what it replaced @throws StoreError */
  replace(by: Replacement): Promise<CredentialRecord | undefined>;
  /** Stores the successor, even over another's claim; keeps it in memory until that succeeds. Never throws. */
  save(claim: Versioned, next: CredentialRecord): Promise<void>;
  /** How long this process has seen the record's current claim, ms by the monotonic clock. */
  claimAge(): number;
}

export interface RecordCacheOptions extends RecordDeps, Pick<TokenClientOptions, "store" | "key" | "grant"> {
  readonly clock: Clock;
  readonly emit: (event: TokenEvent) => void;
}

export function recordCache(options: RecordCacheOptions): RecordCache {
  const { store, key, grant, clock, server, emit } = options;
  let last: CredentialRecord | undefined;
  let claimId: string | undefined;
  let claimSeen = 0;
  /** A successor that the store has not accepted yet. It is the newest record until it is stored or superseded. */
  let unsaved: { readonly claim: Versioned; readonly next: CredentialRecord; overdue: number } | undefined;

  function remember(record: CredentialRecord | undefined): void {
    const { ended, intent, refusal } = record ?? {};
    if (last && ended && !last.ended) emit({ type: "ended", reason: ended.reason, ...refusal });
    if (claimId !== intent?.id) claimSeen = clock.monotonic();
    claimId = intent?.id;
    last = record;
  }

  /** Calls the store. @throws StoreError */
  async function call<T>(work: (options: { signal: AbortSignal }) => Awaitable<T>): Promise<T> {
    try {
      return await withTimeout(clock, STORE_TIMEOUT, (signal) => work({ signal }));
    } catch (cause) {
      throw isTokenError(cause) ? cause : new StoreError(`The store failed: ${nameOf(cause)}`);
    }
  }

  async function load(replaces: boolean): Promise<Versioned | undefined> {
    let stored = await call((options) => store.get(key, options));
    if (stored && isDamaged(stored)) {
      if (!replaces) throw new StoreError("The stored session is damaged; a login replaces it");
      const { generation } = Object(stored.record) as Partial<CredentialRecord>;
      stored = { ...stored, record: emptyRecord(options, generation) };
    }
    const { generation = 0, clockOffset } = stored?.record ?? {};
    if (last && generation > last.generation) emit({ type: "refreshed", by: "other", generation });
    remember(stored?.record);
    // Processes of one machine share its clock, and so what one of them learned about the server's.
    if (clockOffset !== undefined && store.scope !== "shared") server.adopt(clockOffset);
    return stored;
  }

  async function read(replaces = grant !== undefined): Promise<Versioned | undefined> {
    // On some platforms the timer of a retry ends with the request that started it.
    if (unsaved && clock.monotonic() >= unsaved.overdue) await flush().catch(() => {});
    return unsaved ? { version: unsaved.claim.version, record: unsaved.next } : load(replaces);
  }

  async function write(stored: Versioned | undefined, next: CredentialRecord): Promise<Version | false> {
    const version = await call((options) => store.compareAndSet(key, stored?.version ?? null, next, options));
    if (version !== false) {
      remember(next);
      if (unsaved && unsaved.next.generation <= next.generation) unsaved = undefined;
    } else if (unsaved) {
      // The store works again and has moved on: the next read settles which record wins.
      unsaved.overdue = 0;
    }
    return version;
  }

  async function replace(
    by: Replacement,
    readAgain: typeof load,
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

  /** Writes the unsaved record, unless the store has one that supersedes it. @throws StoreError */
  async function flush(): Promise<void> {
    const pending = unsaved;
    if (!pending) return;
    const { claim, next } = pending;
    pending.overdue = clock.monotonic() + OVERDUE;
    await replace((stored) => (supersedes(next, stored) ? next : undefined), load, claim);
    if (unsaved === pending) unsaved = undefined;
  }

  async function attempt(): Promise<void> {
    try {
      await flush();
    } catch {
      clock.timer(RETRY_PAUSE, () => void attempt(), true);
    }
  }

  return {
    last: () => last,
    read,
    write,
    replace: async (by) => replace(by, read, await read(true)),
    async save(claim, next) {
      unsaved = { claim, next, overdue: 0 };
      await attempt();
      if (!unsaved) return;
      last = next;
      emit({ type: "store_write_failed", generation: next.generation });
    },
    claimAge: () => clock.monotonic() - claimSeen,
  };
}

/** The stores check the members' types too, as `parseRecord` does. */
function isDamaged({ record }: Versioned): boolean {
  const { schema, clockOffset } = Object(record) as Partial<CredentialRecord>;
  return schema !== 1 || typeof clockOffset !== "number";
}
