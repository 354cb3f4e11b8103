import type { Clock, TokenClientOptions, TokenEvent } from "./api.ts";
import { sleep, withTimeout } from "./clock.ts";
import type { ServerClock } from "./clock.ts";
import { isTokenError, nameOf, StoreError } from "./errors.ts";
import { emptyRecord } from "./record.ts";
import type { TokenIdentity } from "./record.ts";
import type { Awaitable, CredentialRecord, Version, Versioned } from "./types.ts";
import { unsavedRecord } from "./unsaved-record.ts";

/** Timeout of a store operation, ms. */
const STORE_TIMEOUT = 5000;
/** Poll interval while waiting for another process to change the record, ms. */
const POLL_INTERVAL = 200;

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
   * @returns false: another writer was first
   * @throws StoreError
   */
  write(expected: Version | null, next: CredentialRecord): Promise<Version | false>;
  /** Stores the successor, even over another's claim; keeps it in memory until that succeeds. Never throws. */
  save(expected: Version, next: CredentialRecord): Promise<void>;
  /** How long this process has seen the record's current claim, ms by the monotonic clock. */
  claimAge(): number;
  /** Resolves when the record may have changed. */
  changed(): Promise<void>;
  readonly subscribe: (onChange: () => void) => () => void;
}

export interface RecordCacheOptions extends Pick<TokenClientOptions, "store" | "key" | "grant"> {
  readonly clock: Clock;
  readonly server: ServerClock;
  readonly emit: (event: TokenEvent) => void;
  readonly identity: TokenIdentity;
}

export function recordCache({
  store,
  key,
  grant,
  clock,
  server,
  emit,
  identity,
}: RecordCacheOptions): RecordCache {
  let last: CredentialRecord | undefined;
  let claimId: string | undefined;
  let claimSeen = 0;
  const unsaved = unsavedRecord(clock, load, write);

  /** Emits what another process did, and remembers the record. */
  function observe(current: Versioned | undefined): void {
    const { generation = 0, ended, intent } = current?.record ?? {};
    if (last && generation > last.generation) emit({ type: "refreshed", by: "other", generation });
    if (last && ended && !last.ended) emit({ type: "ended", reason: ended.reason, ...ended.refusal });
    last = current?.record;
    if (claimId !== intent?.id) claimSeen = clock.monotonic();
    claimId = intent?.id;
    // Processes of one machine share its clock, and so what one of them learned about the server's.
    if (current && store.scope !== "shared") server.adopt(current.record.clockOffset);
  }

  async function load(): Promise<Versioned | undefined> {
    const stored = await callStore(clock, (signal) => store.get(key, { signal }));
    if (!stored || !isDamaged(stored)) observe(stored);
    return stored;
  }

  async function write(expected: Version | null, next: CredentialRecord): Promise<Version | false> {
    const version = await callStore(clock, (signal) => store.compareAndSet(key, expected, next, { signal }));
    if (version === false) return false;
    last = next;
    unsaved.drop(next);
    return version;
  }

  return {
    last: () => last,
    async read(replaces = grant !== undefined) {
      const stored = (await unsaved.get()) ?? (await load());
      if (!stored || !isDamaged(stored)) return stored;
      if (!replaces) throw new StoreError("The stored session is damaged; a login replaces it");
      const { generation = 0 } = Object(stored.record) as Partial<CredentialRecord>;
      const blank = emptyRecord(identity, server.now(), server.offset());
      return { version: stored.version, record: { ...blank, generation } };
    },
    async write(expected, next) {
      const version = await write(expected, next);
      // The store works again and has moved on: settle which record wins, so that the caller reads that one.
      if (version === false) await unsaved.flush();
      return version;
    },
    async save(expected, next) {
      if (await unsaved.save(expected, next)) return;
      last = next;
      emit({ type: "store_write_failed", generation: next.generation });
    },
    claimAge: () => clock.monotonic() - claimSeen,
    changed: () => sleep(clock, POLL_INTERVAL),
    subscribe: (onChange) => store.subscribe?.(key, onChange) ?? (() => {}),
  };
}

/** The stores check the members' types too, as `parseRecord` does. */
function isDamaged({ record }: Versioned): boolean {
  const { schema, clockOffset } = Object(record) as Partial<CredentialRecord>;
  return schema !== 1 || typeof clockOffset !== "number";
}

/** @throws StoreError */
async function callStore<T>(clock: Clock, work: (signal: AbortSignal) => Awaitable<T>): Promise<T> {
  try {
    return await withTimeout(clock, STORE_TIMEOUT, work);
  } catch (cause) {
    throw isTokenError(cause) ? cause : new StoreError(`The store failed: ${nameOf(cause)}`);
  }
}
