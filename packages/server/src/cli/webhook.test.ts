import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { CommandLine } from "./testing.ts";

const commands = new CommandLine();
const env = { REGRANT_WEBHOOK_PRIVATE_ADDRESSES: "true" };
const regrant = {
  run: (args: readonly string[]) => commands.run(args, { env }),
  async json(args: readonly string[]) {
    const { stdout } = await commands.run([...args, "--json"], { env });
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  },
};
const paths: string[] = [];
const receiver = createServer((request, response) => {
  paths.push(request.url ?? "");
  response.writeHead(request.url === "/gone" ? 410 : 204).end();
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
after(() => receiver.close());
const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

test("a webhook is created, its secret shown once, tested, changed, paused, resumed and deleted", async () => {
  const [created] = await regrant.json([
    "webhook",
    "create",
    "--url",
    `${origin}/ok`,
    "--event",
    "grant",
    "--event",
    "key.distrusted",
  ]);
  const { secret, ...webhook } = created ?? {};
  assert.match(String(secret), /^whsec_/);
  assert.deepEqual(webhook["events"], ["grant", "key.distrusted"]);
  const id = String(webhook["id"]);
  assert.deepEqual(await regrant.json(["webhook", "list"]), [webhook]);
  const delivered = await regrant.run(["webhook", "test", id]);
  assert.match(delivered.stdout, /^The message was delivered in \d+ ms\.\n$/);
  await regrant.json(["webhook", "update", id, "--url", `${origin}/gone`]);
  const gone = await regrant.run(["webhook", "test", id]);
  assert.deepEqual([gone.code, paths], [1, ["/ok", "/gone"]]);
  assert.match(gone.stderr, /410 Gone/);
  const [rotated] = await regrant.json(["webhook", "rotate-secret", id, "--overlap", "60"]);
  assert.notEqual(rotated?.["secret"], secret);
  for (const [command, status] of [
    ["pause", "paused"],
    ["resume", "enabled"],
  ] as const) {
    const [changed] = await regrant.json(["webhook", command, id]);
    assert.deepEqual([changed?.["status"], changed?.["changed"]], [status, true]);
  }
  const shown = await regrant.run(["webhook", "show", id]);
  assert.match(shown.stdout, /status +enabled\n/);
  assert.deepEqual(await regrant.json(["webhook", "dead-letters", id]), []);
  assert.deepEqual(await regrant.json(["webhook", "replay", id]), [{ requested: 0 }]);
  await regrant.run(["webhook", "delete", id]);
  const late = await regrant.run(["webhook", "show", id]);
  assert.match(late.stderr, /^regrant: webhook not found: /);
});

test("an update without a change, and a webhook that cannot be, are refused", async () => {
  const [nothing, wrong] = await Promise.all([
    regrant.run(["webhook", "update", "7d0c"]),
    regrant.run(["webhook", "create", "--url", "ftp://receiver.example/", "--event", "grant"]),
  ]);
  assert.equal(nothing.code, 2);
  assert.match(wrong.stderr, /url must be an https URL\./);
});
