import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import type { TestContext } from "node:test";
import { createVerifier } from "@regrant/verify";
import { transform } from "esbuild";
import { PATIENCE, run } from "../consumer.ts";
import { listen } from "../listen.ts";
import { onPath } from "../need.ts";
import { freePort } from "../ports.ts";
import { Service } from "../service.ts";
import { needRuntime } from "./on-demand.ts";
import { packedEntries, packedProject } from "./project.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Loads each entry in both ways. */
const ENTRIES = `
  const names = globalThis.process.argv.slice(2);
  const empty = [];
  const check = (how, name, module) => Object.keys(module).length > 0 || empty.push(how + name);
  for (const name of names) check("require ", name, require(name));
  Promise.all(names.map(async (name) => check("import ", name, await import(name))))
    .then(() => console.log(JSON.stringify({ count: names.length, empty })));`;

/** Comes after the guide's program. */
const VERIFY = `
  const { createVerifier } = await import("@regrant/verify");
  const issuer = process.argv[2];
  const verifier = createVerifier({ issuer, audience: issuer });
  const { accessToken } = await client.getToken();
  const verdicts = [];
  for (const token of [accessToken, accessToken.replace(/.$/, "!")]) {
    const headers = new Headers({ authorization: "Bearer " + token });
    verdicts.push((await verifier.verify({ headers })).outcome);
  }
  verifier.close();
  console.log(JSON.stringify({ status: response.status, verdicts }));`;

let project = "";

before(async () => {
  project = await packedProject();
});

/** A runtime with a command line. */
interface Runtime {
  path: string | undefined;
  /** Before the program. */
  args: readonly string[];
  missing: string | false;
}

const [bun, deno] = await Promise.all([needRuntime("bun"), needRuntime("deno")]);
const RUNTIMES: Record<string, Runtime> = {
  "Node 24": await node(24, [process.execPath]),
  "Node 20": await node(20, onPath("node")),
  Bun: { ...bun, args: [] },
  Deno: { ...deno, args: ["run", "--allow-all", "--node-modules-dir=manual"] },
};

/** The first of these that is of a version. */
async function node(major: number, paths: readonly string[]): Promise<Runtime> {
  for (const path of paths) {
    const { stdout } = await run(path, ["--version"], ROOT);
    if (stdout.startsWith(`v${major}.`)) return { path, args: [], missing: false };
  }
  return { path: undefined, args: [], missing: `Node ${major} is not installed` };
}

for (const [name, { path = "", args, missing: skip }] of Object.entries(RUNTIMES)) {
  test(`${name} imports and requires every entry`, { skip, timeout: PATIENCE }, async () => {
    await writeFile(join(project, "entries.cjs"), ENTRIES);
    const { stdout } = await run(path, [...args, "entries.cjs", ...(await packedEntries())], project);
    const { count, empty } = JSON.parse(stdout) as { count: number; empty: string[] };
    assert.deepEqual(empty, []);
    assert.ok(count >= 11);
  });

  test(`${name} runs the guide's program, and verifies its token`, { skip, timeout: PATIENCE }, async (t) => {
    const { issuer, api, env, user } = await serve(t);
    t.after(() => rm(join(project, "data"), { recursive: true }));
    const guide = (await guidesProgram())
      .replaceAll("https://auth.example.com", issuer)
      .replaceAll("https://api.example.com", api);
    const { code } = await transform(`${guide}\n${VERIFY}`, { loader: "ts" });
    await writeFile(join(project, "guide.mjs"), code);
    const start = async (more: Record<string, string>) =>
      JSON.parse((await run(path, [...args, "guide.mjs", issuer], project, more)).stdout) as unknown;
    const expected = { status: 200, verdicts: ["accepted", "refused"] };
    assert.deepEqual(await start({ ...env, ...user }), expected, "after a login");
    assert.deepEqual(await start(env), expected, "with the session of before");
  });
}

/** The first TypeScript of "A Node service" in docs/client/index.md. */
async function guidesProgram(): Promise<string> {
  const text = await readFile(join(ROOT, "docs/client/index.md"), "utf8");
  const [, program] = /## A Node service\n[^]*?```ts\n([^]*?)```/.exec(text) ?? [];
  assert.ok(program);
  return program;
}

/** A real authorization server, an API that verifies its tokens, and what the guide's program takes from its environment. */
async function serve(t: TestContext) {
  const service = await Service.prepare(t, { REGRANT_SIGNING_ALGORITHM: "EdDSA" });
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  await service.serve({ port, env: { REGRANT_ISSUER: issuer } });
  const client = await service.createClient("--grant-type", "password", "--grant-type", "refresh_token");
  await service.createAccount("ada", "correct horse battery staple");
  const verifier = createVerifier({ issuer, audience: issuer });
  t.after(() => verifier.close());
  const api = await listen(t, (request, response) => {
    const headers = new Headers({ authorization: request.headers.authorization ?? "" });
    void verifier
      .verify({ headers })
      .then(({ outcome }) => response.writeHead(outcome === "accepted" ? 200 : 401).end());
  });
  const { client_id: CLIENT_ID, client_secret: CLIENT_SECRET } = client;
  const user = { API_USER: "ada", API_PASSWORD: "correct horse battery staple" };
  return { issuer, api, env: { CLIENT_ID, CLIENT_SECRET }, user };
}
