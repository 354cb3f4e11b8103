import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { newerSchemaError, NoTablesError, otherSchemaError } from "../store.ts";
import { begin } from "./database.ts";
import { MIGRATION_LOCK } from "./locks.ts";
import type { Sessions } from "./sessions.ts";

const FOLDER = join(import.meta.dirname, "migrations");

/**
 * Brings the schema up to date, in one transaction under a lock: programs that start at once take turns.
 *
 * @throws Error if a newer program wrote the database
 */
export async function migrate(client: Client, sessions: Sessions): Promise<void> {
  const migrations = migrationFiles();
  await begin(client, sessions, 0);
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    // The version counts the migrations that were applied, in the order of their names.
    const version = await schemaVersion(client);
    if (version > migrations.length) throw newerSchemaError(version, migrations.length);
    for (const name of migrations.slice(version)) {
      await client.query(readFileSync(join(FOLDER, name), "utf8"));
    }
    if (version < migrations.length) {
      await client.query("UPDATE regrant_schema SET version = $1", [migrations.length]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/**
 * Checks that the schema is this program's, and writes nothing.
 *
 * @throws {NoTablesError} Error if another version of the program wrote it
 */
export async function requireSchema(client: Client): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('regrant_schema') IS NOT NULL AS found");
  if (rows[0]?.found !== true) throw new NoTablesError();
  const [version, known] = [await schemaVersion(client), migrationFiles().length];
  if (version !== known) throw otherSchemaError(version, known);
}

function migrationFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
}

async function schemaVersion(client: Client): Promise<number> {
  const { rows: tables } = await client.query("SELECT to_regclass('regrant_schema') IS NOT NULL AS found");
  if (tables[0]?.found !== true) {
    await client.query("CREATE TABLE regrant_schema (version integer NOT NULL)");
    await client.query("INSERT INTO regrant_schema (version) VALUES (0)");
  }
  return (
    (await client.query<{ version: number }>("SELECT version FROM regrant_schema")).rows[0]?.version ?? 0
  );
}
