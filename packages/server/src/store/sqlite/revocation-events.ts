import type { DatabaseSync } from "node:sqlite";
import { IS_LISTED, IS_REVOCATION } from "../revocation-events.ts";
import { toEvent } from "../row-mappers.ts";
import type { EventPosition, EventStore } from "../store.ts";
import type { WriteQueue } from "./write-queue.ts";

const BEGINNING: EventPosition = { id: 0, at: 0 };

/**
 * The port's `revocations`. Ids are taken under the write lock, so events become visible in the order of their ids.
 * Index: the primary key; `events_by_revocation` finds the first one since an instant.
 */
export function prepareRevocations(database: DatabaseSync, queue: WriteQueue): EventStore["revocations"] {
  const newest = database.prepare("SELECT id, at FROM events ORDER BY id DESC LIMIT 1");
  const known = database.prepare("SELECT 1 FROM events WHERE id = ? AND at = ?");
  // Without the sum, SQLite would read the rows by id until one meets the condition.
  const first = database.prepare(`SELECT min(id + 0) AS id FROM events WHERE ${IS_REVOCATION} AND at >= ?`);
  const list = database.prepare(
    `SELECT * FROM events WHERE id > ? AND id <= ? AND ${IS_LISTED} ORDER BY id LIMIT ?`,
  );

  return (from, limit) =>
    queue.read(() => {
      // Read before the list: what another process commits meanwhile is left for the next call.
      const end = (newest.get() as EventPosition | undefined) ?? BEGINNING;
      const after = "since" in from ? beforeFirst(from.since, end) : from.id;
      if ("id" in from && from.id > 0 && known.get(from.id, from.at) === undefined) return undefined;
      const events = list.all(after, end.id, limit).map(toEvent);
      const last = events.length === limit ? events.at(-1) : undefined;
      return { events, position: last === undefined ? end : { id: last.id, at: last.at } };
    });

  function beforeFirst(since: number, end: EventPosition): number {
    const id = first.get(since)?.["id"] as number | null;
    return id === null ? end.id : id - 1;
  }
}
