/**
 * Sessions in PostgreSQL, MySQL or SQLite, for all machines that share the database; with a driver of yours.
 *
 * @module
 */
export type { SqlClient, SqlDialect, SqlOptions } from "./dialect.ts";
export { sqlLock, sqlLockSchema } from "./sql-lock.ts";
export { sqlStore, sqlStoreSchema } from "./sql-store.ts";
