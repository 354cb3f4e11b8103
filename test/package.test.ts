import assert from "node:assert/strict";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { anchorsOf, linksOf } from "../scripts/markdown-links.ts";
import { Consumer, PACKAGES, PATIENCE } from "./consumer.ts";
import type { Output } from "./consumer.ts";

const ROOT = join(import.meta.dirname, "..");
/** Settings of the commands: a database of their own, keys that are made at once. */
const SETTINGS = { REGRANT_DATABASE: "sqlite:installed.db", REGRANT_SIGNING_ALGORITHM: "EdDSA" };

const consumer = await Consumer.prepare();

test("the package holds what runs and its types, and no test or source", async () => {
  const installed = join(consumer.folder, "node_modules/@regrant/server");
  const files = (await readdir(installed, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
  for (const needed of [
    "dist/cli/main.js",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/pages/demo/client/main.js",
    "dist/test-kit/index.js",
    "dist/store/sqlite/migrations/0001_initial.sql",
  ]) {
    assert.ok(files.includes(needed), `${needed} is missing`);
  }
  const unwanted = files.filter((file) => /^src\b|\.test\.|(?<!\.d)\.ts$|contract/.test(file));
  assert.deepEqual(unwanted, []);
});

test("a strict consumer compiles against the package", { timeout: PATIENCE }, async () => {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await consumer
    .node([compiler, "--project", consumer.folder])
    .catch((error: unknown) => error as Output);
  assert.equal(stdout, "");
});

test("the consumer opens the service, makes a client and refreshes", { timeout: PATIENCE }, async () => {
  const { stdout } = await consumer.node([join(consumer.folder, "consumer.ts")]);
  assert.deepEqual(JSON.parse(stdout), {
    ttl: 600,
    login: "not_found",
    heard: "grant.created host",
    tested: "signed",
    status: 200,
    expiresIn: 600,
    rotated: true,
    events: ["client.created", "grant.created"],
    refusal: "not_found",
    grant: "active",
    faults: 1,
    unsafe: 2,
    metrics: true,
  });
});

test(
  "the package that verifies tokens holds what runs, and a strict consumer runs it alone",
  { timeout: PATIENCE },
  async () => {
    const installed = join(consumer.folder, "node_modules/@regrant/verify");
    const files = (await readdir(installed, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
    assert.ok(["index", "hono", "express", "fastify"].every((name) => files.includes(`dist/${name}.d.ts`)));
    assert.deepEqual(
      files.filter((file) => /^src\b|\.test\.|testing|(?<!\.d)\.ts$/.test(file)),
      [],
    );
    const { stdout } = await consumer.node([join(consumer.folder, "verify-consumer.ts")]);
    assert.deepEqual(JSON.parse(stdout), {
      outcome: "refused",
      cause: "token_missing",
      status: 401,
      metadata: true,
    });
  },
);

test("the packed command is of the server's version, and asks for exactly that one", async () => {
  const [command, server] = await Promise.all(
    ["regrant", "@regrant/server"].map((name) => consumer.manifest(name)),
  );
  assert.deepEqual(command?.dependencies, { "@regrant/server": server?.version });
  assert.equal((await consumer.regrant(["--version"])).stdout.trim(), command?.version);
  assert.deepEqual([command?.version, server?.bin], [server?.version, undefined]);
});

test("npx finds the packed command, and it says its commands", { timeout: PATIENCE }, async () => {
  assert.match((await consumer.regrant(["--help"])).stdout, /^Usage: regrant[^]*\bserve\b[^]*\brestore\b/);
  assert.match((await consumer.regrant(["token", "--help"])).stdout, /^Usage: regrant token/);
});

test(
  "the packed command has the commands of an API's users, without a database",
  { timeout: PATIENCE },
  async () => {
    const env = { REGRANT_HOME: join(consumer.folder, "home") };
    const { code, stderr } = (await consumer
      .regrant(["token"], env)
      .catch((error: unknown) => error as Output & { code: number })) as Output & { code: number };
    assert.deepEqual([code, stderr.split("\n")[0]], [1, "regrant: login not found: default"]);
    assert.match((await consumer.regrant(["logins"], env)).stderr, /^There are no logins/);
  },
);

test("what a hint of the packed command says can be typed as it stands", { timeout: PATIENCE }, async () => {
  const refused = await consumer
    .regrant(["client", "show", "nope"], SETTINGS)
    .catch((error: unknown) => error as Output);
  const [hint, ...args] = /hint: .*npx (regrant client list)/.exec(refused.stderr)?.[1]?.split(" ") ?? [];
  assert.equal(hint, "regrant");
  await consumer.regrant(args, SETTINGS);
});

test("npx regrant serves, and a client that it made refreshes", { timeout: PATIENCE }, async (t) => {
  const print = async (...args: string[]) =>
    JSON.parse((await consumer.regrant([...args, "--json"], SETTINGS)).stdout) as Record<string, string>;
  const { client_id = "", client_secret = "" } = await print("client", "create", "--name", "Shop");
  const issued = await print("grant", "issue", "--client", client_id, "--subject", "customer-7");

  const url = await consumer.serve(t, SETTINGS);
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
    const readme = await readFile(join(consumer.folder, "node_modules", name, "README.md"), "utf8");
    for (const { target } of linksOf(readme).filter(({ target }) => !target.startsWith("https://"))) {
      assert.doesNotMatch(target, /\.\./, `${name}: npm packs nothing from outside of the package`);
      const [path = "", anchor] = target.split("#");
      if (path !== "") await access(join(consumer.folder, "node_modules", name, path));
      if (anchor !== undefined) assert.ok(anchorsOf(readme).has(anchor), `${name}: ${target}`);
    }
  }
});

test(
  "mysql2 is installed by those who need it, and both commands that do say so",
  { timeout: PATIENCE },
  async () => {
    const server = await consumer.manifest("@regrant/server");
    assert.equal(server.dependencies?.["mysql2"], undefined);
    assert.deepEqual(server.peerDependenciesMeta?.["mysql2"], { optional: true });
    const address = "mysql://laravel:secret@127.0.0.1:1/laravel";
    const env = {
      ...SETTINGS,
      REGRANT_PASSPORT_KEY: `base64:${Buffer.alloc(32, 7).toString("base64")}`,
      REGRANT_PASSPORT_DATABASE: address,
    };
    for (const args of [
      ["serve", "--port", "0"],
      ["import", "passport", "--dry-run"],
    ]) {
      await assert.rejects(consumer.regrant(args, env), (error: Output & { code: number }) => {
        assert.match(error.stderr, /the package mysql2 is not installed/);
        assert.match(error.stderr, /hint: .*npm install mysql2/);
        assert.doesNotMatch(error.stderr, /secret/);
        assert.equal(error.code, 2);
        return true;
      });
    }
  },
);
