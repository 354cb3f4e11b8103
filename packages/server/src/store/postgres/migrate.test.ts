import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { assertStandardWords, earlierMigrations, oldRows } from "../contract/before-standard-words.ts";
import { SECOND, START } from "../contract/fixtures.ts";
import { TestServer, connected } from "../contract/postgres-server.ts";
import { IS_REVOCATION } from "../revocation-events.ts";
import { openPostgresStore } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { OWN_SESSIONS } from "./sessions.ts";

const MIGRATIONS = join(import.meta.dirname, "migrations");

const server = await TestServer.start();
after(() => server.stop());

test("a PostgreSQL database of before the standard words keeps its clients, grants and events", async (t) => {
  const url = await server.newDatabase("nothing");
  const client = await connected(url);
  t.after(() => client.end());
  const migrations = earlierMigrations(MIGRATIONS);
  for (const statements of migrations) await client.query(statements);
  await client.query("CREATE TABLE regrant_schema (version integer NOT NULL)");
  await client.query("INSERT INTO regrant_schema (version) VALUES ($1)", [migrations.length]);
  const literals = {
    uuid: (value: string) => `'${value}'`,
    bytes: (value: Buffer) => `'\\x${value.toString("hex")}'`,
    boolean: String,
  };
  for (const statement of oldRows(literals)) await client.query(statement);

  const store = await openPostgresStore(url, { now: () => START + 10 * SECOND });
  try {
    await assertStandardWords(store);
  } finally {
    await store.close();
  }

  // A table of ten rows is read through, whatever indexes it has.
  await client.query("SET enable_seqscan = off");
  const plan = await client.query(
    `EXPLAIN SELECT min(id + 0) AS id FROM events WHERE ${IS_REVOCATION} AND at >= 0`,
  );
  assert.match(JSON.stringify(plan.rows), /events_by_revocation/);
});

test("while a dump keeps a table, a migration waits, and holds up no refresh for longer than a node waits", async (t) => {
  const { url, client: dump } = await withoutLastMigration(t);
  await keepAllTables(dump);

  const opening = openPostgresStore(url);
  const node = await connection(t, url);
  await node.query("SET statement_timeout = 4000");
  const waiting =
    "SELECT relation::regclass AS name FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted";
  let table: string | undefined;
  while (table === undefined) {
    table = (await node.query<{ name: string }>(waiting)).rows[0]?.name;
    await pause(10);
  }
  await node.query(`DELETE FROM ${table}`);
  const versionOf = async () => (await node.query("SELECT version FROM regrant_schema")).rows[0] as object;
  const before = await versionOf();

  await dump.query("COMMIT");
  await (await opening).close();
  assert.notDeepEqual(await versionOf(), before);
});

test("a migration gives up and says why when a table is kept for too long", async (t) => {
  const { url, client: dump } = await withoutLastMigration(t);
  await keepAllTables(dump);
  const migration = migrate(await connection(t, url), OWN_SESSIONS, { patience: 0 });
  await assert.rejects(migration, /another transaction keeps a table/);
});

/** A database whose schema lacks this program's last migration. */
async function withoutLastMigration(t: TestContext): Promise<{ url: string; client: Client }> {
  const url = await server.newDatabase("nothing");
  const client = await connection(t, url);
  const names = readdirSync(MIGRATIONS).toSorted().slice(0, -1);
  for (const name of names) await client.query(readFileSync(join(MIGRATIONS, name), "utf8"));
  await client.query("CREATE TABLE regrant_schema (version integer NOT NULL)");
  await client.query("INSERT INTO regrant_schema (version) VALUES ($1)", [names.length]);
  return { url, client };
}

/** Begins a transaction that reads every table, as a dump does. */
async function keepAllTables(client: Client): Promise<void> {
  await client.query("BEGIN");
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
  );
  for (const { name } of rows) await client.query(`LOCK TABLE ${name} IN ACCESS SHARE MODE`);
}

async function connection(t: TestContext, url: string): Promise<Client> {
  const client = await connected(url);
  t.after(() => client.end());
  return client;
}
