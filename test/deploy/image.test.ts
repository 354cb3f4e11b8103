import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, globSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { randomBytes } from "node:crypto";
import { freePort } from "../ports.ts";
import { PATIENCE, startProgram, stopProgram } from "../program.ts";
import type { NewClient, TokenResponse } from "../service.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { refresh, successorIn } from "../token-request.ts";
import { addLibraries, buildWithoutEngine } from "./build-without-engine.ts";
import { findEngine } from "./engine.ts";
import { copyContext, execForm, pair, readDockerfile, textOf } from "./dockerfile.ts";

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const dockerfile = readDockerfile(join(ROOT, "deploy/image/Dockerfile"));
const image = dockerfile.stages.at(-1);
assert.ok(image);
const [uid = 0, gid = 0] = textOf(image, "USER").split(":").map(Number);
const DATA = textOf(image, "VOLUME");
const MODULES = "usr/local/lib/regrant/node_modules";

interface Manifest {
  version: string;
  devDependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as Manifest;
}

/** The tree of the image. */
let tree = "";
before(async () => {
  const folder = temporaryFolder("image");
  // The image's user comes through.
  chmodSync(folder, 0o711);
  tree = await buildWithoutEngine(dockerfile, folder);
});

test("the Dockerfile names the Node.js of package.json and the version of the command", () => {
  assert.equal(dockerfile.args.get("NODE_VERSION"), manifest("package.json").devDependencies["node"]);
  const versions = image.instructions.filter(({ text }) => text.startsWith("VERSION="));
  assert.deepEqual(versions, [
    { name: "ARG", text: `VERSION=${manifest("packages/regrant/package.json").version}` },
  ]);
});

test("the image runs without a shell and without root, and its data is the user's alone", () => {
  assert.ok(uid > 0 && gid > 0, textOf(image, "USER"));
  assert.deepEqual(
    [...execForm(textOf(image, "ENTRYPOINT")), ...execForm(textOf(image, "CMD"))],
    ["regrant", "serve"],
  );
  assert.equal(textOf(image, "STOPSIGNAL"), "SIGTERM");
  assert.equal(DATA, join(textOf(image, "WORKDIR"), "data"));
  assert.ok(image.instructions.every(({ name }) => name !== "ADD"));
});

test("an engine is sent no history, no installed packages, no data and no tests", async () => {
  const context = temporaryFolder("context");
  await copyContext(ROOT, context);
  assert.deepEqual(readdirSync(context).toSorted(), [
    "LICENSE",
    "deploy",
    "package-lock.json",
    "package.json",
    "packages",
    "scripts",
    "tsconfig.json",
  ]);
  const files = globSync("**/*", { cwd: context });
  assert.deepEqual(
    files.filter((file) => /node_modules|dist$|\.test\.ts$|\.env/.test(file)),
    [],
  );
  assert.deepEqual(readdirSync(join(context, "deploy")), ["image"]);
});

test("the tree holds the packages as published and what they need, and nothing to develop with", () => {
  const modules = join(tree, MODULES);
  const names = globSync(["*", "@*/*"], { cwd: modules }).filter((name) => !/^@[^/]*$/.test(name));
  for (const needed of ["regrant", "@regrant/server", "@regrant/client", "pg", "mysql2", "hono"]) {
    assert.ok(names.includes(needed), `${needed} is missing`);
  }
  const { peerDependencies = {} } = manifest("packages/server/package.json");
  const develop = Object.keys(manifest("package.json").devDependencies).filter(
    (name) => !(name in peerDependencies),
  );
  assert.deepEqual(
    names.filter((name) => develop.includes(name) || name.startsWith("@types/")),
    [],
  );
  const unwanted = filesOf(tree).filter((file) =>
    /\.(ts|map|npmrc|tgz)$|(^|\/)\.(git|env)|@regrant\/.*\.test\./.test(file),
  );
  assert.deepEqual(unwanted, []);
  const bytes = filesOf(modules).reduce((sum, file) => sum + lstatSync(join(modules, file)).size, 0);
  assert.ok(bytes < 18e6, `${bytes} bytes`);
});

