import type { DatabaseSync } from "node:sqlite";
import { stateColumns } from "../subscription-rows.ts";
import type { EventPosition, SubscriptionStart, SubscriptionStore } from "../store.ts";
import { deadLetterStore } from "./dead-letters.ts";
import type { EventWriter } from "./events.ts";
import { toSubscription, toSubscriptionState } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The process `by` has the lease now. */
const HELD = "id = :id AND leased_by = :by AND leased_until > :now";

/** The port's `subscriptions`. Index: the primary keys. */
export function subscriptionStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  now: () => number,
): SubscriptionStore {
  const find = database.prepare(`SELECT ${stateColumns(":now")} FROM subscriptions WHERE id = :id`);
  const list = database.prepare(
    `SELECT ${stateColumns(":now")} FROM subscriptions WHERE id > :after ORDER BY id LIMIT :limit`,
  );
  const create = prepareCreate(database, events);
  const update = prepareUpdate(database, events);
  const remove = database.prepare("DELETE FROM subscriptions WHERE id = ?");
  const removeLetters = database.prepare("DELETE FROM dead_letters WHERE subscription_id = ?");
  const reseal = database.prepare("UPDATE subscriptions SET secrets = ?3 WHERE id = ?1 AND secrets = ?2");

  return {
    create: (subscription, most, event) =>
      queue.write((transaction) => create(subscription, most, event, transaction)),
    find: (id) =>
      queue.read(() => {
        const row = find.get({ id, now: now() });
        return row && toSubscriptionState(row);
      }),
    list: ({ after = "", limit }) =>
      queue.read(() => list.all({ after, limit, now: now() }).map(toSubscriptionState)),
    update: (id, change, event, version) =>
      queue.write((transaction) => update(id, change, event, version, transaction)),
    delete: (id, event) =>
      queue.write((transaction) => {
        if (remove.run(id).changes === 0) return false;
        removeLetters.run(id);
        events.record(event, transaction);
        return true;
      }),
    reseal: (id, secrets, resealed) => queue.write(() => reseal.run(id, secrets, resealed).changes > 0),
    ...prepareLeases(database, queue),
    ...deadLetterStore(database, queue, events),
  };
}

function prepareCreate(database: DatabaseSync, events: EventWriter) {
  const count = database.prepare("SELECT count(*) AS count FROM subscriptions");
  const insert = database.prepare(
    `INSERT INTO subscriptions (id, kind, settings, secrets, status, version, cursor_id, cursor_at, created_at)
     VALUES (?, ?, ?, ?, 'enabled', 1, ?, ?, ?)`,
  );
  // Ids are taken under the write lock, so events become visible in their order.
  const newest = database.prepare("SELECT id, at FROM events WHERE at < ? ORDER BY id DESC LIMIT 1");
  const startOf = (from: SubscriptionStart): EventPosition => {
    if (from === "beginning") return { id: 0, at: 0 };
    const before = from === "now" ? Number.MAX_SAFE_INTEGER : from.since;
    return (newest.get(before) as EventPosition | undefined) ?? { id: 0, at: 0 };
  };
  return function create(
    { id, kind, settings, secrets, from }: Parameters<SubscriptionStore["create"]>[0],
    most: number,
    event: Parameters<EventWriter["record"]>[0],
    transaction: Transaction,
  ): "created" | "too_many" {
    if ((count.get()?.["count"] as number) >= most) return "too_many";
    const start = startOf(from);
    insert.run(id, kind, JSON.stringify(settings), secrets, start.id, start.at, transaction.now);
    events.record(event, transaction);
    return "created";
  };
}

function prepareUpdate(database: DatabaseSync, events: EventWriter) {
  const version = database.prepare("SELECT version FROM subscriptions WHERE id = ?");
  const write = database.prepare(
    `UPDATE subscriptions SET version = version + 1, failures = 0, next_attempt_at = 0,
       settings = coalesce(:settings, settings), secrets = coalesce(:secrets, secrets),
       status = coalesce(:status, status),
       status_reason = CASE WHEN :status IS NULL THEN status_reason ELSE :reason END
     WHERE id = :id`,
  );
  return function update(
    id: string,
    { settings, secrets, status, statusReason }: Parameters<SubscriptionStore["update"]>[1],
    event: Parameters<EventWriter["record"]>[0],
    expected: number | undefined,
    transaction: Transaction,
  ): "updated" | "conflict" | "not_found" {
    const current = version.get(id)?.["version"];
    if (current === undefined) return "not_found";
    if (expected !== undefined && current !== expected) return "conflict";
    write.run({
      id,
      settings: settings === undefined ? null : JSON.stringify(settings),
      secrets: secrets ?? null,
      status: status ?? null,
      reason: statusReason ?? null,
    });
    events.record(event, transaction);
    return "updated";
  };
}

function prepareLeases(
  database: DatabaseSync,
  queue: WriteQueue,
): Pick<SubscriptionStore, "lease" | "release" | "advance" | "fail"> {
  const lease = database.prepare(
    `UPDATE subscriptions SET leased_by = :by, leased_until = :until
     WHERE id = :id AND status = 'enabled' AND next_attempt_at <= :now
       AND (leased_by = :by OR leased_until <= :now) RETURNING *`,
  );
  const release = database.prepare(
    "UPDATE subscriptions SET leased_by = NULL, leased_until = 0 WHERE id = ? AND leased_by = ?",
  );
  const advance = database.prepare(
    `UPDATE subscriptions SET cursor_id = :cursor, cursor_at = :at, progress = coalesce(:progress, progress),
       failures = 0, next_attempt_at = 0, last_error = :error, leased_until = :until WHERE ${HELD} RETURNING *`,
  );
  const bury = database.prepare(
    `INSERT OR REPLACE INTO dead_letters (subscription_id, event_id, event_at, failed_at, attempts, error)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const fail = database.prepare(
    `UPDATE subscriptions SET failures = failures + 1, next_attempt_at = :next, last_error = :error,
       leased_by = NULL, leased_until = 0 WHERE ${HELD}`,
  );
  return {
    lease: (id, by, ttl) =>
      queue.write(({ now }) => {
        const row = lease.get({ id, by, now, until: now + ttl });
        return row && toSubscription(row);
      }),
    release: (id, by) => queue.write(() => void release.run(id, by)),
    advance: (id, by, { cursor, progress, deadLetter }, ttl) =>
      queue.write(({ now }) => {
        const row = advance.get({
          id,
          by,
          now,
          until: now + ttl,
          cursor: cursor.id,
          at: cursor.at,
          progress: progress === undefined ? null : JSON.stringify(progress),
          error: deadLetter?.error ?? null,
        });
        if (row !== undefined && deadLetter !== undefined) {
          bury.run(id, cursor.id, cursor.at, now, deadLetter.attempts, deadLetter.error);
        }
        return row && toSubscription(row);
      }),
    fail: (id, by, { error, nextAttemptAt }) =>
      queue.write(({ now }) => fail.run({ id, by, now, next: nextAttemptAt, error }).changes > 0),
  };
}
