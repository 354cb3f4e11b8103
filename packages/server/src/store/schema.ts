import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** One step of a schema, of an engine's folder `migrations`. */
export interface Migration {
  sql: string;
  /** The number of the oldest migration whose programs can use the tables after this one; by default its own. */
  usableFrom: number;
}

/** What a database says of its tables. Programs from before the second number was written have it equal to the first. */
export interface Schema {
  /** The number of its last migration; 0: it has no tables. */
  version: number;
  /** The number of the last migration that a program must know to use it. */
  usableFrom: number;
}

/** The row of `meta` that holds a schema's `usableFrom`, for both engines. */
export const READ_USABLE_FROM = "SELECT value FROM meta WHERE key = 'usable_from'";
export function writeUsableFrom({ usableFrom }: Schema): string {
  return `INSERT INTO meta (key, value) VALUES ('usable_from', ${usableFrom})
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
}

/** With `readOnly`: there is no database, or it has no tables yet. */
export class NoTablesError extends Error {
  override readonly name = "NoTablesError";
}

/** Reads a folder of migrations, in the order of their numbers, which begin the files' names. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.toSorted().map((name, index) => {
    const sql = readFileSync(join(folder, name), "utf8");
    return { sql, usableFrom: Number(/^-- Usable from: (\d+)$/m.exec(sql)?.[1] ?? index + 1) };
  });
}

/**
 * The migrations that a program applies to a database, and what it says of itself afterwards.
 *
 * @param besideOthers programs that know no more than the present schema may be serving from it
 * @throws Error if the database is of no use to this program, or would be of no use to the others
 */
export function planMigrations(
  migrations: readonly Migration[],
  schema: Schema,
  besideOthers: boolean,
): { pending: readonly Migration[]; after: Schema } {
  const known = migrations.length;
  if (schema.usableFrom > known) throw newerSchemaError(schema.version, known);
  const pending = migrations.slice(schema.version);
  const usableFrom = Math.max(schema.usableFrom, ...pending.map((migration) => migration.usableFrom));
  if (besideOthers && schema.version > 0 && usableFrom > schema.version)
    throw unusableSchemaError(schema.version, known);
  return { pending, after: { version: Math.max(schema.version, known), usableFrom } };
}

/**
 * Checks that a program can read the tables as they are.
 *
 * @throws {NoTablesError} Error if another version of the program wrote them
 */
export function requireReadable(migrations: readonly Migration[], { version, usableFrom }: Schema): void {
  const known = migrations.length;
  if (version === 0) throw new NoTablesError();
  if (usableFrom > known) throw newerSchemaError(version, known);
  if (version < known) throw olderSchemaError(version, known);
}

function newerSchemaError(found: number, known: number): Error {
  return new Error(
    `The database's schema is version ${found}, this program knows ${known} and cannot use it: it was written by a newer ` +
      "Regrant. Start that version, or restore a backup made by this one.",
  );
}

function olderSchemaError(found: number, known: number): Error {
  return new Error(
    `The database's schema is version ${found}, this program has ${known}. Starting the service, or a command that ` +
      "writes, brings an older one up to date.",
  );
}

function unusableSchemaError(found: number, known: number): Error {
  return new Error(
    `The database's schema is version ${found}, this program has ${known}, which nodes of the former version cannot use. ` +
      "Stop them, and start a node of this version: it brings the schema up to date.",
  );
}
