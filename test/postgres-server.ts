/** A real PostgreSQL server, from npm, that can be killed, copied, and made another's standby. */
import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { connected, freePort } from "../packages/server/src/store/contract/postgres-server.ts";
import { PASSWORD, PostgresProgram, SUPERUSER } from "./postgres-program.ts";
import { PATIENCE, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Every server has it, empty at first. */
const DATABASE = "regrant";
/** How often a server is asked for what it does not tell by itself, ms. */
const INTERVAL = 20;
const SETTINGS = ["fsync=off", "hot_standby=on"];

export type Rows = Record<string, unknown>[];

export class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly #program: PostgresProgram;
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number, program: PostgresProgram) {
    this.folder = folder;
    this.port = port;
    this.#program = program;
  }

  /** Makes a server's files in a new folder, and starts it with an empty database. */
  static async initialise(folder: string): Promise<PostgresServer> {
    const program = await PostgresProgram.prepare(dirname(folder));
    await program.initialise(folder, ["--no-sync"]);
    const server = new PostgresServer(folder, await freePort(), program);
    await server.start();
    await server.query(`CREATE DATABASE ${DATABASE}`, "postgres");
    return server;
  }

  /** @param others ports of further servers, one of which may be the primary */
  url(database: string = DATABASE, ...others: readonly number[]): string {
    const hosts = [this.port, ...others].map((port) => `127.0.0.1:${port}`);
    return `postgres://${SUPERUSER}:${PASSWORD}@${hosts.join(",")}/${database}`;
  }

  /** What a standby of this server is configured with. */
  get conninfo(): string {
    return `host=127.0.0.1 port=${this.port} user=${SUPERUSER} password=${PASSWORD}`;
  }

  /** The same files on another port, such as that of the server which they replace. */
  at(port: number): PostgresServer {
    return new PostgresServer(this.folder, port, this.#program);
  }

  async start(): Promise<void> {
    this.#child = await this.#program.start(this.folder, this.port, SETTINGS);
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
        ...this.#program.user,
        cwd: this.folder,
        timeout: PATIENCE,
      });
    await this.#program.makeFolder(folder);
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
      await this.#program.give(join(folder, name));
    }
    await rm(join(folder, "postmaster.pid"));
    return new PostgresServer(folder, await freePort(), this.#program);
  }

  /** Ends every process of it. Not the first one alone: the others would go on with what they have begun. */
  async kill(): Promise<void> {
    const rows = await this.query(
      "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
      "postgres",
    );
    const ended = this.#child && once(this.#child, "exit");
    this.#child?.kill("SIGKILL");
    for (const { pid } of rows) {
      try {
        process.kill(pid as number, "SIGKILL");
      } catch {
        // It ended with the first.
      }
    }
    await ended;
  }

  async stop(): Promise<void> {
    // A fast shutdown: it does not wait for those who are connected.
    if (this.#child) await stopProgram(this.#child, "SIGINT");
  }
}

/** A folder for servers' files, removed after the test, when all that were named have been stopped. */
export async function placeForServers(
  t: TestContext,
): Promise<{ folder: string; servers: PostgresServer[] }> {
  const folder = temporaryFolder("servers");
  const servers: PostgresServer[] = [];
  t.after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, servers };
}

/** Waits for what a server tells only if asked. Rejects after `PATIENCE`. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE} ms: ${String(holds)}`);
    await pause(INTERVAL);
  }
}
