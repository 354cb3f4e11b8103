import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { EventReads } from "../event-pages.ts";
import { toEvent } from "../row-mappers.ts";
import type { Event, EventFilter, EventListFilter, EventPageOptions, EventPosition } from "../store.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Prepares what a page of events is made of. */
export function prepareEventReads(database: DatabaseSync, queue: WriteQueue): EventReads {
  const newest = database.prepare("SELECT id, at FROM events ORDER BY id DESC LIMIT 1");
  const from = database.prepare("SELECT id, at FROM events WHERE id >= ? ORDER BY id LIMIT 1");
  const upTo = database.prepare("SELECT id, at FROM events WHERE id <= ? ORDER BY id DESC LIMIT 1");
  const about = (column: string) =>
    database.prepare(
      `SELECT * FROM events WHERE ${column} = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`,
    );
  const by = { grant_id: about("grant_id"), subject: about("subject"), client_id: about("client_id") };
  type Found = EventPosition | undefined;
  return {
    newest: () => queue.read(() => (newest.get() as Found) ?? { id: 0, at: 0 }),
    from: (id) => queue.read(() => from.get(id) as Found),
    upTo: (id) => queue.read(() => upTo.get(id) as Found),
    between: (ids, filter, page) => queue.read(() => between(database, ids, filter, page)),
    about: ({ column, value }, { at, id }, limit) =>
      queue.read(() => by[column].all(value, at, id, limit).map(toEvent)),
  };
}

/** Index: the primary key; a `+` keeps SQLite from the others. */
function between(
  database: DatabaseSync,
  { from, to }: { from: number; to: number },
  { grantId, clientId, subject, ...others }: EventFilter,
  { order, limit }: EventPageOptions,
): Event[] {
  const conditions = new Conditions("id >= ?", from);
  conditions.add("id <= ?", to);
  conditions.add("+grant_id = ?", grantId);
  conditions.add("+client_id = ?", clientId);
  conditions.add("+subject = ?", subject);
  conditions.addTypeAndTime(others);
  return conditions.select(database, order === "newest" ? "id DESC" : "id", limit);
}

/**
 * Index: the primary key, or a partial one of grant, client or subject. A statement for each filter: prepared ones for
 * all combinations would be many, and listings are rare.
 */
export function listEvents(database: DatabaseSync, filter: EventListFilter, limit: number): Event[] {
  const conditions = new Conditions("id > ?", filter.after ?? 0);
  const about = filter.exactly === true ? "addExact" : "addEqual";
  conditions[about]("grant_id", filter.grantId);
  conditions[about]("client_id", filter.clientId);
  conditions[about]("subject", filter.subject);
  conditions.addTypeAndTime(filter);
  return conditions.select(database, "id", limit);
}

/** The conditions of a query of events, and their values. */
class Conditions {
  readonly #texts: string[];
  readonly #values: SQLInputValue[];

  constructor(text: string, value: SQLInputValue) {
    this.#texts = [text];
    this.#values = [value];
  }

  /** @param value undefined: it is no condition */
  add(text: string, value: SQLInputValue | undefined): void {
    if (value === undefined) return;
    this.#texts.push(text);
    this.#values.push(value);
  }

  addEqual(column: string, value: SQLInputValue | undefined): void {
    this.add(`${column} = ?`, value);
  }

  /** @param value undefined: the column is null */
  addExact(column: string, value: SQLInputValue | undefined): void {
    if (value === undefined) this.#texts.push(`${column} IS NULL`);
    else this.addEqual(column, value);
  }

  addTypeAndTime({ type, since, until }: EventFilter): void {
    this.add("at >= ?", since);
    this.add("at <= ?", until);
    if (type?.includes(".")) this.add("type = ?", type);
    else this.add("type GLOB ? || '.*'", type);
  }

  select(database: DatabaseSync, order: string, limit: number): Event[] {
    const sql = `SELECT * FROM events WHERE ${this.#texts.join(" AND ")} ORDER BY ${order} LIMIT ?`;
    return database
      .prepare(sql)
      .all(...this.#values, limit)
      .map(toEvent);
  }
}
