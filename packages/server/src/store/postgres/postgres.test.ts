import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { contract } from "../contract.ts";
import { ACTOR, found, granted, within } from "../contract/bench.ts";
import { clientRowCases } from "../contract/client-rows.ts";
import type { ClientRows } from "../contract/client-rows.ts";
import {
  bareEvent,
  Clock,
  DAY,
  HOUR,
  newClient,
  newGrant,
  presentedToken,
  SECOND,
  START,
  uuid,
} from "../contract/fixtures.ts";
import { writeUsableFrom } from "../schema.ts";
import type { Event, Store } from "../store.ts";
import { addressOf } from "./address.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { openPostgresStore } from "./engine.ts";
import { TestServer, connected } from "../contract/postgres-server.ts";

const server = await TestServer.start();
after(() => server.stop());

contract("PostgreSQL", (options) => server.openEmpty(options));

async function withRows(proof: (rows: ClientRows) => Promise<void>): Promise<void> {
  const url = await server.newDatabase();
  const store = await openPostgresStore(url);
  const read = "SELECT settings FROM clients WHERE id = $1";
  const write = "UPDATE clients SET settings = $2 WHERE id = $1";
  try {
    await proof({
      store,
      read: async (id) => String((await server.query(url, read, [id]))[0]?.["settings"]),
      write: async (id, settings) => void (await server.query(url, write, [id, settings])),
    });
  } finally {
    await store.close();
  }
}

describe("PostgreSQL: client rows of other versions", () => {
  for (const [title, proof] of Object.entries(clientRowCases)) test(title, () => withRows(proof));
});

test("a connection that is lent while the store closes does not outlive its use", async () => {
  const url = await server.newDatabase();
  const connections = new ConnectionPool(addressOf(url), { max: 1, timeout: 5000 });
  const using = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const used = connections.use(async (client) => {
    client.once("end", () => ended.resolve());
    await using.promise;
  });
  await connections.close();
  using.resolve();
  await used;
  await within(5000, ended.promise);
});

