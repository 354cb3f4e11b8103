import { ACTIVITY_KEPT } from "../activity.ts";
import { CODE_KEPT } from "../authorization.ts";
import { KEPT_FOR_SUBSCRIPTIONS } from "../subscriptions.ts";
import { daysUntil, GrantCount } from "../statistics.ts";
import type { CountedGrants } from "../statistics.ts";
import type { Store } from "../store.ts";
import type { Database, Query, Statement } from "./database.ts";
import { clock } from "./database.ts";
import type { EndsIndex } from "./ends-index.ts";
import { CLIENT_OF_ACTIVE, IDLE_END } from "./find-grants.ts";
import { writeGrantCount } from "./statistics.ts";

/** How long a grant is kept after it expired or was revoked, so that the reason can still be explained, ms. */
const KEPT_AFTER_END = 7 * 24 * 3600 * 1000;

/** How long the other nodes wait for one that died while it swept, ms. */
const LEASE = 60_000;

const NOWHERE = "00000000-0000-0000-0000-000000000000";

const NOW: Statement = { name: "sweep_now", text: `SELECT ${clock(1)} AS now` };
/**
 * Takes the lease, or renews the one that this node took last, `$2`. Its value is its end, and grows with each renewal:
 * so it tells the nodes apart. Index: the primary key.
 */
const TAKE: Statement = {
  name: "sweep_take",
  text: `
    INSERT INTO meta AS lease (key, value) VALUES ('sweep_lease', ${clock(1)} + ${LEASE})
    ON CONFLICT (key) DO UPDATE SET value = greatest(excluded.value, lease.value + 1)
      WHERE lease.value = $2 OR lease.value <= excluded.value - ${LEASE}
    RETURNING value`,
};
const GIVE_BACK: Statement = {
  name: "sweep_give_back",
  text: "DELETE FROM meta WHERE key = 'sweep_lease' AND value = $1",
};

/** Index of these: the primary keys. */
const SLICE_END: Statement = {
  name: "sweep_slice_end",
  text: `SELECT id FROM (SELECT id FROM grants WHERE id > $1 ORDER BY id LIMIT $2) AS slice ORDER BY id DESC LIMIT 1`,
};
/**
 * The conditions repeat `grantStatus`; a grant of a deleted client ends with the client's `grants_revoked_at`. A locked
 * grant is left to the next sweep. An adopted one (a UUIDv8) that was revoked is kept until its time is over: were it
 * gone, adopting its session again would bring it back.
 */
