import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { needPgbouncer } from "../../../../../test/need.ts";
import { PgBouncer } from "../../../../../test/pgbouncer.ts";
import { contract } from "../contract.ts";
import { ACTOR, granted, within } from "../contract/bench.ts";
import { newClient, newGrant, presentedToken, SECOND } from "../contract/fixtures.ts";
import { connected, TestServer } from "../contract/postgres-server.ts";
import type { DatabaseContent } from "../contract/postgres-server.ts";
import { processCases } from "../contract/process-cases.ts";
import { killAll } from "../contract/processes.ts";
import { StoreBusyError } from "../store.ts";
import type { Grant } from "../store.ts";
import { openPostgresStore } from "./engine.ts";
import { LentSessionsError } from "./errors.ts";

const pgbouncer = await needPgbouncer();

/** From a restart of the server until a refresh is answered again, ms. */
const RECOVERY = 10 * SECOND;

describe("behind PgBouncer in transaction mode", { skip: pgbouncer.missing }, () => {
  let server: TestServer;
  let pooler: PgBouncer;
  before(async () => {
    server = await TestServer.start(["fsync=off", "max_connections=200"]);
    pooler = await PgBouncer.start(pgbouncer.path, server.port);
  });
  after(async () => {
    killAll();
    await pooler.stop();
    await server.stop();
  });

  const nameOf = (url: string) => new URL(url).pathname.slice(1);
  /** The URL of a database by way of the pooler. */
  const pooled = (url: string) => `${pooler.url(nameOf(url))}?pooler=transaction`;

  contract("PostgreSQL behind PgBouncer", (options) => server.openEmpty(options, pooled));

  describe("several processes", () => {
    const newDatabase = async (content: DatabaseContent) => pooled(await server.newDatabase(content));
    for (const [title, proof] of Object.entries(processCases)) {
      test(title, () => proof({ newDatabase, open: openPostgresStore }));
    }
  });

  test("nothing that a store said to a session outlives its transaction", async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore(pooled(url));
    const stop = store.watch(() => {});
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    await store.grants.rotate(presentedToken(grant, 0));
    await store.grants.rotate(presentedToken(grant, 0));
    await store.events.list({}, 10);
    await store.sweep({ limit: 1, eventRetention: 3600 });
    const other = await connected(pooler.url(nameOf(url)));
    const { rows } = await other.query(`
      SELECT (SELECT count(*) FROM pg_prepared_statements) AS prepared,
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') AS locks,
        (SELECT count(*) FROM pg_listening_channels()) AS channels,
        -- But for what PgBouncer itself sets for each client, and what each transaction sets for itself.
        (SELECT json_agg(name ORDER BY name) FROM pg_settings WHERE source = 'session'
          AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'transaction_isolation')) AS settings`);
    assert.deepEqual(rows, [{ prepared: 0, locks: 0, channels: 0, settings: null }]);
    await other.end();
    stop();
    await store.close();
  });

  test("a transaction waits for a lock no longer than it may", async () => {
    const options = { busyTimeout: 300 };
    await server.withGrants(
      1,
      async ({ grants: [grant], url, other }) => {
        assert.ok(grant);
        const store = await openPostgresStore(pooled(url), options);
        await other.query("BEGIN");
        await other.query("SELECT 1 FROM grants WHERE id = $1 FOR UPDATE", [grant.id]);
        const revoked = store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
        await assert.rejects(within(SECOND, revoked), StoreBusyError);
        await other.query("COMMIT");
        assert.equal(await store.grants.revoke(grant.id, "revoked_by_operator", ACTOR), true);
        await store.close();
      },
      options,
    );
  });

  test("the time limits that the role has do not end a migration, or a wait for another's", async () => {
    const url = await server.newDatabase("nothing");
    const other = await connected(url);
    await other.query(`ALTER DATABASE ${nameOf(url)} SET statement_timeout = 100`);
    await other.query("BEGIN; SELECT pg_advisory_xact_lock(1380405844, 1)");
    const opened = openPostgresStore(pooled(url));
    opened.catch(() => {});
    await pause(400);
    await other.query("COMMIT");
    await (await within(10 * SECOND, opened)).close();
    await other.end();
  });

  test("PostgreSQL restarts while grants are refreshed: each goes on, and none has two successors", async () => {
    const store = await openPostgresStore(pooled(await server.newDatabase()));
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grants = await Promise.all(Array.from({ length: 20 }, () => granted(store, newGrant(client.id))));
    const load = { goesOn: true };
    const refreshed = Promise.all(
      grants.map(async (grant) => {
        let generation = 0;
        while (load.goesOn) {
          const next = await rotated(grant, generation);
          if (next !== undefined) generation = next;
          await pause(5);
        }
        return generation;
      }),
    );
    async function rotated(grant: Grant, generation: number): Promise<number | undefined> {
      try {
        const result = await store.grants.rotate(presentedToken(grant, generation, { retryWindow: 300 }));
        assert.ok("grant" in result, result.outcome);
        assert.equal(result.grant.generation, generation + 1);
        return result.grant.generation;
      } catch (error) {
        assert.ok(error instanceof StoreBusyError);
        return undefined;
      }
    }
    await pause(300);
    await server.restart();
    const before = await Promise.all(grants.map(({ id }) => until(() => store.grants.find(id))));
    await until(async () => {
      const now = await Promise.all(grants.map(({ id }) => store.grants.find(id)));
      return now.every((grant, i) => (grant?.generation ?? 0) > (before[i]?.generation ?? 0)) || undefined;
    });
    load.goesOn = false;
    const generations = await within(RECOVERY, refreshed);
    for (const [i, { id }] of grants.entries()) {
      assert.equal((await store.grants.find(id))?.generation, generations[i]);
    }
    assert.deepEqual(await store.events.list({ type: "grant.reused" }, 1), []);
    await store.close();
  });

  test("a pooler that logs clients in and has no server for them is busy, again and again, and then used", async () => {
    const paused = await PgBouncer.start(pgbouncer.path, server.port, ["admin_users = postgres"]);
    const name = nameOf(await server.newDatabase());
    const store = await openPostgresStore(`${paused.url(name)}?pooler=transaction`, { busyTimeout: 500 });
    const client = newClient();
    await store.clients.create(client, ACTOR);
    const grant = await granted(store, newGrant(client.id));
    const console = await connected(paused.url("pgbouncer"));
    await console.query("PAUSE");
    const rotate = () => within(10 * SECOND, store.grants.rotate(presentedToken(grant, 0)));
    // The first uses the connection that was open, the others one that they open.
    for (let attempt = 0; attempt < 3; attempt += 1) await assert.rejects(rotate, StoreBusyError);
    await assert.rejects(within(10 * SECOND, store.grants.find(grant.id)), StoreBusyError);
    await console.query("RESUME");
    const result = await until(rotate);
    assert.ok("grant" in result);
    assert.equal(result.grant.generation, 1);
    await store.close();
    await console.end();
    await paused.stop();
  });

  test("without pooler=transaction it is recognised at the start, and named", async () => {
    const url = await server.newDatabase();
    for (let start = 0; start < 5; start += 1) {
      await assert.rejects(openPostgresStore(pooler.url(nameOf(url))), LentSessionsError);
    }
  });

  for (const [title, settings] of [
    ["in turn", ["server_round_robin = 1"]],
    ["of a pool of one", ["default_pool_size = 1"]],
  ] as const) {
    test(`it is recognised while others use its sessions, ${title}`, async () => {
      const url = await server.newDatabase();
      const busy = await PgBouncer.start(pgbouncer.path, server.port, settings);
      const stores = await Promise.all(
        [1, 2].map(() => openPostgresStore(`${busy.url(nameOf(url))}?pooler=transaction`)),
      );
      const use = setInterval(() => {
        for (const store of stores) void store.ping().catch(() => {});
      }, 2);
      for (let start = 0; start < 5; start += 1) {
        await assert.rejects(openPostgresStore(busy.url(nameOf(url))), LentSessionsError);
      }
      clearInterval(use);
      await Promise.all(stores.map((store) => store.close()));
      await busy.stop();
    });
  }

  test("a pooler in session mode is no hindrance", async () => {
    const url = await server.newDatabase();
    const session = await PgBouncer.start(pgbouncer.path, server.port, ["pool_mode = session"]);
    const stores = await Promise.all([1, 2].map(() => openPostgresStore(session.url(nameOf(url)))));
    for (const store of stores) {
      await store.ping();
      await store.close();
    }
    await session.stop();
  });
});

/** Asks again while the store is busy or the answer is undefined, until it is known. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + RECOVERY;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (!(error instanceof StoreBusyError)) throw error;
    });
    if (answer !== undefined) return answer;
    assert.ok(performance.now() < end, "in time");
    await pause(50);
  }
}
