// The SQL storage of a Durable Object as a database of `sqlStore`.
import type { SqlClient } from "@regrant/client/sql";

/** The part of `ctx.storage.sql` that is used. */
export interface SqlStorage {
  exec(text: string, ...values: (string | number)[]): { toArray(): Record<string, unknown>[] };
}

export function durableObjectSql(sql: SqlStorage): SqlClient {
  return {
    query(text, values) {
      const rows = sql.exec(text, ...values).toArray();
      const [changes] = sql.exec("SELECT changes() AS count").toArray();
      return { rows, rowCount: Number(changes?.["count"]) };
    },
  };
}
