import type { Clock, TokenClientOptions, TokenEvent } from "./api.ts";
import { withTimeout } from "./clock.ts";
import { isTokenError, nameOf, StoreError } from "./errors.ts";
import { emptyRecord } from "./record.ts";
import type { RecordDeps } from "./record.ts";
import type { Awaitable, CredentialRecord, Version, Versioned } from "./types.ts";

/** Timeout of a store operation, ms. */
const STORE_TIMEOUT = 5000;

/** The store, as far as it has the record of one key. Both operations throw StoreError. */
export interface ObservedStore {
  /** The record that was read or written last, for when the store fails. */
  readonly last: () => CredentialRecord | undefined;
  /** @param replaces whether damage reads as a record without tokens, whose generation continues if it can be read */
  readonly load: (replaces: boolean) => Promise<Versioned | undefined>;
  /**
   * Replaces what was read.
   *
   * @returns false: another writer was first
   */
  write(stored: Versioned | undefined, next: CredentialRecord): Promise<Version | false>;
  /**
   * How long this process has seen the record's current claim, ms by the monotonic clock; and by that clock the server's
   * time, which has not jumped since then.
   */
  readonly claim: () => { readonly claimAge: number; readonly claimNow: number };
}

export interface ObservedStoreOptions extends RecordDeps, Pick<TokenClientOptions, "store" | "key"> {
  readonly clock: Clock;
  readonly emit: (event: TokenEvent) => void;
}

/** Emits what other processes did to the record, and learns from them about the server's clock. */
export function observedStore(options: ObservedStoreOptions): ObservedStore {
  const { store, key, clock, server, emit } = options;
  let last: CredentialRecord | undefined;
  let claimId: string | undefined;
  let claimSeen = 0;
  let claimSeenAt = 0;

  function observe(record: CredentialRecord | undefined): void {
    const { ended, intent, refusal } = record ?? {};
    if (last && ended && !last.ended) emit({ type: "ended", reason: ended.reason, ...refusal });
    if (claimId !== intent?.id) {
      claimSeen = clock.monotonic();
      claimSeenAt = server.now();
    }
    claimId = intent?.id;
    last = record;
  }

  async function call<T>(work: (options: { signal: AbortSignal }) => Awaitable<T>): Promise<T> {
    try {
      return await withTimeout(clock, STORE_TIMEOUT, (signal) => work({ signal }));
    } catch (cause) {
      throw isTokenError(cause) ? cause : new StoreError(`The store failed: ${nameOf(cause)}`);
    }
  }

  return {
    last: () => last,
    async load(replaces) {
      let stored = await call((options) => store.get(key, options));
      if (stored && isDamaged(stored)) {
        if (!replaces) throw new StoreError("The stored session is damaged; a login replaces it");
        const { generation } = Object(stored.record) as Partial<CredentialRecord>;
        stored = { ...stored, record: emptyRecord(options, generation) };
      }
      const { generation = 0, clockOffset } = stored?.record ?? {};
      if (last && generation > last.generation) emit({ type: "refreshed", by: "other", generation });
      // Processes of one machine share its clock, and so what one of them learned about the server's.
      if (clockOffset !== undefined && store.scope !== "shared") server.adopt(clockOffset);
      observe(stored?.record);
      return stored;
    },
    async write(stored, next) {
      const expected = stored?.version ?? null;
      const version = await call((options) => store.compareAndSet(key, expected, next, options));
      if (version !== false) observe(next);
      return version;
    },
    claim() {
      const claimAge = clock.monotonic() - claimSeen;
      return { claimAge, claimNow: claimSeenAt + claimAge };
    },
  };
}

/** The stores check the members' types too, as `parseRecord` does. */
function isDamaged({ record }: Versioned): boolean {
  const { schema, clockOffset } = Object(record) as Partial<CredentialRecord>;
  return schema !== 1 || typeof clockOffset !== "number";
}
