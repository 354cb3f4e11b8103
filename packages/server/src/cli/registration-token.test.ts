import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandLine } from "./testing.ts";

const regrant = new CommandLine();

test("a registration token is made, shown once, listed and ended", async () => {
  const args = ["registration-token", "create", "--name", "Partner", "--uses", "2"];
  const { id, registration_token: token, ...rest } = await regrant.one(args);
  assert.match(String(token), /^rgi_[\w-]{43}$/);
  const expires = Date.parse(String(rest["expires_at"])) - Date.now();
  assert.ok(Math.abs(expires - 604_800_000) < 60_000);

  const [listed] = await regrant.json(["registration-token", "list"]);
  assert.deepEqual([listed?.["id"], listed?.["name"], listed?.["uses_left"]], [id, "Partner", 2]);
  assert.equal(JSON.stringify(listed).includes(String(token)), false);
  const { stdout } = await regrant.run(["registration-token", "list"]);
  assert.match(stdout, /Partner\s+2\s+\d{4}-/);

  const removed = await regrant.one(["registration-token", "delete", String(id)]);
  assert.deepEqual(removed, { id, deleted: true });
  assert.deepEqual(await regrant.json(["registration-token", "list"]), []);
  const again = await regrant.run(["registration-token", "delete", String(id)]);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^regrant: registration token not found: /);
  const events = await regrant.json(["events", "--type", "registration_token"]);
  assert.equal(events.length, 2);
  assert.equal(JSON.stringify(events).includes(String(token)), false);
});

test("a registration token may last for ever, and the operator is told while it is of no use", async () => {
  const args = ["registration-token", "create", "--name", "Own", "--uses", "0", "--ttl", "0"];
  const made = await regrant.one(args);
  assert.deepEqual([made["uses_left"], made["expires_at"]], [null, null]);
  const { stdout, stderr } = await regrant.run(args);
  assert.match(stdout, /expires\s+never/);
  assert.match(stderr, /REGRANT_REGISTRATION/);
  const unnamed = await regrant.run(["registration-token", "create", "--name", " "]);
  assert.deepEqual([unnamed.code, unnamed.stderr], [1, "regrant: the name is empty\n"]);
});

test("a client for devices is registered by the short name of its grant type", async () => {
  const created = await regrant.one(["client", "create", "--name", "TV", "--grant-type", "device_code"]);
  assert.deepEqual(created["grant_types"], ["urn:ietf:params:oauth:grant-type:device_code"]);
});
