import type { Event, NewEvent } from "../events/event.ts";

export type { Event, EventOf, EventType, NewEvent } from "../events/event.ts";

export interface EventFilter {
  after?: number | undefined;
  /** A type, or its first word (`grant`). */
  type?: string | undefined;
  clientId?: string | undefined;
  subject?: string | undefined;
  grantId?: string | undefined;
  since?: number | undefined;
  /** Inclusive, as `since`. */
  until?: number | undefined;
}

/** A place in the order of events: the last one that a reader has seen; `{ id: 0, at: 0 }` is before the first. */
export interface EventPosition {
  id: number;
  at: number;
}

export interface EventStore {
  /** Oldest first, from `filter.after` on. */
  list(filter: EventFilter, limit: number): Promise<Event[]>;
  /**
   * The events that end access tokens before their time (`REVOCATION_EVENTS`), oldest first: those after a position, or those
   * since an instant, up to `limit`, and the position to go on from. None is missed, however late it is committed.
   * Undefined: this store has no such event as the position names; it was restored, or the event was swept.
   */
  revocations(
    from: EventPosition | { since: number },
    limit: number,
  ): Promise<{ events: Event[]; position: EventPosition } | undefined>;
  /** With `once`: not if the same type was recorded for the same grant (else client, else subject) in the last `once` s. */
  record(event: NewEvent, options?: { once?: number }): Promise<void>;
  /** Applies a revocation, disabling or secret change of another copy of this store. False: it changed nothing. */
  replay(event: Event): Promise<boolean>;
}
