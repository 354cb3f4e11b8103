import { messageOnly, StoreError } from "../errors.ts";
import { randomId } from "../record.ts";
import { parseRecord } from "../stored-record.ts";
import type { TokenStore } from "../types.ts";
import { assertKey, run, tableOf } from "./dialect.ts";
import type { SqlClient, SqlOptions } from "./dialect.ts";

const DEFAULT_TABLE = "regrant_tokens";

interface Row {
  readonly version: string;
  readonly record: string;
}

/**
 * Stores credentials in a table of PostgreSQL, MySQL or SQLite: one row each, accessed by primary key. Create the table in
 * a migration, with the statement of `sqlStoreSchema`. Rejects with StoreError.
 */
export function sqlStore(client: SqlClient, options: SqlOptions): TokenStore {
  const table = tableOf(options, DEFAULT_TABLE);
  const insert = table.dialect.insert(`${table.name} (name, version, record) VALUES (?, ?, ?)`);
  return {
    scope: "shared",
    atomic: true,
    get: (key) =>
      guarded(async () => {
        const { rows } = await run(
          client,
          table,
          `SELECT version, record FROM ${table.name} WHERE name = ?`,
          key,
        );
        const [row] = rows as readonly Row[];
        return row && { version: row.version, record: parseRecord(row.record) };
      }),
    compareAndSet: (key, expected, next) =>
      guarded(async () => {
        assertKey(key);
        const version = randomId();
        const record = JSON.stringify(next);
        const update = `UPDATE ${table.name} SET version = ?, record = ? WHERE name = ? AND version = ?`;
        const { count } = await (expected === null
          ? run(client, table, insert, key, version, record)
          : run(client, table, update, version, record, key, expected));
        return count === 1 && version;
      }),
  };
}

/** The CREATE TABLE statement. */
export function sqlStoreSchema(options: SqlOptions): string {
  const { name, dialect } = tableOf(options, DEFAULT_TABLE);
  const { key, text } = dialect;
  return `CREATE TABLE ${name} (name ${key} PRIMARY KEY, version varchar(64) NOT NULL, record ${text} NOT NULL)`;
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new StoreError("The database failed", { cause: messageOnly(error) });
  }
}
