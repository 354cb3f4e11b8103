import { withoutValues } from "../driver-error.ts";
import { StoreError } from "../errors.ts";
import { randomId } from "../random-id.ts";
import { parseRecord } from "../record-text.ts";
import type { TokenStore } from "../types.ts";
import { assertKey, run, tableOf } from "./dialect.ts";
import type { SqlClient, SqlOptions } from "./dialect.ts";

const STANDARD_TABLE = "regrant_tokens";

interface Row {
  readonly version: string;
  readonly record: string;
}

/**
 * Keeps credentials in a table of PostgreSQL, MySQL or SQLite: one row each, found and changed by its primary key. The
 * table is made by you, from `sqlStoreSchema`. Rejects with StoreError.
 */
export function sqlStore(client: SqlClient, options: SqlOptions): TokenStore {
  const table = tableOf(options, STANDARD_TABLE);
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

/** The statement that makes the table. */
export function sqlStoreSchema(options: SqlOptions): string {
  const { name, dialect } = tableOf(options, STANDARD_TABLE);
  const { key, text } = dialect;
  return `CREATE TABLE ${name} (name ${key} PRIMARY KEY, version varchar(64) NOT NULL, record ${text} NOT NULL)`;
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new StoreError("The database failed", { cause: withoutValues(error) });
  }
}
