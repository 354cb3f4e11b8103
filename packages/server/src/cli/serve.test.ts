import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { CommandLine, finish, freePort, parseLines } from "./testing.ts";
import type { Running } from "./testing.ts";

/** Shells that people paste commands into, as they are without anybody's settings. */
const SHELLS = [
  ["sh", "-eu", "-c"],
  ["bash", "--noprofile", "--norc", "-eu", "-c"],
] as const;

test("a stopped service takes no new connection, finishes what is in flight, and exits with 0", async () => {
  const regrant = new CommandLine();
  const { child, address, finished } = await regrant.serve();
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname);
  const answer = text(socket);
  const body = "grant_type=refresh_token";
  const head = `POST /oauth/token HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
  socket.write(`${head}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
  // The service has begun with the request when it asks for the body.
  await once(socket, "data");
  child.kill("SIGTERM");
  await refused(address);
  socket.write(body);
  assert.match(await answer, /HTTP\/1\.1 401 Unauthorized/);

  const { code, stdout, stderr } = await finished;
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `Regrant listens on ${address}\n`);
  const lines = parseLines(stderr);
  assert.deepEqual(
    lines.map(({ msg }) => msg).filter((msg) => msg !== "key.created"),
    ["listening", "stopping: requests in flight may finish", "refused", "stopped"],
  );
  const said = lines.find(({ msg }) => msg === "listening");
  assert.deepEqual([said?.["level"], said?.["issuer"]], ["info", address]);
  // The last connection closed the database in order.
  assert.equal(existsSync(join(regrant.folder, "regrant.db-wal")), false);
});

/** Waits until nobody accepts connections at `address`. */
async function refused(address: string): Promise<void> {
  for (;;) {
    const accepted = await fetch(`${address}/healthz`).then(
      () => true,
      () => false,
    );
    if (!accepted) return;
  }
}

test("a certificate that cannot be read is an error of the configuration", async () => {
  const env = { REGRANT_TLS_CERTIFICATE: "none.pem", REGRANT_TLS_KEY: "none.key" };
  const { code, stderr } = await new CommandLine().run(["serve"], { env });
  assert.deepEqual(
    [code, /^ {2}tlsCertificate: cannot read .*none\.pem: no such file/m.test(stderr)],
    [2, true],
  );
  assert.doesNotMatch(stderr, /internal error/);
});

test("before it stops, a service says so at /readyz and closes each connection, and serves on meanwhile", async () => {
  const regrant = new CommandLine();
  const { child, address, finished } = await regrant.serve([], { REGRANT_SHUTDOWN_DELAY: "2" });
  const ready = await fetch(`${address}/readyz`);
  assert.deepEqual([ready.status, ready.headers.get("connection")], [200, "keep-alive"]);
  child.kill("SIGTERM");
  let stopping = ready;
  while (stopping.status === 200) stopping = await fetch(`${address}/readyz`);
  assert.equal(stopping.status, 503);
  assert.deepEqual(await stopping.json(), { status: "stopping" });
  for (const path of ["/healthz", "/.well-known/jwks.json", "/oauth/sign-out"]) {
    const { status, headers } = await fetch(`${address}${path}`);
    assert.deepEqual([status, headers.get("connection")], [200, "close"], path);
  }
  const { code, stderr } = await finished;
  assert.equal(code, 0, stderr);
  const times = parseLines(stderr)
    .filter(({ msg }) => msg === "stopping: requests in flight may finish" || msg === "stopped")
    .map(({ time }) => Date.parse(String(time)));
  assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 2000, stderr);
});

test("Ctrl-C waits for no load balancer and for no idle connection", async () => {
  const regrant = new CommandLine();
  const { child, address, finished } = await regrant.serve([], { REGRANT_SHUTDOWN_DELAY: "30" });
  // Its connection stays open.
  await (await fetch(`${address}/healthz`)).text();
  child.kill("SIGINT");
  const { code, stderr } = await finished;
  assert.equal(code, 0, stderr);
  const [stopping, stopped] = ["stopping: requests in flight may finish", "stopped"].map((msg) =>
    Date.parse(String(parseLines(stderr).find((line) => line["msg"] === msg)?.["time"])),
  );
  assert.ok((stopped ?? 0) - (stopping ?? 0) < 1000, stderr);
});

test("a proxy that is not trusted is warned of once, by its address and the setting", async () => {
  const regrant = new CommandLine();
  const { child, address, finished } = await regrant.serve();
  for (let i = 0; i < 3; i += 1) {
    await fetch(`${address}/healthz`, { headers: { "x-forwarded-for": `203.0.113.${i}` } });
  }
  child.kill("SIGINT");
  const warnings = parseLines((await finished).stderr).filter(({ level }) => level === "warn");
  assert.deepEqual(
    warnings.map(({ peer }) => peer),
    ["127.0.0.1"],
  );
  assert.match(String(warnings[0]?.["msg"]), /REGRANT_TRUSTED_PROXIES/);
});

