import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { OAuthError } from "../packages/server/src/errors/oauth-error.ts";
import { dialectOf } from "../packages/server/src/passport/laravel-connection.ts";
import { laravelDatabase } from "../packages/server/src/passport/laravel-database.ts";
import { Gate } from "./gate.ts";
import { mariadbLaravel, postgresLaravel } from "./laravel.ts";
import type { Laravel } from "./laravel.ts";
import { needMariadb } from "./need.ts";

const mariadb = await needMariadb();
const ENGINES = [
  {
    name: "PostgreSQL",
    start: postgresLaravel,
    skip: false,
    begin: "BEGIN",
    lock: "LOCK TABLE held IN ACCESS EXCLUSIVE MODE",
    waiting: "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    // Whoever waits first looks for a deadlock first.
    heavy: "SET LOCAL deadlock_timeout = '1min'",
  },
  {
    name: "MariaDB",
    start: () => mariadbLaravel(mariadb.path),
    skip: mariadb.missing,
    begin: "BEGIN",
    lock: "LOCK TABLES held WRITE",
    waiting: "SELECT id FROM information_schema.processlist WHERE info LIKE '%held%' AND state LIKE 'Wait%'",
    // The transaction that changed fewer rows is rolled back.
    heavy: "INSERT INTO held SELECT seq, 0 FROM seq_100_to_900",
  },
] as const;

for (const { name, start, skip, begin, lock, waiting, heavy } of ENGINES) {
  describe(`Laravel's database on ${name}`, { skip, timeout: 120_000 }, () => {
    let laravel: Laravel;
    before(async () => {
      laravel = await start();
      await laravel.query("CREATE TABLE held (id integer PRIMARY KEY, n integer)");
      await laravel.query("INSERT INTO held VALUES (1, 0), (2, 0)");
    });
    after(() => laravel?.stop());

    async function connected(t: { after: (job: () => void) => void }) {
      const other = await dialectOf(laravel.url).open(laravel.url);
      t.after(() => other.destroy());
      await other.connect();
      return other;
    }

    test("leaves nothing behind that waits for a lock", async (t) => {
      const holder = await connected(t);
      await holder.query(begin);
      await holder.query(lock);
      const database = laravelDatabase(laravel.url);
      t.after(() => database.close());
      const failed = (operation: Promise<unknown>) =>
        assert.rejects(operation, (error) => error instanceof OAuthError);
      for (let round = 0; round < 2; round += 1) {
        await Promise.all([
          ...[1, 2].map((id) => failed(database.query("SELECT n FROM held WHERE id = ?", [id]))),
          ...[1, 2].map((id) => failed(database.transact([["UPDATE held SET n = 1 WHERE id = ?", [id]]]))),
        ]);
      }
      await pause(1500);
      // Its own session may be listed too.
      assert.deepEqual(await laravel.query(waiting), []);
    });

    test("runs a transaction again that was the victim of a deadlock", async (t) => {
      const holder = await connected(t);
      await holder.query(begin);
      await holder.query(heavy);
      await holder.query("UPDATE held SET n = 5 WHERE id = 2");
      const database = laravelDatabase(laravel.url);
      t.after(() => database.close());
      const [ours] = [
        database.transact([
          ["UPDATE held SET n = n + 1 WHERE id = ?", [1]],
          ["UPDATE held SET n = n + 1 WHERE id = ?", [2]],
        ]),
      ];
      await pause(300);
      await holder.query("UPDATE held SET n = 5 WHERE id = 1");
      await holder.query("COMMIT");
      await ours;
      const rows = await laravel.query("SELECT n FROM held WHERE id IN (1, 2)");
      assert.deepEqual(
        rows.map(({ n }) => n),
        [6, 6],
      );
    });

    test("refuses at once what is too much to wait, and says so", async (t) => {
      const gate = await Gate.before(Number(new URL(laravel.url).port));
      t.after(() => gate.close());
      gate.shut();
      const url = new URL(laravel.url);
      url.port = String(gate.port);
      const database = laravelDatabase(url.href);
      t.after(() => database.close());
      const causeOf = () => database.query("SELECT n FROM held WHERE id = ?", [1]).then(String, causeName);
      const waits = Array.from({ length: 4 + 512 }, causeOf);
      const started = performance.now();
      assert.equal(await causeOf(), "laravel_queue_full");
      assert.ok(performance.now() - started < 1000);
      assert.deepEqual(new Set(await Promise.all(waits)), new Set(["laravel_not_read"]));
    });
  });
}

/** MySQL's greeting (protocol 10), which offers TLS: `CLIENT_SSL`, `CLIENT_PROTOCOL_41`, `CLIENT_SECURE_CONNECTION`. */
const GREETING = Buffer.concat([
  Buffer.from([10, ...Buffer.from("8.0.0\0"), 1, 0, 0, 0, ...Buffer.from("12345678"), 0]),
  Buffer.from([0x00, 0x8a, 0xff, 0x02, 0x00, 0x08, 0x00, 21, ...Buffer.alloc(10)]),
  Buffer.from("123456789012\0mysql_native_password\0"),
]);

for (const { url, hello, reply } of [
  { url: "postgres://u:p@127.0.0.1/laravel?sslmode=verify-full", hello: "", reply: "S" },
  {
    url: 'mysql://u:p@127.0.0.1/laravel?ssl={"rejectUnauthorized":false}',
    hello: Buffer.concat([Buffer.from([GREETING.length, 0, 0, 0]), GREETING]),
    reply: "",
  },
]) {
  test(`a server that is silent in the TLS handshake is given up: ${url.split(":")[0]}`, async (t) => {
    const open = new Set<Socket>();
    let asked = 0;
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("error", () => {}).on("close", () => open.delete(socket));
      socket.write(hello);
      socket.once("data", () => {
        asked += 1;
        socket.write(reply);
      });
    });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const database = laravelDatabase(url.replace("127.0.0.1", `127.0.0.1:${port}`));
    const started = performance.now();
    assert.equal(await database.query("SELECT 1", []).then(String, causeName), "laravel_not_read");
    const elapsed = performance.now() - started;
    assert.ok(elapsed > 4900 && elapsed < 6500, `${elapsed} ms`);
    await pause(50);
    assert.deepEqual([asked, open.size], [1, 0]);
    await database.close();
  });
}

function causeName(error: unknown): string {
  return error instanceof OAuthError ? error.causeName : String(error);
}
