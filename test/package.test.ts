import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
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
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "..");
const PATIENCE = 120_000;
const PACKAGES = ["client", "server", "verify"];
const CONSUMERS = ["consumer.ts", "verify-consumer.ts"];

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
    "bin/regrant.js",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/store/sqlite/migrations/0001_initial.sql",
  ]) {
    assert.ok(files.includes(needed), `${needed} is missing`);
  }
  const unwanted = files.filter((file) => /^src\b|\.test\.|(?<!\.d)\.ts$|simulation|contract/.test(file));
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

test("the packed command says its version and its commands", { timeout: PATIENCE }, async () => {
  const command = join(consumer, "node_modules/@regrant/server/bin/regrant.js");
  const manifest = await readFile(join(ROOT, "packages/server/package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  assert.equal((await node([command, "--version"])).stdout.trim(), version);
  assert.match((await node([command, "--help"])).stdout, /^Usage: regrant[^]*\bserve\b[^]*\brestore\b/);
});

test(
  "the packed command has the commands of an API's users, without a database",
  { timeout: PATIENCE },
  async () => {
    const command = join(consumer, "node_modules/@regrant/server/bin/regrant.js");
    const env = { REGRANT_HOME: join(folder, "home") };
    const refusal = node([command, "token"], env).catch(
      (error: unknown) => error as Output & { code: number },
    );
    const { code, stderr } = (await refusal) as Output & { code: number };
    assert.deepEqual([code, stderr.split("\n")[0]], [1, "regrant: there is no login default"]);
    assert.match((await node([command, "logins"], env)).stderr, /^There are no logins/);
  },
);

interface Output {
  stdout: string;
  stderr: string;
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
  const env = { ...process.env, NODE_OPTIONS: "", ...more };
  return promisify(execFile)(program, args, { cwd, env, timeout: PATIENCE, encoding: "utf8" });
}

/** Builds and packs as publishing does. */
async function pack(): Promise<void> {
  const workspaces = PACKAGES.flatMap((name) => ["--workspace", `@regrant/${name}`]);
  const args = ["pack", ...workspaces, "--offline", "--pack-destination", folder];
  // Under `npm test` it is the npm that runs it.
  const npm = process.env["npm_execpath"];
  if (npm === undefined) await run("npm", args, ROOT);
  else await run(process.execPath, [npm, ...args], ROOT);
}

/** The packages themselves are unpacked; what they depend on is linked from the repository, so that no registry is asked. */
async function install(): Promise<void> {
  const modules = join(consumer, "node_modules");
  await mkdir(join(modules, "@regrant"), { recursive: true });
  for (const name of PACKAGES) {
    const [tarball = ""] = (await readdir(folder)).filter((file) => file.startsWith(`regrant-${name}-`));
    await run("tar", ["-xzf", tarball], folder);
    await rename(join(folder, "package"), join(modules, "@regrant", name));
  }
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (name.startsWith(".") || name === "@regrant") continue;
    await symlink(join(ROOT, "node_modules", name), join(modules, name), "junction");
  }
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
