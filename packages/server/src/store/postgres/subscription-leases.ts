import type { SubscriptionStore } from "../store.ts";
import type { Database, Statement } from "./database.ts";
import { clock } from "./database.ts";
import { toSubscription } from "./rows.ts";

/** The process `$3` has the lease now. `$1` is a test's instant. */
const HELD = `id = $2 AND leased_by = $3 AND leased_until > ${clock(1)}`;

const LEASE: Statement = {
  name: "subscription_lease",
  text: `UPDATE subscriptions SET leased_by = $3, leased_until = ${clock(1)} + $4::bigint
    WHERE id = $2 AND status = 'enabled' AND next_attempt_at <= ${clock(1)}
      AND (leased_by = $3 OR leased_until <= ${clock(1)}) RETURNING *`,
};
const RELEASE: Statement = {
  name: "subscription_release",
  text: "UPDATE subscriptions SET leased_by = NULL, leased_until = 0 WHERE id = $1 AND leased_by = $2",
};
/** One statement, so that the dead letter is written only if the cursor moves. */
const ADVANCE: Statement = {
  name: "subscription_advance",
  text: `WITH moved AS (
      UPDATE subscriptions SET cursor_id = $5, cursor_at = $6, progress = coalesce($7::text, progress),
        failures = 0, next_attempt_at = 0, last_error = $9::text, leased_until = ${clock(1)} + $4::bigint
      WHERE ${HELD} RETURNING *
    ), buried AS (
      INSERT INTO dead_letters (subscription_id, event_id, event_at, failed_at, attempts, error)
      SELECT id, cursor_id, cursor_at, ${clock(1)}, $8::bigint, $9::text FROM moved WHERE $8::bigint IS NOT NULL
      ON CONFLICT (subscription_id, event_id) DO UPDATE SET event_at = excluded.event_at,
        failed_at = excluded.failed_at, attempts = excluded.attempts, error = excluded.error, replay_at = NULL
    ) SELECT * FROM moved`,
};
const FAIL: Statement = {
  name: "subscription_fail",
  text: `UPDATE subscriptions SET failures = failures + 1, next_attempt_at = $4, last_error = $5,
      leased_by = NULL, leased_until = 0 WHERE ${HELD} RETURNING 1 AS failed`,
};

/** The part of the port's `subscriptions` for who sends. Index: the primary key. */
export function subscriptionLeases(
  database: Database,
): Pick<SubscriptionStore, "lease" | "release" | "advance" | "fail"> {
  return {
    async lease(id, by, ttl) {
      const values = [database.injectedNow, id, by, ttl];
      const [row] = await database.read((query) => query(LEASE, values));
      return row && toSubscription(row);
    },
    release: (id, by) => database.read(async (query) => void (await query(RELEASE, [id, by]))),
    async advance(id, by, { cursor, progress, deadLetter }, ttl) {
      const json = progress === undefined ? null : JSON.stringify(progress);
      const letter = [deadLetter?.attempts ?? null, deadLetter?.error ?? null];
      const values = [database.injectedNow, id, by, ttl, cursor.id, cursor.at, json, ...letter];
      const [row] = await database.read((query) => query(ADVANCE, values));
      return row && toSubscription(row);
    },
    async fail(id, by, { error, nextAttemptAt }) {
      const values = [database.injectedNow, id, by, nextAttemptAt, error];
      return (await database.read((query) => query(FAIL, values))).length > 0;
    },
  };
}