describe("PostgreSQL's database", () => {
  test("of a newer program is refused with a message that says so, and is left alone", async () => {
    const url = await server.newDatabase();
    await server.query(
      url,
      `UPDATE regrant_schema SET version = 1000; ${writeUsableFrom({ version: 1000, usableFrom: 1000 })}`,
    );
    await assert.rejects(openPostgresStore(url), /version 1000.*newer/s);
    assert.deepEqual(await server.query(url, "SELECT version FROM regrant_schema"), [{ version: 1000 }]);
  });

  test("gives the instants, whatever this machine's clock says", async (t) => {
    const store = await openPostgresStore(await server.newDatabase());
    try {
      const [row] = await server.query(
        "postgres",
        "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now",
      );
      assert.ok(Math.abs(store.now() - (row?.["now"] as number)) < SECOND);
      const realNow = Date.now();
      t.mock.method(Date, "now", () => START);
      const client = newClient();
      await store.clients.create(client, ACTOR);
      const grant = await granted(store, newGrant(client.id));
      const rotated = await store.grants.rotate(presentedToken(grant, 0));
      for (const at of [grant.createdAt, rotated.at]) assert.ok(Math.abs(at - realNow) < 10 * SECOND);
    } finally {
      await store.close();
    }
  });

  test("is found on whichever of several hosts takes writes", async () => {
    const url = await server.newDatabase();
    const [start, end] = url.split(`127.0.0.1:${server.port}`);
    const store = await openPostgresStore(`${start}127.0.0.1:1,127.0.0.1:${server.port}${end}`);
    await store.ping();
    await store.close();
    const readOnly = await server.newDatabase();
    const name = readOnly.slice(readOnly.lastIndexOf("/") + 1);
    await server.query("postgres", `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await assert.rejects(openPostgresStore(readOnly), /takes no writes/);
  });

  test("keeps what a reader follows in order: an event that is committed late is not missed", async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore(url);
    const late = await connected(url);
    try {
      await store.events.record(bareEvent("account.refused", { subject: "first" }));
      const insert = `
        WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(classid::int, objid::int) FROM locks)
        INSERT INTO events (at, type, subject, data) SELECT 1, 'account.refused', 'late', '{}' FROM held`;
      await late.query("CREATE TEMP TABLE locks AS SELECT 1380405844 AS classid, 2 AS objid");
      await late.query("BEGIN");
      await late.query(insert);
      await store.events.record(bareEvent("account.refused", { subject: "next" }));
      const listed = store.events.list({}, 10);
      await pause(100);
      await late.query("COMMIT");
      const subjects = (events: Event[]) => events.map(({ subject }) => subject);
      assert.deepEqual(subjects(await within(5 * SECOND, listed)), ["first", "late", "next"]);
    } finally {
      await late.end();
      await store.close();
    }
  });

  /** Two nodes, of which the first is in the middle of a sweep. */
  async function sweeping() {
    const url = await server.newDatabase();
    const clock = new Clock();
    const [one, two] = [
      await openPostgresStore(url, { now: clock.now }),
      await openPostgresStore(url, { now: clock.now }),
    ];
    const client = newClient();
    await one.clients.create(client, ACTOR);
    for (let i = 0; i < 4; i += 1) await granted(one, newGrant(client.id, { maxTtl: 1 }));
    clock.at += 8 * DAY;
    const sweep = (store: Store) => store.sweep({ limit: 1, eventRetention: 100 * HOUR });
    assert.equal((await sweep(one)).done, false);
    assert.deepEqual(await sweep(two), { removed: 0, done: true });
    return { one, two, clock, client, sweep };
  }

  test("is swept by one node at a time, and by another when that one is gone", async () => {
    const { one, two, client, sweep } = await sweeping();
    assert.equal((await sweep(one)).done, false);
    await one.close();
    let removed = 0;
    for (let calls = 0; calls < 10; calls += 1) {
      const swept = await sweep(two);
      removed += swept.removed;
      if (swept.done) break;
    }
    assert.ok(removed >= 2);
    assert.deepEqual(await two.grants.list({}, { limit: 10 }), []);
    assert.equal(found(await two.clients.find(client.id)).name, client.name);
    await two.close();
  });

  test("is swept by another node a minute after one that died in its sweep, and by one alone again", async () => {
    const { one, two, clock, sweep } = await sweeping();
    clock.at += 59 * SECOND;
    assert.equal((await sweep(two)).done, true);
    clock.at += 2 * SECOND;
    assert.equal((await sweep(two)).done, false);
    assert.deepEqual(await sweep(one), { removed: 0, done: true });
    assert.equal((await sweep(two)).done, false);
    await one.close();
    assert.equal((await sweep(two)).done, false, "the lease is not the other's to give back");
    await two.close();
  });
});

test("the method that a registered client was given becomes its setting when the database is migrated", async () => {
  const url = await server.newDatabase("nothing");
  const folder = join(import.meta.dirname, "migrations");
  const migrations = readdirSync(folder).toSorted().slice(0, 7);
  for (const name of migrations) await server.query(url, readFileSync(join(folder, name), "utf8"));
  const [registered, operators] = [uuid(), uuid()];
  await server.query(
    url,
    `CREATE TABLE regrant_schema (version integer NOT NULL);
     INSERT INTO regrant_schema VALUES (7);
     INSERT INTO clients (id, public, secrets, settings, created_at) VALUES
       ('${registered}', false, '[]', '{"name":"Registered","clientUri":"https://c.example/\\u0000\\ud800"}', 0), ('${operators}', true, '[]', '{"name":"Operator"}', 0);
     INSERT INTO registrations (client_id, auth_method, created_at) VALUES ('${registered}', 'client_secret_post', 0)`,
  );
  const store = await openPostgresStore(url);
  const method = async (id: string) => found(await store.clients.find(id)).tokenEndpointAuthMethod;
  assert.deepEqual([await method(registered), await method(operators)], ["client_secret_post", "none"]);
  assert.equal(found(await store.registrations.find(registered)).usedAt, null);
  // jsonb would refuse it, and with it the migration.
  assert.equal(found(await store.clients.find(registered)).clientUri, "https://c.example/\u0000\ud800");
  await store.close();
});

test("the index of ends is built after a sweep where it is missing or useless, and the listing says so until then", async () => {
  const url = await server.newDatabase();
  const useless = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'grants_by_end'::regclass";
  for (const damage of ["DROP INDEX grants_by_end", useless]) {
    await server.query(url, damage);
    const store = await openPostgresStore(url);
    try {
      const client = newClient();
      await store.clients.create(client, ACTOR);
      const grant = await granted(store, newGrant(client.id, { maxTtl: 60 }));
      const after = { expiresAt: 0, id: "00000000-0000-0000-0000-000000000000" };
      const list = () => store.grants.listEnding({ after, by: grant.expiresAt }, 10);
      assert.equal(await list(), undefined);
      const built = async () => {
        for (;;) {
          await store.sweep({ limit: 100, eventRetention: 3600 });
          const listed = await list();
          if (listed !== undefined) return listed;
          await pause(10);
        }
      };
      assert.deepEqual((await within(60_000, built())).at(-1), grant);
    } finally {
      await store.close();
    }
  }
});
