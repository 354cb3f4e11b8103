import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess, ChildProcessByStdio } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { endWithProcess, PATIENCE, stopProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const COMMAND = join(import.meta.dirname, "../packages/regrant/bin/regrant.js");

/** What `--json` prints of a new client, where it is used here. */
export interface NewClient {
  client_id: string;
  client_secret: string;
}

/** A token answer (RFC 6749 §5.1) as it is on the wire. */
export interface TokenResponse {
  token_type: string;
  expires_in: number;
  access_token: string;
  refresh_token: string;
}

/** A server process that listens. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** The last 4,000 characters that it printed, on both streams. */
  output(): string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Asks it to stop and waits until it did; the exit code. */
  stop(): Promise<number | null>;
}

export interface ServeOptions {
  /** Default: any free one. */
  port?: number;
  env?: Record<string, string>;
  /** Further flags of the command. */
  flags?: readonly string[];
  /** Node's own flags. */
  nodeFlags?: readonly string[];
  /** How long it may take until it listens, ms. */
  patience?: number;
}

/** Regrant on a database of its own, in real processes, for one test. */
export class Service {
  readonly folder: string;
  readonly database: string;
  readonly #settings: Record<string, string>;
  readonly #command: string;
  readonly #running: Set<ChildProcess>;

  private constructor(
    folder: string,
    settings: Record<string, string>,
    command = COMMAND,
    running = new Set<ChildProcess>(),
  ) {
    this.folder = folder;
    this.database = join(folder, "regrant.db");
    this.#settings = settings;
    this.#command = command;
    this.#running = running;
  }

  /**
   * An empty folder for the data; after the test, whatever still runs is ended and the folder removed.
   *
   * @param settings environment of every process; `REGRANT_DATABASE` is a file in the folder unless it says otherwise
   */
  static async prepare(t: TestContext, settings: Record<string, string> = {}): Promise<Service> {
    const service = new Service(temporaryFolder(), settings);
    t.after(async () => {
      await Promise.all([...service.#running].map((child) => stopProgram(child, "SIGKILL")));
      await rm(service.folder, { recursive: true, force: true });
    });
    return service;
  }

  /** The same service, with processes of another version. @param command its `regrant.js` */
  by(command: string): Service {
    return new Service(this.folder, this.#settings, command, this.#running);
  }

  /** Starts `regrant serve` on the loopback interface and waits for the line that says it listens. */
  async serve({
    port = 0,
    env = {},
    flags = [],
    nodeFlags = [],
    patience = PATIENCE,
  }: ServeOptions = {}): Promise<RunningServer> {
    const address = ["--host", "127.0.0.1", "--port", String(port)];
    const child = spawn(process.execPath, [...nodeFlags, this.#command, "serve", ...address, ...flags], {
      cwd: this.folder,
      env: this.#environment(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithProcess(child);
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    const output = keepOutput(child);
    const url = await listeningUrl(child, output, patience);
    return {
      url,
      port: Number(new URL(url).port),
      output,
      kill: () => stopProgram(child, "SIGKILL"),
      stop: () => stop(child),
    };
  }

  /** Runs `regrant` with these arguments and returns what it printed. Rejects if it fails. */
  async run(args: readonly string[], input = ""): Promise<string> {
    const running = promisify(execFile)(process.execPath, [this.#command, ...args], {
      cwd: this.folder,
      env: this.#environment({}),
      timeout: PATIENCE,
      maxBuffer: 64 * 1024 * 1024,
    });
    running.child.stdin?.end(input);
    return (await running).stdout;
  }

  async createClient(...flags: readonly string[]): Promise<NewClient> {
    return JSON.parse(
      await this.run(["client", "create", "--name", "Test", ...flags, "--json"]),
    ) as NewClient;
  }

  /** @returns its subject */
  async createAccount(username: string, password: string): Promise<string> {
    const args = ["account", "create", "--username", username, "--password-stdin", "--json"];
    return (JSON.parse(await this.run(args, password)) as { subject: string }).subject;
  }

  /** @returns the refresh token of each new grant */
  async issueGrants(client: NewClient, subject: string, count: number): Promise<string[]> {
    const about = ["--client", client.client_id, "--subject", subject, "--count", String(count)];
    const answers = jsonLines<TokenResponse>(await this.run(["grant", "issue", ...about, "--json"]));
    assert.equal(answers.length, count);
    return answers.map((answer) => answer.refresh_token);
  }

  /** Looks into the SQLite file through a connection of its own. */
  query(sql: string, ...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    const database = new DatabaseSync(this.database, { timeout: PATIENCE });
    try {
      return database.prepare(sql).all(...values);
    } finally {
      database.close();
    }
  }

  /** Nothing that configures a developer's own Regrant reaches the test. */
  #environment(env: Record<string, string>): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("REGRANT_"));
    const database = { REGRANT_DATABASE: `sqlite:${this.database}` };
    return { ...Object.fromEntries(inherited), ...database, ...this.#settings, ...env };
  }
}

export function jsonLines<T>(text: string): T[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as T);
}

/** Reads both streams, so that neither ever fills up, and remembers the end. */
function keepOutput(child: ChildProcessByStdio<null, Readable, Readable>): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  return () => output;
}

/** The address in the line that a server prints when it listens. */
function listeningUrl(
  child: ChildProcessByStdio<null, Readable, Readable>,
  output: () => string,
  patience: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`regrant serve ${what}\n${output()}`));
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`did not listen within ${patience} ms`);
    }, patience);
    child.once("close", (code) => {
      clearTimeout(late);
      fail(`ended with ${code} before it listened`);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
  });
}

async function stop(child: ChildProcess): Promise<number | null> {
  await stopProgram(child);
  return child.exitCode;
}
