import type { EventReads } from "../event-pages.ts";
import { toEvent } from "../row-mappers.ts";
import type { Event, EventFilter, EventListFilter, EventPageOptions, EventPosition } from "../store.ts";
import type { Query, Statement } from "./database.ts";
import { isText } from "./rows.ts";
import { newestVisibleEvent } from "./visible-events.ts";

/** No event has a text with U+0000. */
export function isStorable({ grantId, clientId, subject, type }: EventFilter): boolean {
  return [grantId, clientId, subject, type].every((text) => text === undefined || isText(text));
}

/** What an event may be about, and the column of each: the most selective first. */
export const ABOUT = [
  ["grantId", "grant_id"],
  ["clientId", "client_id"],
  ["subject", "subject"],
] as const;

const FROM: Statement = {
  name: "event_from",
  text: "SELECT id, at FROM events WHERE id >= $1 ORDER BY id LIMIT 1",
};
const UP_TO: Statement = {
  name: "event_up_to",
  text: "SELECT id, at FROM events WHERE id <= $1 ORDER BY id DESC LIMIT 1",
};

/** What a page of events is made of. */
export function eventReads(query: Query): EventReads {
  const one = async (statement: Statement, id: number) =>
    (await query(statement, [id]))[0] as EventPosition | undefined;
  return {
    newest: () => newestVisibleEvent(query),
    from: (id) => one(FROM, id),
    upTo: (id) => one(UP_TO, id),
    between: (ids, filter, { order, limit }) =>
      selectEvents(query, { ...filter, after: ids.from - 1 }, { upTo: ids.to, window: true, order, limit }),
    async about({ column, value }, { at, id }, limit) {
      const text = `SELECT * FROM events WHERE ${column} = $1 AND (at < $2 OR (at = $2 AND id < $3)) AND at <= $2
        ORDER BY at DESC, id DESC LIMIT $4`;
      return (await query({ name: `event_about_${column}`, text }, [value, at, id, limit])).map(toEvent);
    },
  };
}

/**
 * Index: the primary key, or a partial one of grant, client or subject; of a window of ids the primary key alone: a plan for
 * any values would go through all events of a client to find those of the window.
 */
export async function selectEvents(
  query: Query,
  filter: EventListFilter,
  { upTo, window = false, order, limit }: EventPageOptions & { upTo?: number; window?: boolean },
): Promise<Event[]> {
  const values: unknown[] = [filter.after ?? 0];
  const conditionsOf = (
    wanted: [condition: (parameter: string) => string, value: string | number | undefined][],
  ) =>
    wanted.flatMap(([condition, value]) =>
      value === undefined ? [] : [condition(`$${values.push(value)}`)],
    );
  const ids = ["id > $1", ...conditionsOf([[(parameter) => `id <= ${parameter}`, upTo]])].join(" AND ");
  const { type } = filter;
  const others = conditionsOf([
    [(parameter) => `grant_id = ${parameter}`, filter.grantId],
    [(parameter) => `client_id = ${parameter}`, filter.clientId],
    [(parameter) => `subject = ${parameter}`, filter.subject],
    [(parameter) => `at >= ${parameter}`, filter.since],
    [(parameter) => `at <= ${parameter}`, filter.until],
    [
      (parameter) => (type?.includes(".") ? `type = ${parameter}` : `starts_with(type, ${parameter} || '.')`),
      type,
    ],
  ]);
  const sorted = `ORDER BY id ${order === "newest" ? "DESC" : "ASC"}`;
  const from = window ? `(SELECT * FROM events WHERE ${ids} ${sorted} OFFSET 0) AS events` : "events";
  const absent = filter.exactly === true ? ABOUT.filter(([name]) => filter[name] === undefined) : [];
  const none = absent.map(([, column]) => `${column} IS NULL`);
  const where = ["true", ...(window ? [] : [ids]), ...none, ...others].join(" AND ");
  return (await query(`SELECT * FROM ${from} WHERE ${where} ${sorted} LIMIT ${limit}`, values)).map(toEvent);
}
