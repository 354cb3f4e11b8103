import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";

/** How many statements of each kind were sent to a database. */
export type Statements = Record<Kind, number>;

const KINDS = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const;
type Kind = (typeof KINDS)[number];
const WRITING = new Set(["INSERT", "UPDATE", "DELETE"]);

/** Sessions read a changed setting before their next statement, if they can at once, ms. */
const RELOADED = 200;

/** Makes a server ready to count. It costs nothing while nothing is counted. Its library has to be loaded already. */
export async function prepareToCount(control: Client): Promise<void> {
  await control.query("CREATE EXTENSION pg_stat_statements");
  await track(control, "none");
}

/** Counts what one database is sent while `work` runs. What PostgreSQL asks itself, for foreign keys, does not count. */
export async function countStatements(
  control: Client,
  database: string,
  work: () => Promise<unknown>,
): Promise<Statements> {
  await control.query("SELECT pg_stat_statements_reset()");
  await track(control, "top");
  await work();
  await track(control, "none");
  const { rows } = await control.query<{ query: string; calls: string }>(
    `SELECT query, calls FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE datname = $1`,
    [database],
  );
  const statements: Statements = { SELECT: 0, INSERT: 0, UPDATE: 0, DELETE: 0 };
  for (const { query, calls } of rows) {
    const kind = kindOf(query);
    if (kind !== undefined) statements[kind] += Number(calls);
  }
  return statements;
}

async function track(control: Client, which: "none" | "top"): Promise<void> {
  await control.query(`ALTER SYSTEM SET pg_stat_statements.track = '${which}'`);
  await control.query("SELECT pg_reload_conf()");
  await pause(RELOADED);
}

/** A statement that begins with WITH counts as what it writes. */
function kindOf(query: string): Kind | undefined {
  const words =
    query
      .toUpperCase()
      .replaceAll(/FOR (NO KEY )?UPDATE/g, "")
      .match(/\w+/g) ?? [];
  const kind = words[0] === "WITH" ? words.find((word) => WRITING.has(word)) : words[0];
  return KINDS.find((known) => known === (kind ?? "SELECT"));
}
