/**
 * The store's port: what every engine does, each operation atomic. Instants are integer milliseconds of the
 * store's own clock, lifetimes are seconds, ids are UUID strings, scopes are canonical space-separated strings.
 */

import type { AccountStore } from "./accounts.ts";
import type { AuthorizationStores } from "./authorization.ts";
import type { ClientStore } from "./clients.ts";
import type { DeviceStore } from "./devices.ts";
import type { Event, EventStore } from "./events.ts";
import type { GrantStore } from "./grants.ts";
import type { KeyStore } from "./keys.ts";
import type { RegistrationStore } from "./registrations.ts";

export type * from "./accounts.ts";
export * from "./clients.ts";
export type * from "./events.ts";
export type * from "./grants.ts";
export type * from "./keys.ts";

/** Failed attempts, counted for all nodes together. */
export interface FailureStore {
  /**
   * Counts one failure under each of the keys, which are different; a key's count begins anew `window` s after the
   * first failure of it. A crash may forget the last ones. Returns, in the order of the keys, the count with this one
   * and the ms until it begins anew.
   */
  count(keys: readonly string[], window: number): Promise<{ count: number; remaining: number }[]>;
}

export interface Store extends AuthorizationStores {
  readonly devices: DeviceStore;
  readonly registrations: RegistrationStore;
  readonly grants: GrantStore;
  readonly clients: ClientStore;
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly events: EventStore;
  /** null: one machine's store, of which each process counts for itself. */
  readonly failures: FailureStore | null;
  /** The store's clock, ms. */
  now(): number;
  /** Calls back after clients or keys changed, by this process or another, within a second. Returns the stop. */
  watch(onChange: () => void): () => void;
  /**
   * Examines the next `limit` grants in id order and removes those that died 7 days ago or more, and as many lapsed
   * deny-list rows, sign-ins, logins, codes, pushed and device requests, registration tokens, and events older than
   * `eventRetention` s. `done`: every grant has been examined; the next call
   * begins again.
   */
  sweep(options: { limit: number; eventRetention: number }): Promise<{ removed: number; done: boolean }>;
  /** Rejects when the store cannot be written to. */
  ping(): Promise<void>;
  /** Finishes what is queued, then closes. */
  close(): Promise<void>;
}

/** Given by whoever opens an engine. */
export interface StoreOptions {
  /** Clock in ms; tests inject one. */
  now?: () => number;
  /** After the commit, once for every event row. */
  onEvent?: (event: Event) => void;
  /** After each transaction of the write path: members and duration in s. */
  onBatch?: (members: number, seconds: number) => void;
}

/** The store did not answer in time; the caller may try again (HTTP 503). */
export class StoreBusyError extends Error {
  override readonly name = "StoreBusyError";
}
