import type { DatabaseSync } from "node:sqlite";
import { recordedEvent } from "../event-builders.ts";
import { eventPage } from "../event-pages.ts";
import type { Event, EventStore, NewEvent } from "../store.ts";
import { prepareForgetSources } from "./forget-sources.ts";
import { listEvents, prepareEventReads } from "./list-events.ts";
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
    `INSERT INTO events (at, type, client_id, subject, grant_id, address, user_agent, request_id, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      const { now: at, source } = transaction;
      if (once !== undefined && isRecent(event, at - once * 1000)) return;
      const json = JSON.stringify(data);
      const about = [clientId ?? null, subject ?? null, grantId ?? null];
      const asked = [source?.address ?? null, source?.userAgent ?? null, source?.requestId ?? null];
      const id = Number(insert.run(at, type, ...about, ...asked, json).lastInsertRowid);
      const recorded = recordedEvent(event, { id, at, source });
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
  const reads = prepareEventReads(database, queue);
  return {
    list: (filter, limit) => queue.read(() => listEvents(database, filter, limit)),
    page: (filter, page) => eventPage(reads, filter, page),
    record: (event, options) =>
      queue.write((transaction) => events.record(event, transaction, options?.once)),
    revocations: prepareRevocations(database, queue),
    forgetSources: prepareForgetSources(database, queue),
    replay,
  };
}
