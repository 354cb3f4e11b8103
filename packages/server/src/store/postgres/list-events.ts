import type { EventReads } from "../event-pages.ts";
import { toEvent } from "../row-mappers.ts";
import type { Event, EventFilter, EventPageOptions, EventPosition } from "../store.ts";
import type { Query, Statement } from "./database.ts";
import { isText } from "./rows.ts";
import { newestVisibleEvent } from "./visible-events.ts";

/** No event has a text with U+0000. */
export function isStorable({ grantId, clientId, subject, type }: EventFilter): boolean {
  return [grantId, clientId, subject, type].every((text) => text === undefined || isText(text));
}

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
      selectEvents(query, { ...filter, after: ids.from - 1 }, { upTo: ids.to, order, limit }),
    async about({ column, value }, { at, id }, limit) {
      const text = `SELECT * FROM events WHERE ${column} = $1 AND (at < $2 OR (at = $2 AND id < $3)) AND at <= $2
        ORDER BY at DESC, id DESC LIMIT $4`;
      return (await query({ name: `event_about_${column}`, text }, [value, at, id, limit])).map(toEvent);
    },
  };
}

/** Index: the primary key, or a partial one of grant, client or subject. */
export async function selectEvents(
  query: Query,
  filter: EventFilter,
  { upTo, order, limit }: EventPageOptions & { upTo?: number },
): Promise<Event[]> {
  const conditions = ["id > $1"];
  const values: unknown[] = [filter.after ?? 0];
  const only = (condition: (parameter: string) => string, value: string | number | undefined) => {
    if (value !== undefined) conditions.push(condition(`$${values.push(value)}`));
  };
  only((parameter) => `id <= ${parameter}`, upTo);
  only((parameter) => `grant_id = ${parameter}`, filter.grantId);
  only((parameter) => `client_id = ${parameter}`, filter.clientId);
  only((parameter) => `subject = ${parameter}`, filter.subject);
  only((parameter) => `at >= ${parameter}`, filter.since);
  only((parameter) => `at <= ${parameter}`, filter.until);
  if (filter.type?.includes(".")) only((parameter) => `type = ${parameter}`, filter.type);
  else only((parameter) => `starts_with(type, ${parameter} || '.')`, filter.type);
  const where = conditions.join(" AND ");
  const direction = order === "newest" ? "DESC" : "ASC";
  const rows = await query(
    `SELECT * FROM events WHERE ${where} ORDER BY id ${direction} LIMIT ${limit}`,
    values,
  );
  return rows.map(toEvent);
}
