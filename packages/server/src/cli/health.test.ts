import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { CommandLine, freePort } from "./testing.ts";

test("a service is live and ready, on its port, and by its URL", async (t) => {
  const regrant = new CommandLine();
  const port = String(await freePort());
  const env = { REGRANT_PORT: port, REGRANT_ISSUER: "https://example.com/auth", REGRANT_HOST: "0.0.0.0" };
  const { child, finished } = await regrant.serve(["--port", port], env);
  t.after(async () => {
    child.kill("SIGINT");
    await finished;
  });

  const table: [args: string[], said: string][] = [
    [["health"], "live\n"],
    [["health", "--ready"], "ready\n"],
    [["health", "--url", `http://127.0.0.1:${port}/auth/`], "live\n"],
  ];
  for (const [args, said] of table) {
    const { code, stdout, stderr } = await regrant.run(args, { env });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, said);
  }
});

test("a service that is about to stop is live, and not ready", async () => {
  const regrant = new CommandLine();
  const env = { REGRANT_SHUTDOWN_DELAY: "600" };
  const { child, address, finished } = await regrant.serve([], env);
  child.kill("SIGTERM");
  let ready = await regrant.run(["health", "--ready", "--url", address]);
  while (ready.code === 0) ready = await regrant.run(["health", "--ready", "--url", address]);
  assert.equal(ready.stderr, `regrant: ${address}/readyz: status 503\n`);
  assert.equal((await regrant.run(["health", "--url", address])).code, 0);
  child.kill("SIGTERM");
  await finished;
});

test("a service that is not there or silent is not live, and the reason is said", async (t) => {
  const regrant = new CommandLine();
  const port = String(await freePort());
  const absent = await regrant.run(["health"], { env: { REGRANT_PORT: port } });
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /^regrant: http:\/\/127\.0\.0\.1:\d+\/healthz: no response: .*ECONNREFUSED/);

  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  t.after(() => {
    silent.close();
    silent.closeAllConnections();
  });
  await once(silent, "listening");
  const { port: taken } = silent.address() as AddressInfo;
  const late = await regrant.run(["health"], { env: { REGRANT_PORT: String(taken) } });
  assert.equal(late.code, 1);
  assert.match(late.stderr, /no response: it took longer than 3 s$/m);
});

test("a check needs host and port alone, and opens no secret's file", async () => {
  const regrant = new CommandLine();
  const port = String(await freePort());
  // To open a pipe takes until somebody writes to it.
  const pipe = join(temporaryFolder("health"), "pipe");
  if (process.platform !== "win32") execFileSync("mkfifo", [pipe]);
  const env = { REGRANT_PORT: port, REGRANT_MASTER_KEY_FILE: pipe, REGRANT_WORKERS: "many" };
  const { code, stderr } = await regrant.run(["health"], { env });
  assert.equal(code, 1);
  assert.match(stderr, /ECONNREFUSED/);
});

test("with --wait it asks until the service is ready, or the time is over", async (t) => {
  const regrant = new CommandLine();
  const port = await freePort();
  const env = { REGRANT_PORT: String(port) };
  const late = await regrant.run(["health", "--wait", "1"], { env });
  assert.equal(late.code, 1);
  assert.match(late.stderr, /ECONNREFUSED/);

  const statuses = [503, 503, 200];
  const server = createServer((_, response) => response.writeHead(statuses.shift() ?? 500).end());
  t.after(() => server.close());
  const waiting = regrant.run(["health", "--ready", "--wait", "60"], { env });
  server.listen(port, "127.0.0.1");
  assert.equal((await waiting).stdout, "ready\n");
  assert.deepEqual(statuses, []);
});

test("with --pid it fails when the service has ended, also if another program has its port", async (t) => {
  const regrant = new CommandLine();
  const child = spawn(process.execPath, ["--eval", ""]);
  await once(child, "exit");
  const other = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  t.after(() => other.close());
  await once(other, "listening");
  const args = ["health", "--wait", "86400", "--pid", String(child.pid)];
  for (const port of [await freePort(), (other.address() as AddressInfo).port]) {
    const { code, stderr } = await regrant.run(args, { env: { REGRANT_PORT: String(port) } });
    assert.equal(code, 1);
    assert.equal(stderr, `regrant: process ${child.pid} has ended\n`);
  }
});

test("an address that cannot be asked is wrong usage", async () => {
  const regrant = new CommandLine();
  for (const [args, env] of [
    [["health"], { REGRANT_PORT: "0" }],
    [["health", "--url", "auth.example.com"], {}],
    [["health"], { REGRANT_PORT: "many" }],
  ] as const) {
    assert.equal((await regrant.run(args, { env })).code, 2);
  }
});
