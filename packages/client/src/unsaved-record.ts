import type { Clock } from "./api.ts";
import { StoreError } from "./errors.ts";
import { supersedes } from "./record.ts";
import type { CredentialRecord, Version, Versioned } from "./types.ts";

/** Attempts at a write that other writers keep winning. */
export const MAX_WRITES = 20;
/** Pause between attempts to store a record after the store failed, ms. */
const RETRY_PAUSE = 5000;
/** From the last attempt until a read retries, ms: longer than an attempt and its pause. */
const OVERDUE = 12_000;

/** A successor that the store has not accepted yet. It is the newest record until it is stored or superseded. */
export interface UnsavedRecord {
  /** Retries first if that is overdue: on some platforms a timer ends with the request that started it. */
  get(): Promise<Versioned | undefined>;
  /** Stores the record; if the store fails, keeps it and retries. @returns whether it is stored */
  save(expected: Version | null, next: CredentialRecord): Promise<boolean>;
  /** Discards it if the store now has a record of the same or a newer generation. */
  drop(stored: CredentialRecord): void;
  /** Writes it, unless the store has a record that supersedes it. @throws StoreError */
  flush(): Promise<void>;
}

export function unsavedRecord(
  clock: Clock,
  load: () => Promise<Versioned | undefined>,
  write: (expected: Version | null, next: CredentialRecord) => Promise<Version | false>,
): UnsavedRecord {
  let unsaved: { expected: Version | null; readonly next: CredentialRecord; overdue: number } | undefined;

  async function flush(): Promise<void> {
    const pending = unsaved;
    if (!pending) return;
    pending.overdue = clock.monotonic() + OVERDUE;
    for (let left = MAX_WRITES; !(await write(pending.expected, pending.next)); left -= 1) {
      if (left === 0) throw new StoreError("The store refuses every write");
      const stored = await load();
      if (!supersedes(pending.next, stored?.record)) break;
      pending.expected = stored?.version ?? null;
    }
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
    async get() {
      if (unsaved && clock.monotonic() > unsaved.overdue) await flush().catch(() => {});
      return unsaved && { version: unsaved.expected ?? "", record: unsaved.next };
    },
    async save(expected, next) {
      unsaved = { expected, next, overdue: 0 };
      await attempt();
      return !unsaved;
    },
    drop(stored) {
      if (unsaved && unsaved.next.generation <= stored.generation) unsaved = undefined;
    },
    flush,
  };
}
