import type { Event, EventPosition, NewEvent } from "./events.ts";
import type { Page } from "./clients.ts";

// The part of the port for subscriptions: who is sent events, in their order, and how far it has come. Conventions as
// in store.ts. `by` is the process that sends; its lease ends by the store's clock, so that nodes agree about it.

/** How events reach a receiver. */
export type SubscriptionKind = "webhook" | "ssf_push" | "ssf_poll";

/** `paused` by an operator; `disabled` because the receiver wants no more events. */
export type SubscriptionStatus = "enabled" | "paused" | "disabled";

/** A row of `subscriptions`. Instants in ms. */
export interface Subscription {
  id: string;
  kind: SubscriptionKind;
  /** JSON of its kind. */
  settings: Readonly<Record<string, unknown>>;
  /** Sealed under the master key. */
  secrets: Buffer | null;
  status: SubscriptionStatus;
  /** Why it is disabled. */
  statusReason: string | null;
  /** Grows with each update. */
  version: number;
  /** The last event that is done with; with `at: 0`, the place before the event that follows. */
  cursor: EventPosition;
  /** JSON: what its kind remembers beside the cursor. */
  progress: unknown;
  /** Attempts at the next event, one after another, that failed. */
  failures: number;
  nextAttemptAt: number;
  lastError: string | null;
  createdAt: number;
}

/** A subscription with what waits for it. */
export interface SubscriptionState extends Subscription {
  /** When the first event after the cursor was recorded, of whatever type, ms; null: there is none. */
  waitingSince: number | null;
  /** How many dead letters it has; counted up to 10,000. */
  deadLetters: number;
  /** Whether some of them are to be sent again. */
  replays: boolean;
  /** No process has a lease now. */
  free: boolean;
}

/** Where a new subscription begins: at events that are recorded from now on, the oldest stored event, or an instant, ms. */
export type SubscriptionStart = "now" | "beginning" | { since: number };

/** A subscription to create. */
export interface NewSubscription extends Pick<Subscription, "id" | "kind" | "settings" | "secrets"> {
  from: SubscriptionStart;
}

/** What an update changes; what is left out stays. */
export interface SubscriptionChange {
  settings?: Subscription["settings"];
  secrets?: Buffer;
  status?: SubscriptionStatus;
  statusReason?: string | null;
}

/** An event that a subscription was not given, after the last attempt. Instants in ms. */
export interface DeadLetter {
  eventId: number;
  eventAt: number;
  failedAt: number;
  attempts: number;
  error: string;
  /** It is to be sent again, since somebody asked for it then; null: it is not. */
  replayAt: number | null;
  /** undefined: the event was swept meanwhile. */
  event: Event | undefined;
}

/** How far a subscription moves. */
export interface SubscriptionAdvance {
  cursor: EventPosition;
  /** Left out: it stays. */
  progress?: unknown;
  /** The event at the cursor was given up, and becomes a dead letter. */
  deadLetter?: { attempts: number; error: string };
}

/**
 * How much longer than other events the sweep keeps those that wait for an enabled subscription, ms: more than a delivery
 * is tried for.
 */
export const KEPT_FOR_SUBSCRIPTIONS = 7 * 24 * 3600 * 1000;

/** Subscriptions and their dead letters. */
export interface SubscriptionStore {
  /** Creates a subscription, and records `event`. `too_many`: there are `most` already. */
  create(subscription: NewSubscription, most: number, event: NewEvent): Promise<"created" | "too_many">;
  find(id: string): Promise<SubscriptionState | undefined>;
  /** In the order of ids. */
  list(page: Page): Promise<SubscriptionState[]>;
  /**
   * Changes a subscription, and records `event`. Its failures are forgotten, so that it is tried at once. `conflict`: it
   * does not have `version` any more.
   */
  update(
    id: string,
    change: SubscriptionChange,
    event: NewEvent,
    version?: number,
  ): Promise<"updated" | "conflict" | "not_found">;
  /** Deletes a subscription with its dead letters, and records `event`. False: not found. */
  delete(id: string, event: NewEvent): Promise<boolean>;
  /** Replaces sealed secrets by the same ones under another master key. False: they were changed meanwhile. */
  reseal(id: string, secrets: Buffer, resealed: Buffer): Promise<boolean>;

  /**
   * Takes or renews the lease for `ttl` ms. Undefined: another process has it, or the subscription is not enabled, or its
   * next attempt is later.
   */
  lease(id: string, by: string, ttl: number): Promise<Subscription | undefined>;
  /** Gives the lease back. */
  release(id: string, by: string): Promise<void>;
  /**
   * Moves the cursor, forgets failures and renews the lease. Undefined, and nothing is changed: the lease has ended, or the
   * subscription is deleted. One that was paused meanwhile moves too.
   */
  advance(id: string, by: string, to: SubscriptionAdvance, ttl: number): Promise<Subscription | undefined>;
  /** Records a failed attempt at the next event, and gives the lease back. False: the lease has ended. */
  fail(id: string, by: string, failure: { error: string; nextAttemptAt: number }): Promise<boolean>;

  /** In the order of events, after the event `after`; with `replays`, only those to be sent again. */
  deadLetters(
    id: string,
    page: { after?: number | undefined; limit: number; replays?: boolean },
  ): Promise<DeadLetter[]>;
  /**
   * Asks for dead letters to be sent again, and records `event` if there are any: that of one event, or all. Returns how
   * many.
   */
  replayDeadLetters(id: string, eventId: number | undefined, event: NewEvent): Promise<number>;
  /** Ends a replay: the dead letter was delivered and is removed, or it stays, with a new error. */
  endReplay(id: string, eventId: number, error: string | undefined): Promise<void>;
}
