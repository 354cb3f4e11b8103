import { leaseLock } from "../lease-lock.ts";
import { randomId } from "../record.ts";
import type { RefreshLock } from "../api.ts";
import { assertKey, run, tableOf } from "./dialect.ts";
import type { SqlClient, SqlOptions } from "./dialect.ts";

const DEFAULT_TABLE = "regrant_locks";

/**
 * A lock for all machines that share a database: a row while it is held, with the end of the lease by the database's
 * clock. Create the table in a migration, with the statement of `sqlLockSchema`.
 */
export function sqlLock(client: SqlClient, options: SqlOptions): RefreshLock {
  const table = tableOf(options, DEFAULT_TABLE);
  const { name: rows, dialect } = table;
  const end = `${dialect.now} + ?`;
  const insert = dialect.insert(`${rows} (name, owner, ends_at) VALUES (?, ?, ${end})`);
  return leaseLock((name, leaseMs) => {
    const owner = randomId();
    const lease = Math.ceil(leaseMs);
    const changes = async (text: string, ...values: (string | number)[]) =>
      (await run(client, table, text, ...values)).count === 1;
    return {
      async acquire() {
        assertKey(name);
        if (await changes(insert, name, owner, lease)) return true;
        const steal = `UPDATE ${rows} SET owner = ?, ends_at = ${end} WHERE name = ? AND ends_at <= ${dialect.now}`;
        return changes(steal, owner, lease, name);
      },
      extend: () =>
        changes(`UPDATE ${rows} SET ends_at = ${end} WHERE name = ? AND owner = ?`, lease, name, owner),
      release: () => changes(`DELETE FROM ${rows} WHERE name = ? AND owner = ?`, name, owner),
    };
  });
}

/** The CREATE TABLE statement. */
export function sqlLockSchema(options: SqlOptions): string {
  const { name, dialect } = tableOf(options, DEFAULT_TABLE);
  return `CREATE TABLE ${name} (name ${dialect.key} PRIMARY KEY, owner varchar(64) NOT NULL, ends_at bigint NOT NULL)`;
}
