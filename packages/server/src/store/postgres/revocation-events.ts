import { IS_LISTED, IS_REVOCATION } from "../revocation-events.ts";
import { toEvent } from "../row-mappers.ts";
import type { Event, EventPosition } from "../store.ts";
import type { Query, Statement } from "./database.ts";
import { newestVisibleEvent } from "./visible-events.ts";

/** After so many other events, found by primary key, a reader's position moves on without a revocation. */
const SKIPPED = 1000;

/** Index: the primary key. The instant too: a restored store assigns ids again. */
const KNOWN: Statement = { name: "event_known", text: "SELECT 1 FROM events WHERE id = $1 AND at = $2" };

/** A follower polls often and mostly finds nothing: this needs no lock. */
const NEWS: Statement = {
  name: "revocations_news",
  text: `SELECT coalesce(bool_or(${IS_LISTED}), false) OR count(*) = ${SKIPPED} AS any
    FROM (SELECT type FROM events WHERE id > $1 ORDER BY id LIMIT ${SKIPPED}) newer`,
};

/**
 * Index: `events_by_revocation`. Without the sum, the planner might read the rows by id until one meets the condition.
 */
const FIRST: Statement = {
  name: "revocations_first",
  text: `SELECT min(id + 0) AS id FROM events WHERE ${IS_REVOCATION} AND at >= $1`,
};

const LIST: Statement = {
  name: "revocations_list",
  text: `SELECT * FROM events WHERE id > $1 AND id <= $2 AND ${IS_LISTED} ORDER BY id LIMIT $3`,
};

/** The port's `revocations`. */
export async function revocationsOf(
  query: Query,
  from: EventPosition | { since: number },
  limit: number,
): Promise<{ events: Event[]; position: EventPosition } | undefined> {
  if ("id" in from) {
    if (from.id > 0 && (await query(KNOWN, [from.id, from.at])).length === 0) return undefined;
    if ((await query(NEWS, [from.id]))[0]?.["any"] !== true) return { events: [], position: from };
  }
  const end = await newestVisibleEvent(query);
  const after = "since" in from ? await beforeFirst(query, from.since, end) : from.id;
  const events = (await query(LIST, [after, end.id, limit])).map(toEvent);
  const last = events.length === limit ? events.at(-1) : undefined;
  return { events, position: last === undefined ? end : { id: last.id, at: last.at } };
}

async function beforeFirst(query: Query, since: number, end: EventPosition): Promise<number> {
  const id = (await query(FIRST, [since]))[0]?.["id"] as number | null;
  return id === null ? end.id : id - 1;
}
