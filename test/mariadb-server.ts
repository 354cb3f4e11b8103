import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";

const run = promisify(execFile);
const PASSWORD = "regrant:tests/@";

/** A MariaDB server on a loopback port, with its files in a temporary folder and a database `laravel`. */
export class MariadbServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param program the server's executable; its own install script stands beside it or on the path */
  static async start(program: string): Promise<MariadbServer> {
    const folder = mkdtempSync(join(tmpdir(), "regrant-mariadb-"));
    const data = join(folder, "data");
    const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];
    await run("mariadb-install-db", ["--no-defaults", `--datadir=${data}`, "--skip-test-db", ...asRoot]);
    const init = join(folder, "init.sql");
    writeFileSync(
      init,
      `CREATE DATABASE laravel CHARACTER SET utf8mb4;
       CREATE USER laravel@'127.0.0.1' IDENTIFIED BY '${PASSWORD}';
       GRANT ALL ON laravel.* TO laravel@'127.0.0.1';\n`,
    );
    const port = await freePort();
    const place = [
      `--datadir=${data}`,
      `--socket=${join(folder, "socket")}`,
      `--pid-file=${join(folder, "pid")}`,
    ];
    const network = ["--bind-address=127.0.0.1", `--port=${port}`, "--skip-name-resolve"];
    const options = ["--no-defaults", ...asRoot, ...place, ...network, `--init-file=${init}`];
    // Nothing needs to outlive the machine.
    const child = spawn(program, [...options, "--innodb-flush-log-at-trx-commit=0"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    await ready(child);
    const user = `laravel:${encodeURIComponent(PASSWORD)}`;
    return new MariadbServer(`mysql://${user}@127.0.0.1:${port}/laravel`, child, folder);
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

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Rejects with what the server said if it ends first. */
function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("ready for connections")) resolve();
  });
  child.once("exit", (code) => reject(new Error(`mariadbd ended with ${code}:\n${said}`)));
  child.once("error", reject);
  return promise;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
