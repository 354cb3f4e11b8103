import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { assertStandardWords, earlierMigrations, oldRows } from "../contract/before-standard-words.ts";
import { SECOND, START } from "../contract/fixtures.ts";
import { TestServer, connected } from "../contract/postgres-server.ts";
import { IS_REVOCATION } from "../revocation-events.ts";
import { openPostgresStore } from "./engine.ts";

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