const isRoot = process.getuid?.() === 0 && process.platform === "linux";
test(
  "the tree alone serves, as a user who can write only data: healthy, a client, tokens, a refresh, a stop",
  { skip: !isRoot && "only root can make the tree the root folder", timeout: 120_000 },
  async () => {
    await addLibraries(tree);
    mkdirSync(join(tree, "run/secrets"), { recursive: true });
    writeFileSync(join(tree, "run/secrets/master_key"), `${randomBytes(32).toString("base64url")}\n`);
    const writable = filesOf(tree).filter((file) => isWritable(join(tree, file)));
    assert.deepEqual(writable, [DATA.slice(1)]);
    const files = filesOf(tree);
    const port = await freePort();
    const settings = {
      REGRANT_HOST: "127.0.0.1",
      REGRANT_PORT: String(port),
      REGRANT_MASTER_KEY_FILE: "/run/secrets/master_key",
    };

    const service = await startProgram("unshare", inTree(execForm(textOf(image, "CMD"))), {
      env: environment(settings),
      ready: /Regrant listens on/,
      end: "SIGKILL",
    });
    await useService(`http://127.0.0.1:${port}`, (args) => runInTree(args, settings));
    const check = /CMD (\[.*)$/.exec(textOf(image, "HEALTHCHECK"))?.[1] ?? "";
    assert.equal(await runInTree(execForm(check).slice(1), settings), "live\n");
    await stopProgram(service);
    assert.equal(service.exitCode, 0);
    await assert.rejects(runInTree(execForm(check).slice(1), settings), { code: 1 });
    const written = filesOf(tree).filter((file) => !files.includes(file));
    assert.deepEqual(written, [`${DATA.slice(1)}/regrant.db`]);
  },
);

const engine = await findEngine(dockerfile);
test(
  "an engine builds the image, and a container of it serves: read-only, without capabilities",
  { skip: engine.missing, timeout: 900_000 },
  async (t) => {
    const name = `regrant-test-${process.pid}`;
    const port = await freePort();
    const run = async (...args: string[]) => (await execute(engine.path, args, { cwd: ROOT })).stdout.trim();
    t.after(() => run("rm", "--force", "--volumes", name));
    t.after(() => run("rmi", "--force", name));
    await run("build", "--file", "deploy/image/Dockerfile", "--tag", name, ".");
    const limits = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
    const published = [
      "--publish",
      `127.0.0.1:${port}:8787`,
      "--env",
      `REGRANT_ISSUER=http://localhost:${port}`,
    ];
    await run("run", "--detach", "--name", name, ...limits, ...published, name);
    const inContainer = (args: readonly string[]) => run("exec", name, "regrant", ...args);
    // The test's timeout bounds it.
    while (!(await inContainer(["health"]).catch(() => false))) await setTimeout(200);
    await useService(`http://127.0.0.1:${port}`, inContainer);
    await run("stop", "--time", "20", name);
    assert.equal(await run("wait", name), "0");
  },
);

/** Runs a command of the image and returns what it prints. */
type InImage = (args: readonly string[]) => Promise<string>;

/** Makes a client and a grant, and refreshes twice. */
async function useService(origin: string, inImage: InImage): Promise<void> {
  const client = JSON.parse(await inImage(["client", "create", "--name", "A", "--json"])) as NewClient;
  const issued = await inImage(["grant", "issue", "--client", client.client_id, "--subject", "1", "--json"]);
  const { refresh_token } = JSON.parse(issued) as TokenResponse;
  const successor = successorIn(await refresh(origin, client, refresh_token));
  assert.notEqual(successorIn(await refresh(origin, client, successor)), successor);
}

/** The arguments of `unshare` that run the image's command with the tree as the root folder, as the image's user. */
function inTree(args: readonly string[]): string[] {
  assert.ok(image);
  const folders = ["--root", tree, "--wd", textOf(image, "WORKDIR")];
  const user = ["--setgid", String(gid), "--setuid", String(uid)];
  return [...folders, ...user, ...execForm(textOf(image, "ENTRYPOINT")), ...args];
}

async function runInTree(args: readonly string[], settings: Record<string, string>): Promise<string> {
  const options = { env: environment(settings), timeout: PATIENCE };
  return (await execute("unshare", inTree(args), options)).stdout;
}

/** The image's own environment, with these settings. */
function environment(settings: Record<string, string>): Record<string, string> {
  assert.ok(image);
  const [name, value] = pair(textOf(image, "ENV"));
  return { PATH: "/usr/local/bin:/usr/bin:/bin", [name]: value, ...settings };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).toSorted();
}

/** Whether the image's user may write it. */
function isWritable(path: string): boolean {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return false;
  const bits = stat.uid === uid ? 0o200 : stat.gid === gid ? 0o020 : 0o002;
  return (stat.mode & bits) !== 0;
}
