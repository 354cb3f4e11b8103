import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { newerSchemaError, NoTablesError, otherSchemaError } from "../store.ts";

const FOLDER = join(import.meta.dirname, "migrations");

/**
 * Brings the schema up to date, under the database's write lock: processes that start at once take turns.
 *
 * @throws Error if a newer program wrote the database
 */
export function migrate(database: DatabaseSync): void {
  const migrations = migrationFiles();
  database.exec("BEGIN IMMEDIATE");
  try {
    // `user_version` counts the migrations that were applied, in the order of their names.
    const version = schemaVersion(database);
    if (version > migrations.length) throw newerSchemaError(version, migrations.length);
    for (const name of migrations.slice(version)) database.exec(readFileSync(join(FOLDER, name), "utf8"));
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Checks that the schema is this program's, and writes nothing.
 *
 * @throws {NoTablesError} Error if another version of the program wrote it
 */
export function requireSchema(database: DatabaseSync): void {
  const [version, known] = [schemaVersion(database), migrationFiles().length];
  if (version === 0) throw new NoTablesError();
  if (version !== known) throw otherSchemaError(version, known);
}

function migrationFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}