const REMOVE_GRANTS: Statement = {
  name: "sweep_grants",
  text: `
    WITH dead AS MATERIALIZED (
      SELECT g.id FROM grants g LEFT JOIN clients c ON c.id = g.client_id
      WHERE g.id > $1 AND g.id <= $2 AND (
        (g.revoked_at <= $3 AND substr(g.id::text, 15, 1) <> '8')
        OR g.expires_at <= $3
        OR ${IDLE_END} <= $3
        OR (g.created_at <= c.grants_revoked_at AND c.grants_revoked_at <= $3))
      ORDER BY g.id FOR UPDATE OF g SKIP LOCKED
    ), removed AS (DELETE FROM grants WHERE id IN (SELECT id FROM dead) RETURNING 1)
    SELECT count(*) AS removed FROM removed`,
};
/** The conditions of `isActive`, which reads each client's settings once. Index: the primary keys. */
const COUNT_ACTIVE: Statement = {
  name: "sweep_count_active",
  text: `SELECT ${daysUntil("expires_at", "$1::bigint")} AS ends, ${daysUntil("idle_end", "$1::bigint")} AS idle_ends,
      count(*) AS grants
    FROM (SELECT g.expires_at, ${IDLE_END} AS idle_end FROM grants g, clients c
      WHERE g.id > $2 AND g.id <= $3 AND g.revoked_at IS NULL AND g.expires_at > $4 AND ${CLIENT_OF_ACTIVE}
      OFFSET 0) AS active
    WHERE idle_end > $4 GROUP BY 1, 2`,
};
/** A deleted client's row goes last: the grants and consents that remain of it are found by it. */
const REMOVE_CLIENTS: Statement = {
  name: "sweep_clients",
  text: `
    WITH removed AS (
      DELETE FROM clients WHERE deleted_at <= $1
        AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id)
        AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client_id = clients.id::text) RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};
/** Index: consents_by_client. */
const REMOVE_CONSENTS: Statement = {
  name: "sweep_consents",
  text: `
    WITH removed AS (
      DELETE FROM consents WHERE (subject, client_id) IN (
        SELECT k.subject, k.client_id FROM clients c JOIN consents k ON k.client_id = c.id::text
        WHERE c.deleted_at IS NOT NULL LIMIT $1) RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};
const REMOVE_DENIED = removeExpired("denied_access_tokens", "jti", "expires_at");
const REMOVE_SIGN_INS = removeExpired("sign_ins", "digest", "expires_at");
const REMOVE_LOGINS = removeExpired("logins", "digest", "expires_at");
const REMOVE_CODES = removeExpired("codes", "digest", "expires_at");
const REMOVE_PUSHED = removeExpired("pushed_requests", "digest", "expires_at");
const REMOVE_IDEMPOTENT = removeExpired("idempotent_responses", "key", "expires_at");
const REMOVE_USED_TOKENS = removeExpired("used_tokens", "digest", "expires_at");
const REMOVE_DEVICES = removeExpired("device_requests", "digest", "expires_at");
const REMOVE_TOKENS = removeExpired("registration_tokens", "id", "expires_at");
const REMOVE_FAILURES = removeExpired("failures", "key", "ends_at");
const REMOVE_ACTIVITY: Statement = {
  name: "sweep_activity",
  text: "WITH removed AS (DELETE FROM activity WHERE hour < $1 RETURNING 1) SELECT count(*) AS removed FROM removed",
};
/** What waits for a subscription stays, with the event at its cursor; but not for ever. */
const REMOVE_EVENTS: Statement = {
  name: "sweep_events",
  text: `
    WITH removed AS (
      DELETE FROM events WHERE id IN (
        SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT $2) AS oldest
        WHERE at <= $1 AND (at <= $1::bigint - ${KEPT_FOR_SUBSCRIPTIONS}
          OR NOT EXISTS (SELECT 1 FROM subscriptions WHERE status = 'enabled' AND cursor_id <= oldest.id)))
      RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};
const REMOVE_LETTERS: Statement = {
  name: "sweep_letters",
  text: `
    WITH removed AS (DELETE FROM dead_letters WHERE event_at <= $1::bigint - ${KEPT_FOR_SUBSCRIPTIONS} RETURNING 1)
    SELECT count(*) AS removed FROM removed`,
};

/** Deletes at most `$2` rows that expired at `$1` or before; locked rows are skipped. Index: the one by expiry. */
function removeExpired(table: string, key: string, end: string): Statement {
  const expired = `SELECT ${key} FROM ${table} WHERE ${end} <= $1 ORDER BY ${end} LIMIT $2 FOR UPDATE SKIP LOCKED`;
  return {
    name: `sweep_${table}`,
    text: `
    WITH removed AS (DELETE FROM ${table} WHERE ${key} IN (${expired}) RETURNING 1)
    SELECT count(*) AS removed FROM removed`,
  };
}

/**
 * The port's `sweep`. It goes through the grants by primary key, a slice a call, each slice a few short statements. One
 * node does it at a time: it has a lease from the first slice to the last, which each slice renews. On another node
 * there is nothing to do meanwhile. Two that sweep at once, after a pause longer than the lease, do the work twice.
 */
export class Sweeper {
  readonly #database: Database;
  readonly #byEnd: EndsIndex;
  /** The end of this node's lease; 0: it has none. */
  #lease = 0;
  #examinedTo = NOWHERE;
  /** Active grants up to there; undefined: the sweep has not begun. */
  #count: GrantCount | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database, byEnd: EndsIndex) {
    this.#database = database;
    this.#byEnd = byEnd;
  }

  /** Slices of one process run one after the other: the next begins where the last one ended. */
  readonly sweep: Store["sweep"] = ({ limit, eventRetention }) => {
    const swept = this.#last.then(() =>
      this.#database.read((query) => this.#slice(query, limit, eventRetention)),
    );
    this.#last = swept.catch(() => {});
    return swept;
  };

  /** Gives back the lease of a sweep that was not finished. */
  async close(): Promise<void> {
    if (this.#lease !== 0) await this.#database.read((query) => this.#giveBack(query)).catch(() => {});
  }

  async #giveBack(query: Query): Promise<void> {
    await query(GIVE_BACK, [this.#lease]);
    this.#lease = 0;
  }

  /** The next slice is a sweep's first. */
  #restart(): void {
    this.#examinedTo = NOWHERE;
    this.#count = undefined;
  }

  async #slice(query: Query, limit: number, eventRetention: number) {
    const [lease] = await query(TAKE, [this.#database.injectedNow, this.#lease]);
    if (lease === undefined) {
      this.#lease = 0;
      this.#restart();
      return { removed: 0, done: true };
    }
    this.#lease = lease["value"] as number;
    const now = (await query(NOW, [this.#database.injectedNow]))[0]?.["now"] as number;
    const endedBefore = now - KEPT_AFTER_END;
    const end = (await query(SLICE_END, [this.#examinedTo, limit]))[0]?.["id"] as string | undefined;
    const count = this.#count ?? new GrantCount(now);
    const active =
      end === undefined ? [] : await query(COUNT_ACTIVE, [count.from, this.#examinedTo, end, now]);
    const ofGrants =
      end === undefined
        ? await query(REMOVE_CLIENTS, [endedBefore])
        : await query(REMOVE_GRANTS, [this.#examinedTo, end, endedBefore]);
    const others = [
      end === undefined ? await query(REMOVE_CONSENTS, [limit]) : [],
      end === undefined ? await query(REMOVE_ACTIVITY, [now - ACTIVITY_KEPT]) : [],
      await query(REMOVE_DENIED, [now, limit]),
      await query(REMOVE_SIGN_INS, [now, limit]),
      await query(REMOVE_LOGINS, [now, limit]),
      await query(REMOVE_CODES, [now - CODE_KEPT, limit]),
      await query(REMOVE_PUSHED, [now, limit]),
      await query(REMOVE_IDEMPOTENT, [now, limit]),
      await query(REMOVE_USED_TOKENS, [now, limit]),
      await query(REMOVE_TOKENS, [now, limit]),
      await query(REMOVE_DEVICES, [now - CODE_KEPT, limit]),
      await query(REMOVE_FAILURES, [now, limit]),
      await query(REMOVE_EVENTS, [now - eventRetention * 1000, limit]),
      await query(REMOVE_LETTERS, [now - eventRetention * 1000]),
    ];
    // There may be more of these rows than there are grants: then further calls remove the rest.
    const done = end === undefined && others.every(([row]) => row?.["removed"] !== limit);
    // Last, since a slice that failed is examined, and counted, again.
    this.#examinedTo = end ?? this.#examinedTo;
    this.#count = count.plus(active as unknown as CountedGrants[]);
    if (done) {
      await writeGrantCount(query, this.#count, now);
      this.#restart();
      await this.#byEnd.begin(query);
      await this.#giveBack(query);
    }
    const removed = [ofGrants, ...others].reduce(
      (sum, [row]) => sum + ((row?.["removed"] as number | undefined) ?? 0),
      0,
    );
    return { removed, done };
  }
}
