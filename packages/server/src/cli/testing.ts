import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { endWithProcess } from "../../../../test/program.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";

/** What `regrant` runs. */
export const BINARY = join(import.meta.dirname, "../../../regrant/bin/regrant.js");

/** An undefined variable is not set. */
type Environment = Record<string, string | undefined>;

/** What a finished command left. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs until it is stopped. */
export interface Running {
  child: ChildProcess;
  /** Settles when the process ends. */
  finished: Promise<Finished>;
  /** All of standard output, when `text` has come in it. */
  said: (text: string) => Promise<string>;
}

/** Runs the real binary on the database of one folder, with nothing of this process's own settings. */
export class CommandLine {
  readonly folder: string;
  readonly database: string;
  readonly #env: Environment;

  /** @param folder unless given, a new one, which is removed when the process ends */
  constructor(folder = temporaryFolder()) {
    this.folder = folder;
    this.database = `sqlite:${join(folder, "regrant.db")}`;
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      REGRANT_DATABASE: this.database,
      // Its keys are made at once.
      REGRANT_SIGNING_ALGORITHM: "EdDSA",
      REGRANT_HOME: join(folder, "home"),
      TZ: "UTC",
    };
  }

  /** `env` is added to the command's environment; `input` is its standard input. */
  async run(
    args: readonly string[],
    { input = "", env = {} }: { input?: string | Uint8Array; env?: Environment } = {},
  ): Promise<Finished> {
    const child = this.#spawn(args, env);
    child.stdin?.end(input);
    return finish(child);
  }

  /** Runs a command that must succeed, and parses what it printed: one value a line. */
  async json(args: readonly string[], input = ""): Promise<Record<string, unknown>[]> {
    const { code, stdout, stderr } = await this.run([...args, "--json"], { input });
    assert.equal(code, 0, stderr);
    return parseLines(stdout);
  }

  /** The one object that a command printed. */
  async one(args: readonly string[], input = ""): Promise<Record<string, unknown>> {
    const values = await this.json(args, input);
    const [value] = values;
    assert.ok(value !== undefined && values.length === 1, `${values.length} lines`);
    return value;
  }

  /** Starts a command that goes on. */
  start(args: readonly string[], env: Environment = {}): Running {
    const child = this.#spawn(args, env);
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => (stdout += part));
    const finished = finish(child);
    const said = async (wanted: string) => {
      const ended = finished.then(({ stderr }) => assert.fail(`it ended: ${stderr}`));
      ended.catch(() => {});
      while (!stdout.includes(wanted)) await Promise.race([once(child.stdout ?? child, "data"), ended]);
      return stdout;
    };
    return { child, finished, said };
  }

  /** Starts `serve` on a free port and waits until it listens at `http://127.0.0.1:PORT`. */
  async serve(args: readonly string[] = [], env: Environment = {}): Promise<Running & { address: string }> {
    const running = this.start(["serve", "--port", "0", ...args], env);
    const address = /listens on (\S+)/.exec(await running.said("\n"))?.[1];
    assert.ok(address);
    return { ...running, address };
  }

  #spawn(args: readonly string[], env: Environment): ChildProcess {
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd: this.folder,
      env: { ...this.#env, ...env },
    });
    endWithProcess(child);
    return child;
  }
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** JSON lines. */
export function parseLines(lines: string): Record<string, unknown>[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** What a process leaves that was just started. */
export async function finish(child: ChildProcess): Promise<Finished> {
  const { stdout, stderr } = child;
  assert.ok(stdout && stderr);
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
  return { code: child.exitCode, stdout: out, stderr: err };
}
