import type { DatabaseSync } from "node:sqlite";
import { toStatistics } from "../statistics.ts";
import type { GrantCount, StoreStatistics } from "../statistics.ts";

/** Prepares the count of active grants: numbers of the whole store, which each whole sweep writes. */
export function prepareGrantCount(database: DatabaseSync) {
  const put = database.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const rows = database.prepare("SELECT key, value FROM meta");
  const size = database.prepare(
    "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
  );
  return {
    /** Within a transaction of its caller's. @param now ms */
    write(count: GrantCount, now: number): void {
      for (const row of count.rows(now)) put.run(...row);
    },
    read: (): StoreStatistics => toStatistics(rows.all(), size.get()?.["bytes"] as number),
  };
}
