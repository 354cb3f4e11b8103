import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "../test/ports.ts";
import { PASSWORD, PostgresProgram, SUPERUSER } from "../test/postgres-program.ts";
import { stopProgram } from "../test/program.ts";
import { cpuTimeOfAll, cpuTimeOfEnded, processesOf } from "./accounting.ts";
import { countStatements, prepareToCount } from "./statements.ts";
import type { Statements } from "./statements.ts";
import { walBetween, walEnd } from "./table-size.ts";
import type { Wal } from "./table-size.ts";

/** Written out although they are the defaults: what is measured are durable commits. The same for every target. */
export const SETTINGS = [
  "fsync=on",
  "synchronous_commit=on",
  "full_page_writes=on",
  "shared_buffers=256MB",
  "max_connections=200",
  // No checkpoint of its own accord within a run: one is made before the first window.
  "checkpoint_timeout=1h",
  "max_wal_size=8GB",
  // Counts statements, only while it is asked to.
  "shared_preload_libraries=pg_stat_statements",
] as const;

/** How long a server may take to stop, ms: its last checkpoint writes all that is in memory. */
const STOPPING = 600_000;

export interface Postgres {
  version: string;
  /** @returns the URL of a new, empty database */
  newDatabase(name: string): Promise<string>;
  /** Afterwards a page is written in full when it is changed for the first time; for a hot set, in the warm-up. */
  checkpoint(): Promise<void>;
  /** CPU time of all its processes since it began, those that ended too, µs; and where the WAL ends now. */
  usage(): Promise<{ cpu: number; walEnd: string }>;
  /** What was written between two places of the WAL, bytes; it takes CPU to read. */
  wal(from: string, to: string): Promise<Wal>;
  /** What a database, by its URL, is sent while `work` runs. */
  statements(database: string, work: () => Promise<unknown>): Promise<Statements>;
  /** What is in one database, and how it got there. */
  content(database: string): Promise<DatabaseContent>;
  stop(): Promise<void>;
}

export interface DatabaseContent {
  rows: number;
  updates: number;
  hotUpdates: number;
}

/** Starts a PostgreSQL server of its own on a loopback port, with its files below `folder`. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const program = await PostgresProgram.prepare(folder);
  const data = join(folder, "postgres");
  await program.initialise(data);
  const port = await freePort();
  const server = await program.start(data, port, SETTINGS);
  const postmaster = server.pid;
  if (postmaster === undefined) throw new Error("PostgreSQL has no process");
  const url = (database: string) => `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const control = await connected(url("postgres"));
  await control.query("CREATE EXTENSION pg_walinspect");
  await prepareToCount(control);
  return {
    version: String((await control.query("SHOW server_version")).rows[0]?.server_version),
    async newDatabase(name) {
      await control.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
      return url(name);
    },
    async checkpoint() {
      await control.query("CHECKPOINT");
    },
    async usage() {
      return { cpu: cpuTimeOfServer(postmaster), walEnd: await walEnd(control) };
    },
    wal: (from, to) => walBetween(control, from, to),
    statements: (database, work) => countStatements(control, new URL(database).pathname.slice(1), work),
    content: (database) => contentOf(database),
    async stop() {
      await control.end();
      await stopProgram(server, "SIGINT", STOPPING);
    },
  };
}

/** The postmaster, its children, and those of them that have ended; once more where one ended meanwhile. */
function cpuTimeOfServer(postmaster: number): number {
  try {
    return cpuTimeOfAll(processesOf(postmaster)) + cpuTimeOfEnded(postmaster);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ESRCH") throw error;
    process.kill(postmaster, 0);
    return cpuTimeOfServer(postmaster);
  }
}

async function contentOf(url: string): Promise<DatabaseContent> {
  const client = await connected(url);
  try {
    const tables = await client.query(
      `SELECT format('%I.%I', schemaname, relname) AS name, n_tup_upd AS updates, n_tup_hot_upd AS hot
         FROM pg_stat_user_tables`,
    );
    const content = { rows: 0, updates: 0, hotUpdates: 0 };
    for (const { name, updates, hot } of tables.rows as { name: string; updates: string; hot: string }[]) {
      content.rows += Number((await client.query(`SELECT count(*) AS rows FROM ${name}`)).rows[0]?.rows);
      content.updates += Number(updates);
      content.hotUpdates += Number(hot);
    }
    return content;
  } finally {
    await client.end();
  }
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on("error", () => {});
  await client.connect();
  return client;
}
