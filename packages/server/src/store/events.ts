import type { Event, NewEvent } from "../events/event.ts";

export type { Event, EventOf, EventType, NewEvent } from "../events/event.ts";

/** Which events to list: those that meet all members that are given. Instants in ms. */
export interface EventFilter {
  /** Only events with a greater id. */
  after?: number | undefined;
  /** A type, or the part before its dot (`grant`). */
  type?: string | undefined;
  clientId?: string | undefined;
  subject?: string | undefined;
  grantId?: string | undefined;
  since?: number | undefined;
  /** Inclusive, as `since`. */
  until?: number | undefined;
}

/** Which page of a listing of events. */
export interface EventPageOptions {
  /** `oldest`: in the order of ids, in which a reader that goes on after `next` misses no event. */
  order: "newest" | "oldest";
  /** The `next` of the page before, an event's id. */
  after?: number | undefined;
  limit: number;
}

/** A page of events, which may be short while `next` is not null. */
export interface EventPage {
  events: Event[];
  /** null: there are no more. */
  next: number | null;
}

/** Which events to list at once. */
export interface EventListFilter extends EventFilter {
  /** Only events about exactly the grant, client and subject that are given: what is not given, they do not name. */
  exactly?: boolean;
}

/** A position in the order of events: the last event that a reader has seen; `{ id: 0, at: 0 }` is before the first. */
export interface EventPosition {
  id: number;
  at: number;
}

/**
 * The part of the port for events. Operations record their own events in their own transaction; `record` is for the
 * rest.
 */
export interface EventStore {
  /** Oldest first, from `filter.after` on. */
  list(filter: EventListFilter, limit: number): Promise<Event[]>;
  /**
   * A page of the events that match, however few do: a page examines a bounded number of rows. `filter.after` is not read.
   * The newest of one grant, subject or client come in the order of their instants.
   */
  page(filter: EventFilter, page: EventPageOptions): Promise<EventPage>;
  /**
   * Up to `limit` events that end access tokens before they expire, oldest first, after a position or since an instant
   * (ms), and the position to continue from. No event is missed, however late it is committed. Undefined: this store has
   * no event at the position; the store was restored, or the event was swept.
   */
  revocations(
    from: EventPosition | { since: number },
    limit: number,
  ): Promise<{ events: Event[]; position: EventPosition } | undefined>;
  /**
   * Records an event outside any other operation. With `once`, not if the same type was recorded for the same grant (else
   * client, else subject) in the last `once` s.
   */
  record(event: NewEvent, options?: { once?: number }): Promise<void>;
  /**
   * Forgets address and user agent of the next `limit` events that are older than `retention` s, and a minute at least.
   * `done`: all such events were examined. It goes on where the last call of any process ended.
   */
  forgetSources(retention: number, limit: number): Promise<{ done: boolean }>;
  /**
   * Applies an event of another copy of this store, with the event's instant: a revocation, a disabling, a changed secret
   * or password, a distrusted key. Revocations can be applied repeatedly; what can be undone is applied only if the store
   * has no newer change of it. So the same file, or files that overlap, can be applied at any time. Ids are not compared: a
   * restored store assigns them again. False: it changed nothing.
   */
  replay(event: Event): Promise<boolean>;
}
