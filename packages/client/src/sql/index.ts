export type { SqlClient, SqlDialect, SqlOptions } from "./dialect.ts";
export { sqlLock, sqlLockSchema } from "./sql-lock.ts";
export { sqlStore, sqlStoreSchema } from "./sql-store.ts";
