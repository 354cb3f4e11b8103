import { setImmediate } from "node:timers/promises";
import type { Event, EventFilter, EventPage, EventPageOptions, EventPosition } from "./events.ts";

/** What one of these columns says of an event has an index, with the instant: a grant's is the most selective. */
type EventAbout = { column: "grant_id" | "subject" | "client_id"; value: string };

/** The queries that a page of events is made of. Each examines a bounded number of rows. */
export interface EventReads {
  /** The newest event before which none can still be committed; `{ id: 0, at: 0 }` if there are none. */
  newest(): Promise<EventPosition>;
  /** The first event with this id or a greater one. */
  from(id: number): Promise<EventPosition | undefined>;
  /** The last event with this id or a smaller one. */
  upTo(id: number): Promise<EventPosition | undefined>;
  /** The first `limit` in the order of those with ids `from` to `to` that match. Index: the primary key. */
  between(ids: { from: number; to: number }, filter: EventFilter, page: EventPageOptions): Promise<Event[]>;
  /** The newest `limit` before a position, by instant and then id. Index: the partial one of the column. */
  about(about: EventAbout, before: EventPosition, limit: number): Promise<Event[]>;
}

/** Ids that one query goes through: a few ms. */
const WINDOW = 5000;
/** Such queries, for one page. */
const WINDOWS = 5;
/** Rows of one query by a partial index, and of all for one page. */
const PART = 500;
const EXAMINED = 2000;
/** By how much an event may be older than one with a smaller id: transactions that run at once, a clock that was set, ms. */
const DISORDER = 60_000;

/** The port's `page`, for both engines. */
export async function eventPage(
  reads: EventReads,
  filter: EventFilter,
  page: EventPageOptions,
): Promise<EventPage> {
  const about = aboutOf(filter);
  if (page.order === "newest" && about !== undefined) return newestAbout(reads, about, filter, page);
  return inWindows(reads, filter, page);
}

/** Whether an event has the type, or one of the types with this first word. */
function isOfType(type: string, asked: string | undefined): boolean {
  if (asked === undefined) return true;
  return asked.includes(".") ? type === asked : type.startsWith(`${asked}.`);
}

function aboutOf({ grantId, subject, clientId }: EventFilter): EventAbout | undefined {
  if (grantId !== undefined) return { column: "grant_id", value: grantId };
  if (subject !== undefined) return { column: "subject", value: subject };
  return clientId === undefined ? undefined : { column: "client_id", value: clientId };
}

/** By the partial index: `at`, then `id`. A cursor is an id, and its place in this order that of its instant. */
async function newestAbout(
  reads: EventReads,
  about: EventAbout,
  filter: EventFilter,
  { after, limit }: EventPageOptions,
): Promise<EventPage> {
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = filter;
  const newest = await reads.newest();
  let before: EventPosition = { at: until, id: Number.MAX_SAFE_INTEGER };
  if (after !== undefined) {
    const place = await reads.upTo(after);
    if (place === undefined) return { events: [], next: null };
    if (place.at <= until) before = { at: place.at, id: after };
  }
  const events: Event[] = [];
  for (let examined = 0; ; examined += PART) {
    if (examined >= EXAMINED) return { events, next: before.id };
    const rows = await reads.about(about, before, PART);
    for (const row of rows) {
      if (row.at < since) return { events, next: null };
      if (events.length === limit) return { events, next: before.id };
      before = { at: row.at, id: row.id };
      if (row.id <= newest.id && matches(row, filter)) events.push(row);
    }
    if (rows.length < PART) return { events, next: null };
    await setImmediate();
  }
}

function matches(event: Event, { type, grantId, subject, clientId }: EventFilter): boolean {
  return (
    isOfType(event.type, type) &&
    (grantId === undefined || event.grantId === grantId) &&
    (subject === undefined || event.subject === subject) &&
    (clientId === undefined || event.clientId === clientId)
  );
}

/** By the primary key, a window of ids after the other. */
async function inWindows(
  reads: EventReads,
  filter: EventFilter,
  { order, after, limit }: EventPageOptions,
): Promise<EventPage> {
  const isNewest = order === "newest";
  // A follower polls often and mostly finds nothing: that needs no lock.
  const first = await reads.from(isNewest ? 0 : (after ?? 0) + 1);
  if (first === undefined) return { events: [], next: null };
  const newest = await reads.newest();
  let { low, high } = await within(reads, filter, { low: first.id, high: newest.id });
  if (isNewest && after !== undefined) high = Math.min(high, after - 1);
  const events: Event[] = [];
  for (let windows = 0; low <= high; windows += 1) {
    if (windows === WINDOWS) return { events, next: isNewest ? high + 1 : low - 1 };
    const ids = isNewest
      ? { from: Math.max(low, high - WINDOW + 1), to: high }
      : { from: low, to: Math.min(high, low + WINDOW - 1) };
    events.push(...(await reads.between(ids, filter, { order, limit: limit - events.length })));
    const last = events.at(-1)?.id;
    if (events.length === limit && last !== undefined) {
      return { events, next: last === (isNewest ? low : high) ? null : last };
    }
    if (isNewest) high = ids.from - 1;
    else low = ids.to + 1;
    await setImmediate();
  }
  return { events, next: null };
}

/** The ids between which the events of the filter's time are. Instants grow with ids, but for `DISORDER`. */
async function within(
  reads: EventReads,
  { since, until }: EventFilter,
  ids: { low: number; high: number },
): Promise<{ low: number; high: number }> {
  const end = ids.high + 1;
  const low = since === undefined ? ids.low : await firstSince(reads, since - DISORDER, ids.low, end);
  const high = until === undefined ? end : await firstSince(reads, until + DISORDER + 1, low, end);
  return { low, high: high - 1 };
}

/** The id, from `low` to `end`, at which events begin that are not older than `at`: found by halves. */
async function firstSince(reads: EventReads, at: number, low: number, end: number): Promise<number> {
  while (low < end) {
    const middle = Math.floor((low + end) / 2);
    const found = await reads.from(middle);
    if (found !== undefined && found.at < at) low = Math.max(found.id, middle) + 1;
    else end = middle;
  }
  return low;
}
