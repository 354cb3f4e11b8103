import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { contract } from "../contract.ts";
import { TestServer } from "../contract/postgres-server.ts";
import { openPostgresStore } from "./engine.ts";

const GUIDE = join(import.meta.dirname, "../../../../../docs/postgresql.md");

/** The statements that the guide gives to whoever has a very large table. */
const [, partition = ""] =
  /## Very large tables[^]*?```sql\n([^]*?)```/.exec(readFileSync(GUIDE, "utf8")) ?? [];

const server = await TestServer.start();
after(() => server.stop());

async function partitionedDatabase(): Promise<string> {
  const url = await server.newDatabase();
  await server.query(url, partition);
  return url;
}

contract(
  "PostgreSQL with partitions",
  async (options) => openPostgresStore(await partitionedDatabase(), options),
  ["rotate", "grants"],
);

test("a refresh on partitions looks into one of them", async () => {
  const url = await partitionedDatabase();
  const plan = await server.query(
    url,
    "EXPLAIN UPDATE grants SET generation = 1 WHERE id = '01900000-0000-7000-8000-000000000000'",
  );
  const scanned = plan.map((row) => row["QUERY PLAN"] as string).filter((line) => /Scan/.test(line));
  assert.equal(scanned.length, 1, scanned.join("\n"));
});
