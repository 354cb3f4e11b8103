import type { RequestSource } from "../../request-source.ts";
import { recordedEvent } from "../event-builders.ts";
import { eventPage } from "../event-pages.ts";
import type { Row } from "../row.ts";
import type { Event, EventStore, NewEvent } from "../store.ts";
import type { Database, Query, Statement, Transaction } from "./database.ts";
import { forgetSources } from "./forget-sources.ts";
import { ABOUT, eventReads, isStorable, selectEvents } from "./list-events.ts";
import { EVENTS_LOCK, onceLock } from "./locks.ts";
import { revocationsOf } from "./revocation-events.ts";
import { newestVisibleEvent } from "./visible-events.ts";

/** Writes event rows inside other operations' transactions. */
export interface EventWriter {
  /** With `once`: not if the same type was recorded for the same grant (else client, else subject) in the last `once` s. */
  record(event: NewEvent, transaction: Transaction, once?: number): Promise<void>;
  /** Records many in one statement, in their order. */
  recordAll(events: readonly NewEvent[], transaction: Transaction): Promise<void>;
}

/**
 * The lock is held before the id is taken and until the commit: `newestVisibleEvent` relies on it. MATERIALIZED, so that it is
 * not left out for giving no column.
 */
const INSERT: Statement = {
  name: "event_insert",
  text: `WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${EVENTS_LOCK}))
    INSERT INTO events (at, type, client_id, subject, grant_id, data, address, user_agent, request_id)
    SELECT $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text
    FROM held RETURNING id`,
};

/** As `INSERT`. The instant and the source are those of all; the rows are returned in the order of the arrays. */
const INSERT_ALL: Statement = {
  name: "event_insert_all",
  text: `WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${EVENTS_LOCK}))
    INSERT INTO events (at, type, client_id, subject, grant_id, data, address, user_agent, request_id)
    SELECT $1::bigint, e.type, e.client_id, e.subject, e.grant_id, e.data, $7::text, $8::text, $9::text
    FROM held CROSS JOIN unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
      WITH ORDINALITY AS e (type, client_id, subject, grant_id, data, ordinal)
    ORDER BY e.ordinal RETURNING id`,
};

const RECENT = Object.fromEntries(
  ABOUT.map(([name, column]) => [
    name,
    {
      name: `event_recent_${column}`,
      text: `SELECT 1 FROM events WHERE ${column} = $1 AND at > $2 AND type = $3 LIMIT 1`,
    },
  ]),
) as Record<(typeof ABOUT)[number][0], Statement>;

/** Which of grant, client or subject `once` counts an event for. */
function aboutOf(event: NewEvent) {
  return ABOUT.map(([name]) => ({ name, value: event[name] })).find(({ value }) => value !== undefined);
}

/**
 * Whether the same type was recorded for the same grant, client or subject after `since`, ms. Index: the partial one of
 * what the event names.
 */
export async function isRecent(event: NewEvent, since: number, query: Query): Promise<boolean> {
  const about = aboutOf(event);
  if (about === undefined) return false;
  return (await query(RECENT[about.name], [about.value, since, event.type])).length > 0;
}

/**
 * The writer of events.
 *
 * @param onEvent called after the commit, once for each event
 */
export function eventWriter(onEvent: (event: Event) => void): EventWriter {
  return {
    async record(asked, transaction, once) {
      const event = storable(asked);
      const { type, clientId, subject, grantId, data } = event;
      if (once !== undefined) {
        // Of equal events that are recorded at once, one must win. The grant, client or subject may have no row to
        // lock.
        const about = aboutOf(event);
        const lock = onceLock(`${type} ${about?.name} ${about?.value}`);
        await transaction.query("SELECT pg_advisory_xact_lock($1, $2)", lock);
      }
      const at = await transaction.now();
      const { source } = transaction;
      if (once !== undefined && (await isRecent(event, at - once * 1000, transaction.query))) return;
      const values = [at, type, clientId, subject, grantId, JSON.stringify(data)];
      const [row] = await transaction.query(INSERT, [...values, ...columnsOf(source)]);
      transaction.afterCommit(() => onEvent(recordedEvent(event, { id: idOf(row), at, source })));
    },
    async recordAll(asked, transaction) {
      const events = asked.map(storable);
      const at = await transaction.now();
      const { source } = transaction;
      const rows = await transaction.query(INSERT_ALL, [
        at,
        events.map(({ type }) => type),
        events.map(({ clientId }) => clientId),
        events.map(({ subject }) => subject),
        events.map(({ grantId }) => grantId),
        events.map(({ data }) => JSON.stringify(data)),
        ...columnsOf(source),
      ]);
      transaction.afterCommit(() => {
        for (const [i, event] of events.entries()) {
          onEvent(recordedEvent(event, { id: idOf(rows[i]), at, source }));
        }
      });
    },
  };
}

function idOf(row: Row | undefined): number {
  return row?.["id"] as number;
}

/** Address, user agent and request id. */
function columnsOf(source: RequestSource | undefined): (string | undefined)[] {
  return [source?.address, source?.userAgent, source?.requestId];
}

/** Columns cannot hold U+0000, which a username as typed may contain. JSON escapes it. */
function storable({ clientId, subject, grantId, ...event }: NewEvent): NewEvent {
  const text = (value: string | undefined) => value?.replaceAll("\0", "\ufffd");
  return { ...event, clientId: text(clientId), subject: text(subject), grantId: text(grantId) };
}

/**
 * The port's `events`. A listing ends at the newest event before which none can still be committed, so that a reader
 * that continues after the last one misses nothing.
 */
export function eventStore(
  database: Database,
  events: EventWriter,
  replay: EventStore["replay"],
): EventStore {
  return {
    async list(filter, limit) {
      if (!isStorable(filter)) return [];
      return database.read(async (query) => {
        // A follower polls often and mostly finds nothing: that needs no lock.
        if ((await selectEvents(query, filter, { order: "oldest", limit: 1 })).length === 0) return [];
        const upTo = (await newestVisibleEvent(query)).id;
        return selectEvents(query, filter, { upTo, order: "oldest", limit });
      });
    },
    async page(filter, page) {
      if (!isStorable(filter)) return { events: [], next: null };
      return database.read((query) => eventPage(eventReads(query), filter, page));
    },
    record: (event, options) =>
      database.writeInOrder((transaction) => events.record(event, transaction, options?.once)),
    revocations: (from, limit) => database.read((query) => revocationsOf(query, from, limit)),
    forgetSources: forgetSources(database),
    replay,
  };
}
