import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { launch } from "./browser.ts";
import { PATIENCE, run } from "./consumer.ts";
import type { Output } from "./consumer.ts";
import { needChromium, onPath } from "./need.ts";
import type { Program } from "./need.ts";
import { installPacked } from "./packed.ts";
import { needRuntime } from "./runtimes/on-demand.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = join(import.meta.dirname, "..");

interface Manifest {
  readonly version: string;
  readonly exports: Record<string, Record<string, string>>;
}

let folder = "";
/** A project with only the packed package installed. */
let consumer = "";
let origin = "";
const server = createServer((request, response) => void answer(request, response));

before(async () => {
  folder = temporaryFolder("client-package");
  consumer = join(folder, "consumer");
  await install();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.close().closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** The result of a whole session, in every runtime (test/package/client-runtime.mjs). */
const LIFE = {
  before: "access-1",
  statuses: [200],
  after: "access-2",
  state: "ended",
  ended: "session_ended: cleared",
};
const LIFE_WITH_FILES = { ...LIFE, free: "held", core: "function" };

test("the package contains every entry and its types, and no test, simulation or source", async () => {
  const installed = join(consumer, "node_modules/@regrant/client");
  const files = (await readdir(installed, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
  for (const [entry, targets] of Object.entries((await manifest("package.json")).exports)) {
    assert.deepEqual(Object.keys(targets), ["regrant-source", "types", "default"], `${entry}: types first`);
    for (const name of ["types", "default"]) {
      assert.ok(files.includes((targets[name] ?? "").slice(2)), `${entry} has no ${name}`);
    }
  }
  assert.ok(files.includes("README.md") && files.includes("LICENSE"));
  const unwanted = files.filter((file) => /^src\b|\.test\.|simulation|(?<!\.d)\.ts$/.test(file));
  assert.deepEqual(unwanted, []);
});

test("the JSR manifest has the same version and entries", async () => {
  const [npm, jsr] = await Promise.all([manifest("package.json"), manifest("jsr.json")]);
  const sources = Object.entries(npm.exports).map(([entry, targets]) => [entry, targets["regrant-source"]]);
  assert.equal(jsr.version, npm.version);
  assert.deepEqual(jsr.exports, Object.fromEntries(sources));
});

const [bun, deno] = await Promise.all([needRuntime("bun"), needRuntime("deno")]);

test("JSR accepts the package", { skip: deno.missing, timeout: PATIENCE }, async () => {
  await run(deno.path, ["publish", "--dry-run", "--allow-dirty"], join(ROOT, "packages/client"));
});

test(
  "a strict project with only the platform's types compiles against it",
  { timeout: PATIENCE },
  async () => {
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "--project", consumer], consumer).catch(
      (error: unknown) => error as Output,
    );
    assert.equal(stdout, "");
  },
);

/** The Node of the machine, beside the one that runs the tests. */
const [machines] = onPath("node").filter((node) => !node.startsWith(ROOT));
const RUNTIMES: Record<string, Program> = {
  "this Node": { path: process.execPath, missing: false },
  "the machine's own Node": { path: machines ?? "", missing: machines === undefined && "there is no other" },
  Deno: deno,
  Bun: bun,
};

for (const [name, { path, missing: skip }] of Object.entries(RUNTIMES)) {
  test(
    `a session lives its life, in memory and in files, under ${name}`,
    { skip, timeout: PATIENCE },
    async () => {
      const place = name.replaceAll(/\W/g, "-");
      const options = name === "Deno" ? ["run", "--allow-all"] : [];
      const args = [join(consumer, "client-runtime-files.mjs"), `${origin}/${place}`, join(folder, place)];
      const { stdout } = await run(path, [...options, ...args], consumer);
      assert.deepEqual(JSON.parse(stdout), LIFE_WITH_FILES);
    },
  );
}

const browser = await needChromium();

test(
  "a session works in a page of another origin",
  { skip: browser.missing, timeout: PATIENCE },
  async (t) => {
    const page = await (await launch(t, browser)).newPage();
    await page.goto(`${origin.replace("127.0.0.1", "localhost")}/page`);
    const life = await page.evaluate(
      `import("/files/client-runtime.mjs").then(({ prove }) => prove("${origin}/page"))`,
    );
    assert.deepEqual(life, LIFE);
  },
);

/** Number of refreshes per runtime, by the first path segment. */
const refreshes = new Map<string, number>();

/** An authorization server, an API that accepts only the second access token, and the page's files. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, runtime = "", what = "", ...rest] = (request.url ?? "").split("/");
  if (runtime === "files") return file([what, ...rest], response);
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-headers", "authorization");
  response.setHeader("access-control-expose-headers", "www-authenticate, date, retry-after");
  if (what === "token") {
    const form = new URLSearchParams(await text(request));
    const n = form.get("grant_type") === "refresh_token" ? (refreshes.get(runtime) ?? 1) + 1 : 1;
    refreshes.set(runtime, n);
    const answered = { access_token: `access-${n}`, refresh_token: `refresh-${n}`, expires_in: 3600 };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answered));
  } else if (
    what === "api" &&
    request.method !== "OPTIONS" &&
    request.headers.authorization !== "Bearer access-2"
  ) {
    response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).end();
  } else if (what === "") {
    const imports = {
      "@regrant/client": "/files/core/index.js",
      "@regrant/client/background": "/files/core/background.js",
      "@regrant/client/fetch": "/files/core/fetch.js",
      "@regrant/client/grants": "/files/core/grants.js",
    };
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`);
  } else response.end();
}

async function file([place = "", ...path]: string[], response: ServerResponse): Promise<void> {
  const dist = join(consumer, "node_modules/@regrant/client/dist");
  response.setHeader("content-type", "text/javascript");
  response.end(await readFile(place === "core" ? join(dist, ...path) : join(consumer, place)));
}

/** A separate project that has the packed client. */
async function install(): Promise<void> {
  await installPacked(join(consumer, "node_modules"), ["client"]);
  for (const name of ["client-consumer.ts", "client-runtime.mjs", "client-runtime-files.mjs"]) {
    await copyFile(join(import.meta.dirname, "package", name), join(consumer, name));
  }
  await writeFile(join(consumer, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022", "dom"],
    module: "nodenext",
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const project = { compilerOptions, files: ["client-consumer.ts"] };
  await writeFile(join(consumer, "tsconfig.json"), JSON.stringify(project));
}

async function manifest(name: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, "packages/client", name), "utf8")) as Manifest;
}
