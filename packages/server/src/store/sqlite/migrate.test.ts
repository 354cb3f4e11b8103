import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { assertStandardWords, earlierMigrations, oldRows } from "../contract/before-standard-words.ts";
import { SECOND, START } from "../contract/fixtures.ts";
import { IS_REVOCATION } from "../revocation-events.ts";
import { readMigrations } from "../schema.ts";
import { openSqliteStore } from "./engine.ts";
import { migrate } from "./migrate.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");

test("a SQLite database of before the standard words keeps its clients, grants and events", async (t) => {
  const folder = temporaryFolder("migrate");
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "old.db");

  const old = new DatabaseSync(path);
  const migrations = earlierMigrations(MIGRATIONS);
  for (const statements of migrations) old.exec(statements);
  old.exec(`PRAGMA user_version = ${migrations.length}`);
  const literals = {
    uuid: (value: string) => `unhex('${value}', '-')`,
    bytes: (value: Buffer) => `x'${value.toString("hex")}'`,
    boolean: (value: boolean) => (value ? "1" : "0"),
  };
  for (const statement of oldRows(literals)) old.exec(statement);
  old.close();

  const store = await openSqliteStore(path, { now: () => START + 10 * SECOND });
  try {
    await assertStandardWords(store);
  } finally {
    await store.close();
  }

  const database = new DatabaseSync(path);
  t.after(() => database.close());
  const query = `EXPLAIN QUERY PLAN SELECT min(id + 0) AS id FROM events WHERE ${IS_REVOCATION} AND at >= 0`;
  assert.match(JSON.stringify(database.prepare(query).all()), /events_by_revocation/);
});

test("a migration that SQLite itself rolled back, as where a write fails, says why", (t) => {
  const database = new DatabaseSync(":memory:");
  t.after(() => database.close());
  const earlier = readMigrations(MIGRATIONS).slice(0, -1);
  for (const { sql } of earlier) database.exec(sql);
  database.exec(`PRAGMA user_version = ${earlier.length}`);
  database.exec(
    "CREATE TRIGGER failure BEFORE INSERT ON meta BEGIN SELECT RAISE(ROLLBACK, 'disk I/O error'); END",
  );
  assert.throws(() => migrate(database), { message: "disk I/O error" });
  assert.equal(database.prepare("PRAGMA user_version").get()?.["user_version"], earlier.length);
});
