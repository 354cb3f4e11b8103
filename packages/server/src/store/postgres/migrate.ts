import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import {
  planMigrations,
  readMigrations,
  READ_USABLE_FROM,
  requireReadable,
  writeUsableFrom,
} from "../schema.ts";
import type { Schema } from "../schema.ts";
import { begin } from "./database.ts";
import { isLockTimeout } from "./errors.ts";
import { MIGRATION_LOCK } from "./locks.ts";
import type { Sessions } from "./sessions.ts";

const FOLDER = join(import.meta.dirname, "migrations");

/**
 * How long a migration waits for a table, ms. Every statement of other programs on that table waits behind it, so it gives
 * up long before they do, and tries again: a dump holds all tables for as long as it takes.
 */
const LOCK_TIMEOUT = 500;
/** Between two attempts, ms. */
const PAUSE = 1000;
/** For all attempts, ms. */
const PATIENCE = 300_000;

/**
 * Brings the schema up to date, in one transaction under a lock: programs that start at once take turns.
 *
 * @param besideOthers as `planMigrations`
 * @param patience how long other transactions are waited for, ms
 * @throws Error as `planMigrations`, and if another transaction kept a table for too long
 */
export async function migrate(
  client: Client,
  sessions: Sessions,
  {
    besideOthers = false,
    patience = PATIENCE,
  }: { besideOthers?: boolean | undefined; patience?: number } = {},
): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await migrateOnce(client, sessions, besideOthers);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (performance.now() > deadline) throw lockedError(error);
    }
    await pause(PAUSE);
  }
}

async function migrateOnce(client: Client, sessions: Sessions, besideOthers: boolean): Promise<void> {
  const migrations = readMigrations(FOLDER);
  await begin(client, sessions, 0);
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const { pending, after } = planMigrations(migrations, await schemaOf(client), besideOthers);
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`);
    for (const { sql } of pending) await client.query(sql);
    if (pending.length > 0) {
      await client.query("UPDATE regrant_schema SET version = $1", [after.version]);
      await client.query(writeUsableFrom(after));
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/**
 * Checks that this program can read the schema, and writes nothing.
 *
 * @throws as `requireReadable`
 */
export async function requireSchema(client: Client): Promise<void> {
  const schema = (await hasTables(client)) ? await schemaOf(client) : { version: 0, usableFrom: 0 };
  requireReadable(readMigrations(FOLDER), schema);
}

async function schemaOf(client: Client): Promise<Schema> {
  if (!(await hasTables(client))) {
    await client.query("CREATE TABLE regrant_schema (version integer NOT NULL)");
    await client.query("INSERT INTO regrant_schema (version) VALUES (0)");
  }
  const [found] = (await client.query<{ version: number }>("SELECT version FROM regrant_schema")).rows;
  const version = found?.version ?? 0;
  if (version === 0) return { version, usableFrom: 0 };
  const [usable] = (await client.query<{ value: number }>(READ_USABLE_FROM)).rows;
  return { version, usableFrom: usable?.value ?? version };
}

async function hasTables(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('regrant_schema') IS NOT NULL AS found");
  return rows[0]?.found === true;
}

function lockedError(cause: unknown): Error {
  return new Error(
    "Cannot migrate the database: another transaction keeps a table, as a dump does. Wait until it has ended " +
      "(pg_stat_activity lists it), and start again.",
    { cause },
  );
}
