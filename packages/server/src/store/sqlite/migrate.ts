import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import {
  planMigrations,
  readMigrations,
  READ_USABLE_FROM,
  requireReadable,
  writeUsableFrom,
} from "../schema.ts";
import type { Schema } from "../schema.ts";

const FOLDER = join(import.meta.dirname, "migrations");

/**
 * Brings the schema up to date, under the database's write lock: processes that start at once take turns. Where nothing
 * is to be done the lock is not asked for, since others may be busy with it.
 *
 * @param besideOthers as `planMigrations`
 * @throws Error as `planMigrations`
 */
export function migrate(database: DatabaseSync, besideOthers = false): void {
  const migrations = readMigrations(FOLDER);
  const plan = () => planMigrations(migrations, schemaOf(database), besideOthers);
  if (plan().pending.length === 0) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const { pending, after } = plan();
    for (const { sql } of pending) database.exec(sql);
    database.exec(`PRAGMA user_version = ${after.version}`);
    database.exec(writeUsableFrom(after));
    database.exec("COMMIT");
  } catch (error) {
    // Where a write failed, SQLite has rolled it back already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Checks that this program can read the schema, and writes nothing.
 *
 * @throws as `requireReadable`
 */
export function requireSchema(database: DatabaseSync): void {
  requireReadable(readMigrations(FOLDER), schemaOf(database));
}

function schemaOf(database: DatabaseSync): Schema {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version === 0) return { version, usableFrom: 0 };
  return { version, usableFrom: Number(database.prepare(READ_USABLE_FROM).get()?.["value"] ?? version) };
}
