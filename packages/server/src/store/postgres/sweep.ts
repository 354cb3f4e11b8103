import type { Store } from "../store.ts";
import type { ServerUrl } from "./address.ts";
import { Connections } from "./connections.ts";
import type { Database, Query, Statement } from "./database.ts";
import { clock, queryOf } from "./database.ts";
import { SWEEP_LOCK } from "./locks.ts";

/** How long a dead grant is kept, so that its end can still be explained, ms. */
const KEPT_AFTER_DEATH = 7 * 24 * 3600 * 1000;

const NOWHERE = "00000000-0000-0000-0000-000000000000";

const NOW: Statement = { name: "sweep_now", text: `SELECT ${clock(1)} AS now` };
const TAKE: Statement = { name: "sweep_take", text: `SELECT pg_try_advisory_lock(${SWEEP_LOCK}) AS taken` };
const GIVE_BACK = "SELECT pg_advisory_unlock_all()";

/** Index of these: the primary keys. */
const SLICE_END: Statement = {
  name: "sweep_slice_end",
  text: `SELECT id FROM (SELECT id FROM grants WHERE id > $1 ORDER BY id LIMIT $2) AS slice ORDER BY id DESC LIMIT 1`,
};
/** A grant that somebody holds is left to the next sweep. */
const REMOVE_GRANTS: Statement = {
  name: "sweep_grants",
  text: `
    WITH dead AS MATERIALIZED (
      SELECT g.id FROM grants g LEFT JOIN clients c ON c.id = g.client_id
      WHERE g.id > $1 AND g.id <= $2 AND (
        g.revoked_at <= $3
        OR g.expires_at <= $3
        OR coalesce(g.last_used_at, g.rotated_at) + (c.settings::json->>'refreshIdleTtl')::bigint * 1000 <= $3
        OR (g.created_at <= c.grants_revoked_at AND c.grants_revoked_at <= $3))
      ORDER BY g.id FOR UPDATE OF g SKIP LOCKED
    ), removed AS (DELETE FROM grants WHERE id IN (SELECT id FROM dead) RETURNING 1)
    SELECT count(*) AS removed FROM removed`,
};
const REMOVE_CLIENTS: Statement = {
  name: "sweep_clients",
  text: `
    WITH removed AS (
      DELETE FROM clients WHERE deleted_at <= $1
        AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id) RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};
/** Index: denied_access_tokens_by_expiry. */
const REMOVE_DENIED: Statement = {
  name: "sweep_denied",
  text: `
    WITH removed AS (
      DELETE FROM denied_access_tokens WHERE jti IN
        (SELECT jti FROM denied_access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};
/** Index: failures_by_end. */
const REMOVE_FAILURES: Statement = {
  name: "sweep_failures",
  text: `
    WITH removed AS (
      DELETE FROM failures WHERE key IN
        (SELECT key FROM failures WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};
const REMOVE_EVENTS: Statement = {
  name: "sweep_events",
  text: `
    WITH removed AS (
      DELETE FROM events WHERE id IN
        (SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT $2) AS oldest WHERE at <= $1) RETURNING 1
    ) SELECT count(*) AS removed FROM removed`,
};

/**
 * Goes through the grants by primary key, a slice a call, each slice a few short statements. One node does it at a
 * time: it holds a lock of its session from the first slice to the last, on a connection of its own that is closed,
 * and with it the lock, when it dies or stops calling. To another node there is nothing to do.
 */
export class Sweeper {
  readonly #connections: Connections;
  readonly #database: Database;
  #examinedTo = NOWHERE;
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database, servers: readonly ServerUrl[], timeout: number) {
    this.#database = database;
    this.#connections = new Connections(servers, { max: 1, timeout });
  }

  readonly sweep: Store["sweep"] = ({ limit, eventRetention }) => {
    const swept = this.#last.then(() =>
      this.#connections.use((client) => this.#slice(queryOf(client), limit, eventRetention)),
    );
    this.#last = swept.catch(() => {});
    return swept;
  };

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #slice(query: Query, limit: number, eventRetention: number) {
    // Taking it again is counted; giving it back gives back all.
    if ((await query(TAKE))[0]?.["taken"] !== true) {
      this.#examinedTo = NOWHERE;
      return { removed: 0, done: true };
    }
    const now = (await query(NOW, [this.#database.injectedNow]))[0]?.["now"] as number;
    const died = now - KEPT_AFTER_DEATH;
    const end = (await query(SLICE_END, [this.#examinedTo, limit]))[0]?.["id"] as string | undefined;
    const results = [
      end === undefined
        ? await query(REMOVE_CLIENTS, [died])
        : await query(REMOVE_GRANTS, [this.#examinedTo, end, died]),
      await query(REMOVE_DENIED, [now, limit]),
      await query(REMOVE_EVENTS, [now - eventRetention * 1000, limit]),
      await query(REMOVE_FAILURES, [now, limit]),
    ];
    const [failures] = results.at(-1) ?? [];
    // A flood leaves more of them than there are grants: then further calls remove the rest.
    const done = end === undefined && failures?.["removed"] !== limit;
    this.#examinedTo = end ?? (done ? NOWHERE : this.#examinedTo);
    if (done) await query(GIVE_BACK);
    const removed = results.reduce((sum, [row]) => sum + ((row?.["removed"] as number | undefined) ?? 0), 0);
    return { removed, done };
  }
}
