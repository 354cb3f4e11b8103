import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { inspect } from "node:util";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isTokenError } from "../errors.ts";
import { lockContract, storeContract } from "../testing/index.ts";
import type { CredentialRecord } from "../types.ts";
import { sqlLock, sqlLockSchema, sqlStore, sqlStoreSchema } from "./index.ts";
import type { SqlClient, SqlDialect } from "./index.ts";

const SQLITE = { dialect: "sqlite" } as const;

const stores = storeContract(() => {
  const { open, database, close } = place((client) => sqlStore(client, SQLITE));
  const damage = (key: string, text: string) =>
    void database.prepare("UPDATE regrant_tokens SET record = ? WHERE name = ?").run(text, key);
  return { open, damage, close };
});
for (const { title, run } of stores) test(`SQLite store: ${title}`, run);

const locks = lockContract(() => place((client) => sqlLock(client, SQLITE)));
for (const { title, run } of locks) test(`SQLite lock: ${title}`, run);

test("a database error contains no token, whatever the driver attached", async () => {
  const failing: SqlClient = {
    query: (_text, values) => Promise.reject(Object.assign(new Error("disk full"), { sql: values.join() })),
  };
  const record = { refreshToken: "secret" } as CredentialRecord;
  const error = await Promise.resolve(sqlStore(failing, SQLITE).compareAndSet("a", null, record)).catch(
    (reason: unknown) => reason,
  );
  assert.ok(isTokenError(error, "store_failed"));
  const cause = error.cause as Error;
  assert.equal(cause.message, "disk full");
  assert.doesNotMatch(inspect(error, { depth: null }), /secret/);
});

test("an invalid table name, an unknown dialect and too long a key are refused", async () => {
  const client: SqlClient = { query: () => ({ rows: [], rowCount: 0 }) };
  assert.throws(() => sqlStore(client, { ...SQLITE, table: "a; DROP TABLE b" }), TypeError);
  assert.throws(() => sqlLock(client, { dialect: "oracle" as SqlDialect }), TypeError);
  const record = {} as CredentialRecord;
  const written = Promise.resolve(sqlStore(client, SQLITE).compareAndSet("k".repeat(701), null, record));
  await assert.rejects(written, (error) => isTokenError(error, "store_failed"));
});

/** A database file, opened separately by each instance. */
function place<T>(adapter: (client: SqlClient) => T) {
  const folder = temporaryFolder("sqlite");
  const path = join(folder, "client.db");
  const databases: DatabaseSync[] = [];
  const open = () => {
    const database = new DatabaseSync(path, { timeout: 5000 });
    databases.push(database);
    return database;
  };
  const first = open();
  first.exec(`PRAGMA journal_mode = WAL; ${sqlStoreSchema(SQLITE)}; ${sqlLockSchema(SQLITE)}`);
  return {
    open: () => adapter(clientOf(open())),
    database: first,
    close: () => {
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function clientOf(database: DatabaseSync): SqlClient {
  return {
    query(text, values) {
      const statement = database.prepare(text);
      if (text.startsWith("SELECT")) return { rows: statement.all(...values), rowCount: null };
      return { rows: [], rowCount: Number(statement.run(...values).changes) };
    },
  };
}
