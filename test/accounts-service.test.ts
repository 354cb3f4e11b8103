import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import * as nodeService from "../examples/accounts-service.ts";
import { needPhp } from "./need.ts";
import { freePort } from "./ports.ts";
import { startProgram, stopProgram } from "./program.ts";
import { Service } from "./service.ts";
import { post } from "./token-request.ts";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
// Characters that JSON and a form must encode.
const USERNAME = "ada+müller@example.com";
const PASSWORD = 'p&ss="w%rd\\ ä +';
const PHP_SERVICE = join(import.meta.dirname, "../examples/accounts-service.php");

const php = await needPhp();

test("a service in Node.js says whose password it is", { timeout: 60_000 }, async (t) => {
  const port = await freePort();
  const check = async (username: string, password: string) =>
    username === USERNAME && password === PASSWORD ? { id: "customer-7", name: "Ada" } : undefined;
  const start = async () => {
    const { stop } = await nodeService.start({ port, secret: SECRET, check });
    t.after(stop);
    return stop;
  };
  await proveAccounts(t, port, start);
});

test("a service in PHP says whose password it is", { skip: php.missing, timeout: 120_000 }, async (t) => {
  const port = await freePort();
  const service = await Service.prepare(t);
  const users = join(service.folder, "users.json");
  const hashing = ["-r", "echo password_hash($argv[1], PASSWORD_BCRYPT, ['cost' => 5]);", "--", PASSWORD];
  const { stdout: hash } = await promisify(execFile)(php.path, hashing);
  await writeFile(
    users,
    JSON.stringify({ [USERNAME]: { id: "customer-7", name: "Ada", password_hash: hash } }),
  );
  const start = async () => {
    const env = { ...process.env, ACCOUNTS_SECRET: SECRET, USERS_FILE: users, TMPDIR: service.folder };
    const args = ["-S", `127.0.0.1:${port}`, PHP_SERVICE];
    const child = await startProgram(php.path, args, { env, ready: /Development Server .*started/ });
    const stop = () => stopProgram(child, "SIGKILL");
    t.after(stop);
    return stop;
  };
  await proveAccounts(t, port, start);
});

/** @param start starts the service on `port`; it gives its stop */
async function proveAccounts(t: TestContext, port: number, start: () => Promise<() => Promise<void>>) {
  const accounts = { REGRANT_ACCOUNTS_URL: `http://127.0.0.1:${port}/`, REGRANT_ACCOUNTS_SECRET: SECRET };
  const service = await Service.prepare(t, accounts);
  const client = await service.createClient("--grant-type", "password", "--grant-type", "refresh_token");
  const server = await service.serve();
  const ask = (password: string) => {
    const { client_id, client_secret } = client;
    const credentials = { client_id, client_secret, username: USERNAME, password };
    return post(`${server.url}/oauth/token`, { grant_type: "password", ...credentials });
  };

  const stop = await start();
  const right = await ask(PASSWORD);
  assert.equal(right.status, 200, JSON.stringify(right.body));
  const [, payload = ""] = (right.body.access_token ?? "").split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { sub: string };
  assert.equal(claims.sub, "customer-7");
  const wrong = await ask(`${PASSWORD}x`);
  assert.deepEqual([wrong.status, wrong.body.error], [400, "invalid_grant"]);

  // What was signed with another secret is no answer to whom it asks.
  const forged = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
      "webhook-signature": `v1,${randomBytes(32).toString("base64")}`,
    },
    body: JSON.stringify({ username: USERNAME, password: PASSWORD }),
  });
  assert.equal(forged.status, 401);

  await stop();
  const down = await ask(PASSWORD);
  assert.deepEqual([down.status, down.body.error], [503, "temporarily_unavailable"]);
  assert.ok((down.retryAfter ?? 0) >= 1);
  await start();
  assert.equal((await ask(PASSWORD)).status, 200);
  assert.ok(![PASSWORD, SECRET].some((secret) => server.output().includes(secret)));
}
