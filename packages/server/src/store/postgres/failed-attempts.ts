import type { FailureStore } from "../store.ts";
import type { Database, Statement } from "./database.ts";
import { clock } from "./database.ts";

/**
 * Counts one failure under each key in one statement, whose rows are locked in one order. Its commit does not wait for the
 * log or a standby: a crash may forget the last failures, and strangers must not be able to cause waits for the disk.
 */
const COUNT: Statement = {
  name: "failures_count",
  text: `
    WITH lax AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
    moment AS MATERIALIZED (SELECT ${clock(3)} AS now FROM lax)
    INSERT INTO failures AS f (key, count, ends_at)
    SELECT key, 1, now + $2::bigint FROM unnest($1::text[]) AS key, moment ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN f.ends_at <= excluded.ends_at - $2::bigint THEN 1 ELSE f.count + 1 END,
      ends_at = CASE WHEN f.ends_at <= excluded.ends_at - $2::bigint THEN excluded.ends_at ELSE f.ends_at END
    RETURNING f.key, f.count, f.ends_at - (SELECT now FROM moment) AS remaining`,
};

/** The port's `failures`, which throttles on all nodes count in. Index: the primary key. */
export function failureStore(database: Database): FailureStore {
  return {
    async count(keys, window) {
      const values = [keys, window * 1000, database.injectedNow];
      const rows = await database.read((query) => query(COUNT, values));
      const counted = new Map(rows.map((row) => [row["key"], row]));
      return keys.map((key) => {
        const row = counted.get(key);
        return { count: row?.["count"] as number, remaining: row?.["remaining"] as number };
      });
    },
  };
}
