import { toStatistics } from "../statistics.ts";
import type { GrantCount, StoreStatistics } from "../statistics.ts";
import type { Query, Statement } from "./database.ts";

/** Writes the count of a whole sweep: keys `$1`, values `$2`. */
const WRITE: Statement = {
  name: "grant_count_write",
  text: `INSERT INTO meta (key, value) SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
};
const READ: Statement = { name: "grant_count_read", text: "SELECT key, value FROM meta" };
const SIZE: Statement = {
  name: "database_size",
  text: "SELECT pg_database_size(current_database()) AS bytes",
};

/** @param now when the sweep ended, ms */
export async function writeGrantCount(query: Query, count: GrantCount, now: number): Promise<void> {
  const rows = count.rows(now);
  await query(WRITE, [rows.map(([key]) => key), rows.map(([, value]) => value)]);
}

/** The port's `statistics`. */
export async function readStatistics(query: Query): Promise<StoreStatistics> {
  const [size] = await query(SIZE);
  return toStatistics(await query(READ), size?.["bytes"] as number);
}
