import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { atProcessEnd } from "./process-end.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** How long a command may take, ms. */
export const PATIENCE = 120_000;
export const PACKAGES = [
  "@regrant/client",
  "@regrant/console",
  "@regrant/server",
  "@regrant/verify",
  "regrant",
];

const ROOT = join(import.meta.dirname, "..");
const PROGRAMS = ["consumer.ts", "verify-consumer.ts"];
/** What the programs import besides the packages. */
const PROGRAMS_OWN = ["@types/express", "@types/node", "express", "fastify", "hono"];

export interface Output {
  stdout: string;
  stderr: string;
}

/** What is read here of a package.json. */
interface Manifest {
  version: string;
  bin?: unknown;
  dependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

type Environment = Record<string, string>;

/** A project away from the repository that has the packed packages installed. */
export class Consumer {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs and installs. The folder is removed when the process ends. */
  static async prepare(): Promise<Consumer> {
    const consumer = new Consumer(temporaryFolder("package"));
    await consumer.#install();
    await consumer.#addPrograms();
    return consumer;
  }

  /** Without the condition that resolves the workspace's packages to their sources. */
  node(args: readonly string[]): Promise<Output> {
    return run(process.execPath, args, this.folder);
  }

  /** `npx regrant …`; npx may ask no registry. */
  regrant(args: readonly string[], env: Environment = {}): Promise<Output> {
    const [program, ...npx] = npmProgram("npx");
    return run(program, [...npx, "regrant", ...args], this.folder, env);
  }

  /** Starts `npx regrant serve` and waits until it listens; after the test, Ctrl-C ends it. */
  async serve(t: TestContext, env: Environment): Promise<string> {
    const [program, ...npx] = npmProgram("npx");
    const child = spawn(program, [...npx, "regrant", "serve", "--port", "0"], {
      cwd: this.folder,
      env: environment(env),
      stdio: ["ignore", "pipe", "ignore"],
      // A group of its own: a terminal's Ctrl-C reaches npx and what it started.
      detached: true,
    });
    const closed = once(child, "close");
    const interrupt = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    };
    const withdraw = atProcessEnd(interrupt);
    t.after(async () => {
      withdraw();
      interrupt();
      await closed;
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url !== undefined) return url;
    }
    throw new Error("npx regrant serve ended before it listened");
  }

  async manifest(name: string): Promise<Manifest> {
    const path = join(this.folder, "node_modules", name, "package.json");
    return JSON.parse(await readFile(path, "utf8")) as Manifest;
  }

  /**
   * Builds and packs as publishing does. The packages are unpacked, and npm links their command; what they depend on,
   * and nothing else, is linked from the repository, so that no registry is asked.
   */
  async #install(): Promise<void> {
    const modules = join(this.folder, "node_modules");
    const foreign = new Set(PROGRAMS_OWN);
    const packages = PACKAGES.flatMap((name) => ["--workspace", name]);
    await npm(["pack", ...packages, "--pack-destination", this.folder], ROOT);
    await mkdir(join(modules, "@regrant"), { recursive: true });
    for (const name of PACKAGES) {
      const start = new RegExp(`^${name.replace("@", "").replace("/", "-")}-\\d`);
      const [tarball = ""] = (await readdir(this.folder)).filter((file) => start.test(file));
      await run("tar", ["-xzf", tarball], this.folder);
      await rename(join(this.folder, "package"), join(modules, name));
      const { dependencies = {} } = await this.manifest(name);
      for (const dependency of Object.keys(dependencies)) foreign.add(dependency);
    }
    for (const name of foreign) {
      if (PACKAGES.includes(name)) continue;
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(ROOT, "node_modules", name), join(modules, name), "junction");
    }
    await npm(["rebuild", "regrant", "--ignore-scripts"], this.folder);
  }

  /** The programs that use the packages, and how a strict project compiles them. */
  async #addPrograms(): Promise<void> {
    for (const file of PROGRAMS) {
      await copyFile(join(import.meta.dirname, "package", file), join(this.folder, file));
    }
    await writeFile(join(this.folder, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
    const compilerOptions = {
      target: "es2024",
      module: "nodenext",
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(join(this.folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: PROGRAMS }));
  }
}

/** Runs a program in a folder, as a project of its own. */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  more: Environment = {},
): Promise<Output> {
  const env = environment(more);
  return promisify(execFile)(program, args, { cwd, env, timeout: PATIENCE, encoding: "utf8" });
}

/** PATH begins with the Node that runs this test; npm asks no registry, and knows nothing of an `npm test` around it. */
function environment(more: Environment): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const own = { PATH: path, NODE_OPTIONS: "", npm_config_offline: "true" };
  return { ...Object.fromEntries(inherited), ...own, ...more };
}

/** Under `npm test` it is the npm that runs it. */
function npmProgram(name: "npm" | "npx"): [program: string, ...args: string[]] {
  const npm = process.env["npm_execpath"];
  return npm === undefined ? [name] : [process.execPath, join(dirname(npm), `${name}-cli.js`)];
}

export async function npm(args: readonly string[], cwd: string): Promise<void> {
  const [program, ...first] = npmProgram("npm");
  await run(program, [...first, ...args], cwd);
}
