import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { toEvent } from "../row-mappers.ts";
import type { Event, EventFilter, EventStore, NewEvent } from "../store.ts";
import { prepareRevocations } from "./revocation-events.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** Writes event rows inside other operations' transactions. */
export interface EventWriter {
  /** With `once`: not if the same type was recorded for the same grant (else client, else subject) in the last `once` s. */
  record(event: NewEvent, transaction: Transaction, once?: number): void;
}

/**
 * The writer of events. Index: the partial one of the grant, client or subject that the event names.
 *
 * @param onEvent called after the commit, once for each event
 */
export function prepareEvents(database: DatabaseSync, onEvent: (event: Event) => void): EventWriter {
  const insert = database.prepare(
    "INSERT INTO events (at, type, client_id, subject, grant_id, data) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const recentOf = (column: string) =>
    database.prepare(`SELECT 1 FROM events WHERE ${column} = ? AND at > ? AND type = ? LIMIT 1`);
  const recent = {
    grantId: recentOf("grant_id"),
    clientId: recentOf("client_id"),
    subject: recentOf("subject"),
  };
  const isRecent = (event: NewEvent, since: number): boolean => {
    const named = (["grantId", "clientId", "subject"] as const).find((name) => event[name] !== undefined);
    return named !== undefined && recent[named].get(event[named] ?? null, since, event.type) !== undefined;
  };
  return {
    record(event, transaction, once) {
      const { type, clientId, subject, grantId, data } = event;
      const at = transaction.now;
      if (once !== undefined && isRecent(event, at - once * 1000)) return;
      const json = JSON.stringify(data);
      const row = insert.run(at, type, clientId ?? null, subject ?? null, grantId ?? null, json);
      const recorded = { clientId, subject, grantId, ...event, id: Number(row.lastInsertRowid), at } as Event;
      transaction.afterCommit(() => onEvent(recorded));
    },
  };
}

/** The port's `events`. */
export function eventStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  replay: EventStore["replay"],
): EventStore {
  return {
    list: (filter, limit) => queue.read(() => list(database, filter, limit)),
    record: (event, options) =>
      queue.write((transaction) => events.record(event, transaction, options?.once)),
    revocations: prepareRevocations(database, queue),
    replay,
  };
}

/**
 * Index: the primary key, or a partial one of grant, client or subject. A statement for each filter: prepared ones for
 * all combinations would be many, and listings are rare.
 */
function list(database: DatabaseSync, filter: EventFilter, limit: number): Event[] {
  const conditions = ["id > ?"];
  const values: SQLInputValue[] = [filter.after ?? 0];
  const only = (condition: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  only("grant_id = ?", filter.grantId);
  only("client_id = ?", filter.clientId);
  only("subject = ?", filter.subject);
  only("at >= ?", filter.since);
  only("at <= ?", filter.until);
  if (filter.type?.includes(".")) only("type = ?", filter.type);
  else only("type GLOB ? || '.*'", filter.type);
  const sql = `SELECT * FROM events WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ?`;
  return database
    .prepare(sql)
    .all(...values, limit)
    .map(toEvent);
}
