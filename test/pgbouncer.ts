import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { chown, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { PASSWORD, SUPERUSER, unprivilegedUser } from "./postgres-program.ts";
import { startProgram, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const GUIDE = join(import.meta.dirname, "../docs/postgresql.md");

/** The configuration that the guide gives. */
const [, EXAMPLE = ""] = /## Behind PgBouncer[^]*?```ini\n([^]*?)```/.exec(readFileSync(GUIDE, "utf8")) ?? [];

/** A PgBouncer on a loopback port in front of a PostgreSQL of the tests, configured as the guide says. */
export class PgBouncer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  /**
   * @param program its executable
   * @param server the port of PostgreSQL
   * @param settings lines for the section `[pgbouncer]` that replace the guide's
   */
  static async start(program: string, server: number, settings: readonly string[] = []): Promise<PgBouncer> {
    const folder = temporaryFolder("pgbouncer");
    const port = await freePort();
    const users = join(folder, "userlist.txt");
    const file = join(folder, "pgbouncer.ini");
    await writeFile(users, `"${SUPERUSER}" "${PASSWORD}"\n`, { mode: 0o600 });
    await writeFile(
      file,
      EXAMPLE.replace(/^regrant = .*$/m, `* = host=127.0.0.1 port=${server}`)
        .replace(/^listen_port = .*$/m, `listen_port = ${port}`)
        .replace(/^auth_file = .*$/m, `auth_file = ${users}`)
        // A database for each test would leave idle connections to each.
        .concat("unix_socket_dir =\nserver_idle_timeout = 1\n", settings.join("\n"), "\n"),
    );
    const user = await unprivilegedUser();
    const { uid, gid } = user;
    if (uid !== undefined && gid !== undefined) {
      for (const path of [folder, users, file]) await chown(path, uid, gid);
    }
    const child = await startProgram(program, [file], { ...user, ready: /process up: PgBouncer/ });
    return new PgBouncer(port, child, folder);
  }

  /** The URL of a database, without what must be said of a pooler. */
  url(database: string): string {
    return `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
  }

  async stop(): Promise<void> {
    // SIGTERM is an immediate shutdown; SIGINT waits for the clients.
    await stopProgram(this.#child, "SIGTERM");
    await rm(this.#folder, { recursive: true, force: true });
  }
}
