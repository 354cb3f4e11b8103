import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "..");
const PATIENCE = 120_000;
const PACKAGES = ["@regrant/client", "@regrant/server", "@regrant/verify", "regrant"];
const CONSUMERS = ["consumer.ts", "verify-consumer.ts"];
/** What the consumers import besides the packages. */
const CONSUMERS_OWN = ["@types/express", "@types/node", "express", "fastify", "hono"];
/** Settings of the commands: a database of their own, keys that are made at once. */
const SETTINGS = { REGRANT_DATABASE: "sqlite:installed.db", REGRANT_SIGNING_ALGORITHM: "EdDSA" };

let folder = "";
/** A project that has the packed packages installed. */
let consumer = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "regrant-package-"));
  consumer = join(folder, "consumer");
  await pack();
  await install();
});

after(() => rm(folder, { recursive: true, force: true }));

test("the package holds what runs and its types, and no test or source", async () => {
  const installed = join(consumer, "node_modules/@regrant/server");
  const files = (await readdir(installed, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
  for (const needed of [
    "dist/cli/main.js",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/store/sqlite/migrations/0001_initial.sql",
  ]) {
    assert.ok(files.includes(needed), `${needed} is missing`);
  }
  const unwanted = files.filter((file) =>
    /^src\b|\.test\.|(?<!\.d)\.ts$|simulation|contract|arbitraries|rotation-properties/.test(file),
  );
  assert.deepEqual(unwanted, []);
});

test("a strict consumer compiles against the package", { timeout: PATIENCE }, async () => {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await node([compiler, "--project", consumer]).catch((error: unknown) => error as Output);
  assert.equal(stdout, "");
});

test("the consumer opens the service, makes a client and refreshes", { timeout: PATIENCE }, async () => {
  const { stdout } = await node([join(consumer, "consumer.ts")]);
  assert.deepEqual(JSON.parse(stdout), {
    status: 200,
    expiresIn: 600,
    rotated: true,
    events: ["client.created", "grant.created"],
    refusal: "unauthorized_client",
    faults: 1,
    unsafe: 2,
    metrics: true,
  });
});

test(
  "the package that verifies tokens holds what runs, and a strict consumer runs it alone",
  { timeout: PATIENCE },
  async () => {
    const installed = join(consumer, "node_modules/@regrant/verify");
    const files = (await readdir(installed, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
    assert.ok(["index", "hono", "express", "fastify"].every((name) => files.includes(`dist/${name}.d.ts`)));
    assert.deepEqual(
      files.filter((file) => /^src\b|\.test\.|testing|(?<!\.d)\.ts$/.test(file)),
      [],
    );
    const { stdout } = await node([join(consumer, "verify-consumer.ts")]);
    assert.deepEqual(JSON.parse(stdout), {
      outcome: "refused",
      cause: "token_missing",
      status: 401,
      metadata: true,
    });
  },
);

test("the packed command is of the server's version, and asks for exactly that one", async () => {
  const [command, server] = await Promise.all(["regrant", "@regrant/server"].map(manifest));
  assert.deepEqual(command?.dependencies, { "@regrant/server": server?.version });
  assert.equal((await regrant(["--version"])).stdout.trim(), command?.version);
  assert.deepEqual([command?.version, server?.bin], [server?.version, undefined]);
});

test("npx finds the packed command, and it says its commands", { timeout: PATIENCE }, async () => {
  assert.match((await regrant(["--help"])).stdout, /^Usage: regrant[^]*\bserve\b[^]*\brestore\b/);
  assert.match((await regrant(["token", "--help"])).stdout, /^Usage: regrant token/);
});

test(
  "the packed command has the commands of an API's users, without a database",
  { timeout: PATIENCE },
  async () => {
    const env = { REGRANT_HOME: join(folder, "home") };
    const { code, stderr } = (await regrant(["token"], env).catch(
      (error: unknown) => error as Output & { code: number },
    )) as Output & { code: number };
    assert.deepEqual([code, stderr.split("\n")[0]], [1, "regrant: there is no login default"]);
    assert.match((await regrant(["logins"], env)).stderr, /^There are no logins/);
  },
);

test("what a hint of the packed command says can be typed as it stands", { timeout: PATIENCE }, async () => {
  const refused = await regrant(["client", "show", "nope"], SETTINGS).catch(
    (error: unknown) => error as Output,
  );
  const [hint, ...args] = /hint: npx (regrant client list)/.exec(refused.stderr)?.[1]?.split(" ") ?? [];
  assert.equal(hint, "regrant");
  await regrant(args, SETTINGS);
});

test("npx regrant serves, and a client that it made refreshes", { timeout: PATIENCE }, async (t) => {
  const print = async (...args: string[]) =>
    JSON.parse((await regrant([...args, "--json"], SETTINGS)).stdout) as Record<string, string>;
  const { client_id = "", client_secret = "" } = await print("client", "create", "--name", "Shop");
  const issued = await print("grant", "issue", "--client", client_id, "--subject", "customer-7");

  const url = await serve(t);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  const response = await fetch(`${url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id,
      client_secret,
      refresh_token: issued["refresh_token"] ?? "",
    }),
  });
  const refreshed = (await response.json()) as Record<string, string>;
  assert.equal(response.status, 200);
  assert.match(refreshed["refresh_token"] ?? "", /^rgr_/);
  assert.notEqual(refreshed["refresh_token"], issued["refresh_token"]);
});

test("a link of a packed README leads to the web or to a file of the package", async () => {
  for (const name of PACKAGES) {
    const readme = await readFile(join(consumer, "node_modules", name, "README.md"), "utf8");
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    for (const target of targets.filter((target) => !target.startsWith("https://"))) {
      assert.doesNotMatch(target, /\.\./, `${name}: npm packs nothing from outside of the package`);
      await access(join(consumer, "node_modules", name, target));
    }
  }
});

interface Output {
  stdout: string;
  stderr: string;
}

interface Manifest {
  version: string;
  bin?: unknown;
  dependencies?: Record<string, string>;
}

async function manifest(name: string): Promise<Manifest> {
  const path = join(consumer, "node_modules", name, "package.json");
  return JSON.parse(await readFile(path, "utf8")) as Manifest;
}

/** `npx regrant …` in the consumer's folder; npx may ask no registry. */
function regrant(args: readonly string[], env: Record<string, string> = {}): Promise<Output> {
  const [program, ...npx] = npmProgram("npx");
  return run(program, [...npx, "regrant", ...args], consumer, env);
}

/** Starts `npx regrant serve` and waits until it listens; after the test, Ctrl-C ends it. */
async function serve(t: TestContext): Promise<string> {
  const [program, ...npx] = npmProgram("npx");
  const child = spawn(program, [...npx, "regrant", "serve", "--port", "0"], {
    cwd: consumer,
    env: environment(SETTINGS),
    stdio: ["ignore", "pipe", "ignore"],
    // A group of its own: a terminal's Ctrl-C reaches npx and what it started.
    detached: true,
  });
  const closed = once(child, "close");
  t.after(async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await closed;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error("npx regrant serve ended before it listened");
}

/** Without the condition that resolves the workspace's packages to their sources. */
function node(args: readonly string[], env: Record<string, string> = {}): Promise<Output> {
  return run(process.execPath, args, consumer, env);
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  more: Record<string, string> = {},
): Promise<Output> {
  const env = environment(more);
  return promisify(execFile)(program, args, { cwd, env, timeout: PATIENCE, encoding: "utf8" });
}

/** PATH begins with the Node that runs this test; npm asks no registry, and knows nothing of an `npm test` around it. */
function environment(more: Record<string, string>): NodeJS.ProcessEnv {
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

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const [program, ...first] = npmProgram("npm");
  await run(program, [...first, ...args], cwd);
}

/** Builds and packs as publishing does. */
async function pack(): Promise<void> {
  await npm(["pack", "--workspaces", "--pack-destination", folder], ROOT);
}

/**
 * The packages themselves are unpacked, and npm links their commands; what they depend on, and nothing else, is linked
 * from the repository, so that no registry is asked.
 */
async function install(): Promise<void> {
  const modules = join(consumer, "node_modules");
  const foreign = new Set(CONSUMERS_OWN);
  await mkdir(join(modules, "@regrant"), { recursive: true });
  for (const name of PACKAGES) {
    const start = new RegExp(`^${name.replace("@", "").replace("/", "-")}-\\d`);
    const [tarball = ""] = (await readdir(folder)).filter((file) => start.test(file));
    await run("tar", ["-xzf", tarball], folder);
    await rename(join(folder, "package"), join(modules, name));
    for (const dependency of Object.keys((await manifest(name)).dependencies ?? {})) foreign.add(dependency);
  }
  for (const name of foreign) {
    if (PACKAGES.includes(name)) continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name), "junction");
  }
  await npm(["rebuild", "regrant", "--ignore-scripts"], consumer);
  for (const file of CONSUMERS) {
    await copyFile(join(import.meta.dirname, "package", file), join(consumer, file));
  }
  await writeFile(join(consumer, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
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
  await writeFile(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: CONSUMERS }));
}
