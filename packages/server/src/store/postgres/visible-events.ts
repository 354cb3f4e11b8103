import type { EventPosition } from "../store.ts";
import type { Query } from "./database.ts";
import { EVENTS_LOCK } from "./locks.ts";

/**
 * The newest event, below whose id none can appear any more. Ids are taken in one order and committed in another; a
 * reader that goes on after the last id it saw would miss one that is committed late. Every writer shares a lock from
 * before it takes an id until its commit; having it alone for a moment proves that none is under way.
 */
export async function newestVisibleEvent(query: Query): Promise<EventPosition> {
  // Two statements of one implicit transaction: the second sees what was committed while the first waited.
  const [, newest] = await query.several(
    `SELECT pg_advisory_xact_lock(${EVENTS_LOCK}); SELECT id, at FROM events ORDER BY id DESC LIMIT 1`,
  );
  return (newest?.[0] as EventPosition | undefined) ?? { id: 0, at: 0 };
}
