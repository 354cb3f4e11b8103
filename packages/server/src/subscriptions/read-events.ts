import type { Event, EventPosition, EventStore } from "../store/store.ts";

/** Events that are read at a time. */
export const PAGE = 200;

/** A page of events after a cursor; or the first event that is left, if those in between are gone. */
export type EventPage = { events: Event[] } | { lostBefore: Event };

/**
 * Reads the events after a cursor. The event at the cursor is read too: if the store does not have it at that instant, it
 * was swept with what followed it, or ids were assigned again in a restored store.
 */
export async function readEvents(
  events: Pick<EventStore, "list">,
  { id, at }: EventPosition,
): Promise<EventPage> {
  if (at === 0) return { events: await events.list({ after: id }, PAGE) };
  const [first, ...others] = await events.list({ after: id - 1 }, PAGE + 1);
  if (first === undefined || (first.id === id && first.at === at)) return { events: others };
  if (first.id > id) return { lostBefore: first };
  const [since = first] = await events.list({ since: at }, 1);
  return { lostBefore: since };
}
