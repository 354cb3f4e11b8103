/**
 * The store's port, which every engine implements. Each operation is atomic: it commits all of its rows and events before
 * it resolves, or changes nothing. Expected results are tagged outcomes, or a boolean that says whether something changed.
 *
 * Instants are integer milliseconds of the store's own clock, lifetimes are seconds, ids are UUID strings, scopes are
 * canonical space-separated strings, digests are SHA-256. Every operation rejects with StoreBusyError if the store does
 * not respond in time; whether a write was committed is then not known.
 */

import type { AccountStore } from "./accounts.ts";
import type { ActivityStore } from "./activity.ts";
import type { AuthorizationStores } from "./authorization.ts";
import type { ClientStore } from "./clients.ts";
import type { DeviceStore } from "./devices.ts";
import type { Event, EventStore } from "./events.ts";
import type { GrantStore } from "./grants.ts";
import type { IdempotentResponseStore } from "./idempotent-responses.ts";
import type { KeyStore } from "./keys.ts";
import type { RegistrationStore } from "./registrations.ts";
import type { StoreLoad, StoreStatistics } from "./statistics.ts";
import type { SubscriptionStore } from "./subscriptions.ts";
import type { UsedTokenStore } from "./used-tokens.ts";

export type * from "./accounts.ts";
export type * from "./activity.ts";
export type * from "./clients.ts";
export type * from "./events.ts";
export type * from "./grants.ts";
export type * from "./keys.ts";
export type * from "./statistics.ts";
export type * from "./subscriptions.ts";

/** Failed attempts, counted for all nodes together. */
export interface FailureStore {
  /**
   * Counts one failure under each of the keys, which must differ. A key's count restarts `window` s after its first
   * failure. A crash may lose the last failures. Returns, in the order of the keys, the count with this failure and the ms
   * until it restarts.
   */
  count(keys: readonly string[], window: number): Promise<{ count: number; remaining: number }[]>;
}

/** The port: one member for each kind of row, and what concerns the store as a whole. */
export interface Store extends AuthorizationStores {
  readonly devices: DeviceStore;
  readonly registrations: RegistrationStore;
  readonly grants: GrantStore;
  readonly clients: ClientStore;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly events: EventStore;
  readonly activity: ActivityStore;
  readonly idempotentResponses: IdempotentResponseStore;
  readonly subscriptions: SubscriptionStore;
  readonly usedTokens: UsedTokenStore;
  /** null: a store of one machine, where each process counts failures for itself. */
  readonly failures: FailureStore | null;
  /** The store's clock, ms. All processes of one store share it, so instants of different nodes can be compared. */
  now(): number;
  /** Calls back within a second after this process or another changed clients or keys. Returns the function that stops it. */
  watch(onChange: () => void): () => void;
  /**
   * Examines the next `limit` grants in the order of ids: counts the active ones, and those that end soon, and deletes
   * those that expired or were revoked 7 days ago or more. Deletes up to `limit` expired rows each of the denylist,
   * sign-ins, logins, codes, used tokens, pushed and device requests and registration tokens, and up to `limit` events
   * older than `eventRetention` s. `done`: every grant was examined, and the next call begins again.
   */
  sweep(options: { limit: number; eventRetention: number }): Promise<{ removed: number; done: boolean }>;
  /** Reads what the store holds: a few rows, however many grants there are. */
  statistics(): Promise<StoreStatistics>;
  /** What it is busy with. It reads memory alone, so that it responds also while the database does not. */
  load(): StoreLoad;
  /** Writes a row and rejects if that fails: a store that can only be read cannot rotate a refresh token. */
  ping(): Promise<void>;
  /** Finishes what is queued, then closes. Later operations reject. */
  close(): Promise<void>;
}

/** Runs a function in the asynchronous context in which an operation was asked for: `AsyncLocalStorage.snapshot()`. */
export type Caller = <R, A extends unknown[]>(work: (...args: A) => R, ...args: A) => R;

/** A transaction of the write path that is traced. */
export interface TracedBatch {
  /** Where it runs; of a file or several hosts, no host. */
  readonly database: { system: "sqlite" | "postgresql"; name: string; host?: string; port?: number };
  /** What it does, in a word or two that name no value. */
  readonly summary: string;
  /** Operations that share it. */
  readonly members: number;
  /** Who asked for them. */
  readonly callers: readonly Caller[];
}

/** Runs a transaction of the write path within its span. What `work` returns or throws stays as it is. */
export type TraceBatch = <T>(batch: TracedBatch, work: () => T) => T;

/** Options of every engine. */
export interface StoreOptions {
  /** The clock, ms, for tests. */
  now?: () => number;
  /** Opens it to read: nothing is created, migrated or written. */
  readOnly?: boolean;
  /** Older programs may serve from it meanwhile: a migration after which they cannot use it is refused. */
  besideOthers?: boolean;
  /** Called after the commit, once for each event. It must not throw. */
  onEvent?: (event: Event) => void;
  /** Called after each transaction of the write path, with its number of operations and its duration in s. */
  onBatch?: (members: number, seconds: number) => void;
  /** Traces each transaction of the write path. */
  traceBatch?: TraceBatch | undefined;
}

/** The store did not respond in time; the caller may try again (HTTP 503). */
export class StoreBusyError extends Error {
  override readonly name = "StoreBusyError";
}