test("metrics have an address of their own, and a second signal ends the service at once", async () => {
  const regrant = new CommandLine();
  const port = await freePort();
  const { child, address, finished } = await regrant.serve([
    "--metrics",
    String(port),
    "--log-level",
    "error",
  ]);
  const metrics = `http://127.0.0.1:${port}/metrics`;
  await fetch(`${address}/oauth/token`, { method: "POST", body: new URLSearchParams({ a: "b" }) });
  const page = await (await fetch(metrics)).text();
  assert.match(
    page,
    /^regrant_requests_total\{endpoint="token",grant_type="",outcome="[a-z_]+",status="400"\} 1$/m,
  );
  assert.match(page, /^process_cpu_seconds_total /m);
  assert.equal((await fetch(metrics, { method: "POST" })).status, 405);
  assert.equal((await fetch(`${address}/metrics`)).status, 404);

  const { port: own, hostname } = new URL(address);
  const socket = connect(Number(own), hostname);
  socket.on("error", () => {});
  socket.write("POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  await once(socket, "data");
  child.kill("SIGINT");
  await refused(address);
  child.kill("SIGINT");
  const { code, stderr } = await finished;
  assert.deepEqual([code, stderr], [130, ""]);
});

test("the demo prints commands and a sign-in that work as they are, also when it starts again", async () => {
  const regrant = new CommandLine();
  const first = await regrant.serve(["--demo"]);
  const printed = await first.said("Ctrl-C stops the service.");
  const commands = /^SERVICE=[^]*?; echo$(?=\n\nThe data)/m.exec(printed)?.[0] ?? assert.fail(printed);
  assert.match(commands, /^CLIENT_ID=\S{36}\nCLIENT_SECRET=\S{40}$/m);
  assert.ok(printed.includes(join(regrant.folder, "regrant.db.key")));
  const file = join(regrant.folder, "regrant.db.demo.json");
  assert.ok(printed.includes(file));
  assert.equal(statSync(file).mode & 0o077, 0);
  const { password = "" } = JSON.parse(readFileSync(file, "utf8")) as { password?: string };
  assert.ok(printed.includes(`page      ${first.address}/demo\n  username  demo\n  password  ${password}\n`));
  const link = new RegExp(`console   ${first.address}/console/link#\\S{43}\n  username  operator\n`);
  assert.match(printed, link);
  assert.match(await (await fetch(first.address)).text(), /href="[^"]*\/console"/);
  for (const shell of SHELLS) await followsThrough(shell, commands);
  await stop(first);

  const second = await regrant.serve(["--demo"]);
  const again = await second.said("Ctrl-C stops the service.");
  await stop(second);
  const withoutPort = (text: string) =>
    text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1").replace(/\/console\/link#\S{43}/, "/console/link");
  assert.equal(withoutPort(again), withoutPort(printed));
  const clients = await regrant.json(["client", "list"]);
  assert.deepEqual(clients.map(({ name }) => String(name)).toSorted(), ["Demo", "Demo in the browser"]);
});

test("the demo of a database whose secrets it does not know prints how to get new ones", async () => {
  const regrant = new CommandLine();
  const client = await regrant.one(["client", "create", "--name", "Shop"]);
  const demo = await regrant.serve(["--demo"]);
  const printed = await demo.said("Ctrl-C stops the service.");
  const home = await (await fetch(demo.address)).text();
  await stop(demo);
  assert.ok(printed.includes(`rotate-secret ${String(client["client_id"])}`), printed);
  assert.doesNotMatch(printed, /password {2}/);
  assert.equal(existsSync(join(regrant.folder, "regrant.db.demo.json")), false);
  assert.match(home, /Sign in with an account of yours/);
  // It is told which client it added, and how to remove that.
  const remove = /npx regrant (client delete \S{36})\n/.exec(printed)?.[1] ?? assert.fail(printed);
  assert.equal((await regrant.json(["client", "list"])).length, 2);
  await regrant.run(remove.split(" "));
  assert.deepEqual(
    (await regrant.json(["client", "list"])).map(({ name }) => name),
    ["Shop"],
  );
});

async function stop({ child, finished }: Running): Promise<void> {
  child.kill("SIGINT");
  const { code, stderr } = await finished;
  // Without being asked for a log, the demo writes none.
  assert.deepEqual([code, stderr], [0, ""]);
}

async function followsThrough([shell, ...flags]: (typeof SHELLS)[number], commands: string): Promise<void> {
  const { PATH = "" } = process.env;
  const child = spawn(shell, [...flags, commands], { env: { PATH }, stdio: ["ignore", "pipe", "pipe"] });
  const { code, stdout, stderr } = await finish(child);
  assert.deepEqual([code, stderr], [0, ""]);
  const answers = parseLines(stdout.replace(/^[^{].*$/gm, ""));
  const [issued, asForm, asMultipart, introspected, revoked, after] = answers;
  for (const tokens of [issued, asForm, asMultipart]) {
    assert.match(String(tokens?.["refresh_token"]), /^rgr_/, JSON.stringify(tokens));
  }
  assert.notEqual(asForm?.["refresh_token"], asMultipart?.["refresh_token"]);
  assert.equal(introspected?.["active"], true);
  assert.deepEqual([revoked, after], [{}, { active: false }]);
  assert.equal(answers.length, 6);
}
