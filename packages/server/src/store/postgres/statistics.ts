import { toStatistics } from "../statistics.ts";
import type { StoreStatistics } from "../statistics.ts";
import type { Query, Statement } from "./database.ts";

/** Writes the count of active grants, `$1`, of a sweep that ended at `$2`, ms. */
export const WRITE_GRANT_COUNT: Statement = {
  name: "grant_count_write",
  text: `
    INSERT INTO meta (key, value) VALUES ('active_grants', $1), ('active_grants_counted_at', $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
};
/** Index: the primary key. */
const READ: Statement = {
  name: "grant_count_read",
  text: "SELECT key, value FROM meta WHERE key IN ('active_grants', 'active_grants_counted_at')",
};
const SIZE: Statement = {
  name: "database_size",
  text: "SELECT pg_database_size(current_database()) AS bytes",
};

/** The port's `statistics`. */
export async function readStatistics(query: Query): Promise<StoreStatistics> {
  const [size] = await query(SIZE);
  return toStatistics(await query(READ), size?.["bytes"] as number);
}
