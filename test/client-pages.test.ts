import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { createTokenClient } from "@regrant/client";
import type { TokenStore } from "@regrant/client";
import { fileStore } from "@regrant/client/node";
import { redisStore } from "@regrant/client/redis";
import { sqlLockSchema, sqlStore, sqlStoreSchema } from "@regrant/client/sql";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import { transform } from "esbuild";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { TestServer } from "../packages/server/src/store/contract/postgres-server.ts";
import { needRedis } from "./need.ts";
import { startRedis } from "./redis-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = join(import.meta.dirname, "..");

const redisProgram = await needRedis();
const postgres = await TestServer.start();
after(() => postgres.stop());

test("the example for files calls an API with the session stored in its folder", async (t) => {
  const server = await start(t);
  const home = temporaryFolder("home");
  t.after(() => rm(home, { recursive: true }));
  await login(server, fileStore({ directory: join(home, ".config/example") }), "default", "example-cli");
  assert.equal(await ask(t, "node", server, { HOME: home }), "200");
});

test(
  "the example for Redis calls an API with the session stored in Redis",
  { skip: redisProgram.missing },
  async (t) => {
    const server = await start(t);
    const running = await startRedis(redisProgram.path);
    const { url } = running;
    t.after(() => running.kill());
    const redis = new Redis(url);
    t.after(() => redis.disconnect());
    await login(server, redisStore(redis), "customer-7", "example-service");
    assert.equal(await ask(t, "redis", server, {}, { "redis://127.0.0.1:6379": url }), "200");
  },
);

test("the example for SQL calls an API with the session stored in PostgreSQL", async (t) => {
  const server = await start(t);
  const url = await postgres.newDatabase("nothing");
  const dialect = "postgres";
  const written = (await page("sql")).replace(/\s+/g, " ");
  for (const schema of [sqlStoreSchema({ dialect }), sqlLockSchema({ dialect })]) {
    await postgres.query(url, schema);
    assert.ok(written.includes(schema), "the page shows the schema as it is");
  }
  const pool = new Pool({ connectionString: url });
  // A pool's end does not wait until its connections are closed; the server may end one of them first.
  pool.on("error", () => {});
  t.after(() => pool.end());
  await login(server, sqlStore(pool, { dialect }), "customer-7", "example-service");
  assert.equal(await ask(t, "sql", server, { DATABASE_URL: url }), "200");
});

test("the example for the hostile server runs", async (t) => {
  const example = (await examples("your-own")).find((program) => program.includes("hostileServer("));
  assert.ok(example);
  assert.equal(await execute(t, `${example}\nconsole.log("held");`), "held");
});

async function start(t: TestContext): Promise<HostileServer> {
  const server = await hostileServer();
  t.after(() => server.close());
  return server;
}

function login(server: HostileServer, store: TokenStore, key: string, clientId: string): Promise<void> {
  const { tokenEndpoint } = server;
  return createTokenClient({ tokenEndpoint, clientId, key, store }).set(server.login());
}

function page(adapter: string): Promise<string> {
  return readFile(join(ROOT, `docs/client/adapters/${adapter}.md`), "utf8");
}

/** The programs of a page, in order. */
async function examples(adapter: string): Promise<string[]> {
  return [...(await page(adapter)).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = ""]) => program);
}

/** Runs the page's first example against the server. @returns the status of the API's response */
async function ask(
  t: TestContext,
  adapter: string,
  { issuer, tokenEndpoint, resource }: HostileServer,
  env: Record<string, string>,
  more: Record<string, string> = {},
): Promise<string> {
  let [example = ""] = await examples(adapter);
  const real = {
    "https://auth.example.com/oauth/token": tokenEndpoint,
    "https://auth.example.com": issuer,
    "https://api.example.com/orders": resource,
    "https://api.example.com": issuer,
    ...more,
  };
  for (const [shown, used] of Object.entries(real)) example = example.replaceAll(shown, used);
  return execute(t, `${example}\nconsole.log(response.status);\nprocess.exit();`, env);
}

/** @returns the program's output */
async function execute(t: TestContext, program: string, env: Record<string, string> = {}): Promise<string> {
  const { code } = await transform(program, { loader: "ts" });
  // Inside the repository, so that it resolves the packages.
  const cache = join(ROOT, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = temporaryFolder("example", cache);
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "example.mjs");
  await writeFile(file, code);
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return (await promisify(execFile)(process.execPath, [file], options)).stdout.trim();
}
