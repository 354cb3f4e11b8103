import type { EventPosition } from "../store.ts";
import type { Query } from "./database.ts";
import { EVENTS_LOCK } from "./locks.ts";

/**
 * The newest event such that no event with a smaller id can still be committed; `{ id: 0, at: 0 }` if there are no
 * events. Ids are taken in one order and committed in another, so a reader that continues after the last id it saw
 * could miss an event. Every writer holds a shared lock from before it takes an id until its commit; holding it
 * exclusively for a moment proves that no writer is in flight.
 */
export async function newestVisibleEvent(query: Query): Promise<EventPosition> {
  // Two statements of one implicit transaction: the second sees what was committed while the first waited.
  const [, newest] = await query.several(
    `SELECT pg_advisory_xact_lock(${EVENTS_LOCK})`,
    "SELECT id, at FROM events ORDER BY id DESC LIMIT 1",
  );
  return (newest?.[0] as EventPosition | undefined) ?? { id: 0, at: 0 };
}
