import { after, test } from "node:test";
import { sqlLock, sqlLockSchema, sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import type { SqlClient } from "@regrant/client/sql";
import { lockContract, storeContract } from "@regrant/client/testing";
import { Pool } from "pg";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";

const POSTGRES = { dialect: "postgres" } as const;

const server = await TestServer.start();
after(() => server.stop());

const cases = [
  ...storeContract(() => place((client) => sqlStore(client, POSTGRES))),
  ...lockContract(() => place((client) => sqlLock(client, POSTGRES))),
];
for (const { title, run } of cases) test(`PostgreSQL: ${title}`, run);

/** A database with a pool for each instance. */
async function place<T>(adapter: (client: SqlClient) => T) {
  const connectionString = await server.newDatabase("nothing");
  for (const schema of [sqlStoreSchema(POSTGRES), sqlLockSchema(POSTGRES)]) {
    await server.query(connectionString, schema);
  }
  const pools: Pool[] = [];
  const open = () => {
    const pool = new Pool({ connectionString, max: 2 });
    // A pool's end does not wait until its connections are closed; the server may end one of them first.
    pool.on("error", () => {});
    pools.push(pool);
    return adapter(pool);
  };
  const damage = async (key: string, text: string) => {
    // PostgreSQL has no text with a NUL.
    const values = [text.replaceAll("\0", ""), key];
    await server.query(connectionString, "UPDATE regrant_tokens SET record = $1 WHERE name = $2", values);
  };
  return { open, damage, close: async () => void (await Promise.all(pools.map((pool) => pool.end()))) };
}
