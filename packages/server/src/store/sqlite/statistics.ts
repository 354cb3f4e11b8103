import type { DatabaseSync } from "node:sqlite";
import { toStatistics } from "../statistics.ts";
import type { StoreStatistics } from "../statistics.ts";

/** Prepares the count of active grants: two numbers of the whole store, which each whole sweep writes. */
export function prepareGrantCount(database: DatabaseSync) {
  const put = database.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  // Index: the primary key.
  const rows = database.prepare(
    "SELECT key, value FROM meta WHERE key IN ('active_grants', 'active_grants_counted_at')",
  );
  const size = database.prepare(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
  );
  return {
    /** Within a transaction of its caller's. @param now ms */
    write(active: number, now: number): void {
      put.run("active_grants", active);
      put.run("active_grants_counted_at", now);
    },
    read: (): StoreStatistics => toStatistics(rows.all(), size.get()?.["bytes"] as number),
  };
}
