import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import { freePort } from "./ports.ts";
import { startProgram, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);
const PASSWORD = "regrant:tests/@";

/** A MariaDB server on a loopback port, with its files in a temporary folder and a database `laravel`. */
export class MariadbServer {
  readonly url: string;
  readonly #folder: string;
  readonly #launch: () => Promise<ChildProcess>;
  #child: ChildProcess;

  private constructor(url: string, folder: string, launch: () => Promise<ChildProcess>, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#launch = launch;
    this.#child = child;
  }

  /**
   * @param program the server's executable; its own install script stands beside it or on the path
   * @param more SQL that it runs as root when it starts
   */
  static async start(program: string, more = ""): Promise<MariadbServer> {
    const folder = temporaryFolder("mariadb");
    const data = join(folder, "data");
    // A server that starts clears its folder for temporary tables, those of another server in it too.
    const scratch = `--tmpdir=${folder}`;
    const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];
    await run("mariadb-install-db", [
      "--no-defaults",
      `--datadir=${data}`,
      scratch,
      "--skip-test-db",
      ...asRoot,
    ]);
    const init = join(folder, "init.sql");
    writeFileSync(
      init,
      `CREATE DATABASE IF NOT EXISTS laravel CHARACTER SET utf8mb4;
       CREATE USER IF NOT EXISTS laravel@'127.0.0.1' IDENTIFIED BY '${PASSWORD}';
       GRANT ALL ON laravel.* TO laravel@'127.0.0.1';
       ${more}\n`,
    );
    const port = await freePort();
    const place = [
      `--datadir=${data}`,
      scratch,
      `--socket=${join(folder, "socket")}`,
      `--pid-file=${join(folder, "pid")}`,
    ];
    const network = ["--bind-address=127.0.0.1", `--port=${port}`, "--skip-name-resolve"];
    const options = ["--no-defaults", ...asRoot, ...place, ...network, `--init-file=${init}`];
    // Nothing needs to outlive the machine.
    const launch = () =>
      startProgram(program, [...options, "--innodb-flush-log-at-trx-commit=0"], {
        ready: /ready for connections/,
      });
    const user = `laravel:${encodeURIComponent(PASSWORD)}`;
    const url = `mysql://${user}@127.0.0.1:${port}/laravel`;
    return new MariadbServer(url, folder, launch, await launch());
  }

  /** One statement on a connection of its own. */
  async query(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const connection = await createConnection({ uri: this.url, timezone: "Z" });
    try {
      const [rows] = await connection.query(sql, [...values]);
      return rows as unknown as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  }

  /** Ends it, or has it hang, until the function that it returns is called. */
  async interrupt(how: "stopped" | "hanging"): Promise<() => Promise<void>> {
    if (how === "stopped") {
      await stopProgram(this.#child);
      return async () => {
        this.#child = await this.#launch();
      };
    }
    this.#child.kill("SIGSTOP");
    return () => {
      this.#child.kill("SIGCONT");
      return Promise.resolve();
    };
  }

  /** Ends it for good, and removes its files. */
  async stop(): Promise<void> {
    await stopProgram(this.#child);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
