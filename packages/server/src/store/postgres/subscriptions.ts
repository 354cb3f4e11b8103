import type { EventPosition, NewSubscription, SubscriptionStart, SubscriptionStore } from "../store.ts";
import { stateColumns } from "../subscription-rows.ts";
import type { Database, Query, Statement } from "./database.ts";
import { clock } from "./database.ts";
import { deadLetterStore } from "./dead-letters.ts";
import type { EventWriter } from "./events.ts";
import { subscriptionLeases } from "./subscription-leases.ts";
import { isText, toSubscriptionState } from "./rows.ts";
import { newestVisibleEvent } from "./visible-events.ts";

/** Index of these: the primary keys. `$1` is a test's instant. */
const FIND: Statement = {
  name: "subscription_find",
  text: `SELECT ${stateColumns(clock(1))} FROM subscriptions WHERE id = $2`,
};
const LIST: Statement = {
  name: "subscription_list",
  text: `SELECT ${stateColumns(clock(1))} FROM subscriptions WHERE id > $2 ORDER BY id LIMIT $3`,
};
/** So that those who create one at once do not exceed the limit. */
const LOCK_ALL: Statement = {
  name: "subscription_lock_all",
  text: "LOCK TABLE subscriptions IN SHARE ROW EXCLUSIVE MODE",
};
const COUNT: Statement = {
  name: "subscription_count",
  text: "SELECT count(*) AS count FROM subscriptions",
};
const INSERT: Statement = {
  name: "subscription_insert",
  text: `INSERT INTO subscriptions (id, kind, settings, secrets, status, version, cursor_id, cursor_at, created_at)
    VALUES ($1, $2, $3, $4, 'enabled', 1, $5, $6, $7)`,
};
/** The events since an instant are read, backwards. */
const BEFORE: Statement = {
  name: "subscription_start",
  text: "SELECT id, at FROM events WHERE at < $1 ORDER BY id DESC LIMIT 1",
};
const LOCK: Statement = {
  name: "subscription_lock",
  text: "SELECT version FROM subscriptions WHERE id = $1 FOR UPDATE",
};
const UPDATE: Statement = {
  name: "subscription_update",
  text: `UPDATE subscriptions SET version = version + 1, failures = 0, next_attempt_at = 0,
      settings = coalesce($2::text, settings), secrets = coalesce($3::bytea, secrets),
      status = coalesce($4::text, status),
      status_reason = CASE WHEN $4::text IS NULL THEN status_reason ELSE $5::text END
    WHERE id = $1`,
};
const DELETE: Statement = {
  name: "subscription_delete",
  text: "DELETE FROM subscriptions WHERE id = $1 RETURNING 1 AS deleted",
};
const DELETE_LETTERS: Statement = {
  name: "subscription_delete_letters",
  text: "DELETE FROM dead_letters WHERE subscription_id = $1",
};
const RESEAL: Statement = {
  name: "subscription_reseal",
  text: "UPDATE subscriptions SET secrets = $3 WHERE id = $1 AND secrets = $2 RETURNING 1 AS resealed",
};

/** The port's `subscriptions`. */
export function subscriptionStore(database: Database, events: EventWriter): SubscriptionStore {
  return {
    create: (subscription, most, event) => create(database, events, subscription, most, event),
    async find(id) {
      if (!isText(id)) return undefined;
      const [row] = await database.read((query) => query(FIND, [database.injectedNow, id]));
      return row && toSubscriptionState(row);
    },
    async list({ after = "", limit }) {
      if (!isText(after)) return [];
      const values = [database.injectedNow, after, limit];
      return (await database.read((query) => query(LIST, values))).map(toSubscriptionState);
    },
    async update(id, { settings, secrets, status, statusReason }, event, version) {
      if (!isText(id)) return "not_found";
      return database.write(async (transaction) => {
        const current = (await transaction.query(LOCK, [id]))[0]?.["version"];
        if (current === undefined) return "not_found";
        if (version !== undefined && current !== version) return "conflict";
        const json = settings === undefined ? null : JSON.stringify(settings);
        const values = [id, json, secrets ?? null, status ?? null, statusReason ?? null];
        await transaction.query(UPDATE, values);
        await events.record(event, transaction);
        return "updated";
      });
    },
    async delete(id, event) {
      if (!isText(id)) return false;
      return database.write(async (transaction) => {
        if ((await transaction.query(DELETE, [id])).length === 0) return false;
        await transaction.query(DELETE_LETTERS, [id]);
        await events.record(event, transaction);
        return true;
      });
    },
    reseal: (id, secrets, resealed) =>
      database.read(async (query) => (await query(RESEAL, [id, secrets, resealed])).length > 0),
    ...subscriptionLeases(database),
    ...deadLetterStore(database, events),
  };
}

async function create(
  database: Database,
  events: EventWriter,
  { id, kind, settings, secrets, from }: NewSubscription,
  most: number,
  event: Parameters<SubscriptionStore["create"]>[2],
): Promise<"created" | "too_many"> {
  // Before the transaction: finding it locks out writers of events for a moment, here not until the commit.
  const start = await database.read((query) => startOf(query, from));
  return database.write(async (transaction) => {
    await transaction.query(LOCK_ALL);
    const count = (await transaction.query(COUNT))[0]?.["count"] as number;
    if (count >= most) return "too_many";
    const now = await transaction.now();
    const values = [id, kind, JSON.stringify(settings), secrets, start.id, start.at, now];
    await transaction.query(INSERT, values);
    await events.record(event, transaction);
    return "created";
  });
}

async function startOf(query: Query, from: SubscriptionStart): Promise<EventPosition> {
  if (from === "now") return newestVisibleEvent(query);
  const [row] = from === "beginning" ? [] : await query(BEFORE, [from.since]);
  return (row as unknown as EventPosition | undefined) ?? { id: 0, at: 0 };
}
