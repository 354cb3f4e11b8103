import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { OAuthError } from "../packages/server/src/errors/oauth-error.ts";
import type { LaravelConnection } from "../packages/server/src/passport/laravel-connection.ts";
import { dialectOf } from "../packages/server/src/passport/laravel-connection.ts";
import { laravelDatabase } from "../packages/server/src/passport/laravel-database.ts";
import type { LaravelDatabase } from "../packages/server/src/passport/rows.ts";
import { Gate } from "./gate.ts";
import { mariadbLaravel, postgresLaravel } from "./laravel.ts";
import type { Laravel } from "./laravel.ts";
import { needMariadb } from "./need.ts";

/** Of one operation, ms, and what a slow machine adds. */
const LIMIT = 5000;
const MARGIN = 1500;
/** Of a pool. */
const CONNECTIONS = 4;

const mariadb = await needMariadb();
const ENGINES = [
  { name: "PostgreSQL", start: postgresLaravel, skip: false },
  { name: "MariaDB", start: () => mariadbLaravel(mariadb.path), skip: mariadb.missing },
] as const;

for (const { name, start, skip } of ENGINES) {
  describe(`Laravel's database on ${name}`, { skip, timeout: 120_000 }, () => {
    let laravel: Laravel;
    let gate: Gate;
    before(async () => {
      laravel = await start();
      await laravel.query("CREATE TABLE rows_of_one (id integer PRIMARY KEY)");
      gate = await Gate.before(Number(new URL(laravel.url).port));
    });
    after(async () => {
      gate?.close();
      await laravel?.stop();
    });

    /** Through the gate, and closed after the test. */
    function opened(t: { after: (job: () => Promise<void>) => void }, change = (_url: URL) => {}) {
      const url = new URL(laravel.url);
      url.port = String(gate.port);
      change(url);
      const database = laravelDatabase(url.href);
      t.after(() => database.close());
      return database;
    }

    test("no operation outlives 5 s while it hangs, and it serves again by itself", async (t) => {
      const warm = opened(t);
      await warmUp(warm);
      gate.shut();
      const cold = opened(t);
      const waits = [warm, cold].flatMap((database) => [
        ...Array.from({ length: CONNECTIONS + 2 }, () => failure(read(database), "laravel_not_read")),
        ...Array.from({ length: CONNECTIONS + 2 }, () => failure(write(database, 1), "laravel_not_written")),
      ]);
      for (const { elapsed, error } of await Promise.all(waits)) {
        assert.ok(elapsed < LIMIT + MARGIN, `${elapsed} ms`);
        assert.match(String(error.cause), /did not respond within 5000 ms/);
      }
      await untilNoConnectionIsLeft(gate);
      gate.open();
      for (const database of [warm, cold]) {
        await write(database, 1);
        assert.equal((await read(database)).length, 1);
        await database.transact([["DELETE FROM rows_of_one WHERE id = ?", [1]]]);
      }
    });

    test("it closes at once while it hangs", async (t) => {
      const database = opened(t);
      await warmUp(database);
      gate.shut();
      const started = performance.now();
      await database.close();
      assert.ok(performance.now() - started < 1000 + MARGIN);
      await untilNoConnectionIsLeft(gate);
      gate.open();
    });

    test("a connection that is lost in a transaction takes the transaction with it", async (t) => {
      const database = opened(t);
      const other = dialectOf(laravel.url);
      const holder = await other.open(laravel.url);
      await holder.connect();
      await holder.query(other.begin);
      await holder.query("INSERT INTO rows_of_one VALUES (7)");
      const blocked = failure(write(database, 6, 7), "laravel_not_written");
      await pause(300);
      gate.reset();
      await blocked;
      await holder.query("ROLLBACK");
      await holder.end();
      assert.deepEqual(await read(database), []);
    });

    test("one that refuses, a wrong password, a missing table and too many connections say who is at fault", async (t) => {
      const closed = await Gate.before(1);
      const { port } = closed;
      closed.close();
      const refusing = opened(t, (url) => (url.port = String(port)));
      const unknown = opened(t, (url) => (url.password = "wrong"));
      for (const database of [refusing, unknown]) {
        await failure(read(database), "laravel_not_read");
        await failure(write(database, 1), "laravel_not_written");
      }
      const database = opened(t);
      await failure(database.query("SELECT * FROM missing", []), "laravel_not_read");
      await failure(database.transact([["INSERT INTO missing VALUES (?)", [1]]]), "laravel_not_written");
      await write(database, 1);

      const held = await holdAllConnections(laravel.url);
      await failure(read(opened(t)), "laravel_not_read");
      for (const connection of held) connection.destroy();
    });
  });
}

function read(database: LaravelDatabase): Promise<Record<string, unknown>[]> {
  return database.query("SELECT id FROM rows_of_one WHERE id < ?", [10]);
}

function write(database: LaravelDatabase, ...ids: readonly number[]): Promise<void> {
  return database.transact(ids.map((id) => ["INSERT INTO rows_of_one VALUES (?)", [id]] as const));
}

/** Opens as many connections as a pool has. */
async function warmUp(database: LaravelDatabase): Promise<void> {
  await Promise.all(Array.from({ length: CONNECTIONS }, () => read(database)));
}

async function untilNoConnectionIsLeft(gate: Gate): Promise<void> {
  for (let tries = 0; gate.connections > 0; tries += 1) {
    assert.ok(tries < 100, `${gate.connections} connections are left`);
    await pause(10);
  }
}

/** The error that may be sent, and after how many ms it came. */
async function failure(
  operation: Promise<unknown>,
  cause: string,
): Promise<{ error: OAuthError; elapsed: number }> {
  const started = performance.now();
  const error: unknown = await operation.then(
    () => assert.fail("it succeeded"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof OAuthError);
  assert.deepEqual([error.causeName, error.status, error.retryAfter], [cause, 503, 1]);
  return { error, elapsed: performance.now() - started };
}

/** Until the server takes no more. */
async function holdAllConnections(url: string): Promise<LaravelConnection[]> {
  const held: LaravelConnection[] = [];
  for (;;) {
    const connection = await dialectOf(url).open(url);
    try {
      await connection.connect();
    } catch {
      return held;
    }
    held.push(connection);
  }
}
