import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Clock } from "../store/contract/fixtures.ts";
import { startService } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";
import { jsonLine, printable, printableLines } from "./printable.ts";
import { CommandLine } from "./testing.ts";

/** Colours, a cleared screen (also by one C1 character), a broken row, a hidden cursor, turned text, a tag. */
const HOSTILE = "a\u001b[31mRED\u001b[2J\u009b2J\r\nb\u0007\u202e\u2066\u2028\u{e0041}z";
const ACTIVE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const regrant = new CommandLine();
let service: TestService;
let client: TestClient;
let grantId: string;

before(async () => {
  const clock = new Clock();
  clock.at = Date.now();
  service = await startService({}, { folder: regrant.folder, clock });
  client = await service.client({ name: HOSTILE });
  await service.account(HOSTILE, "correct horse battery staple");
  await service.grant(client, { subject: HOSTILE });
  const [grant] = await service.deps.store.grants.list({ clientId: client.id }, { limit: 1 });
  grantId = grant?.id ?? "";
});
after(() => service.close());

test("a text keeps its letters, and loses what a terminal acts on", () => {
  for (const name of ["Größe: 5 €, 試", "متجر", "می‌خواهم", "👩‍👧"]) assert.equal(printable(name), name);
  assert.doesNotMatch(printable(HOSTILE), ACTIVE);
  assert.equal(printableLines("a\n  b\u001b"), "a\n  b\ufffd");
});

test("JSON keeps the value, with what a terminal acts on as escapes", () => {
  const value = { [HOSTILE]: [HOSTILE, "\ud800", 1, null] };
  assert.deepEqual(JSON.parse(jsonLine(value)), value);
  assert.doesNotMatch(jsonLine(value), ACTIVE);
});

/** Commands that print stored names, or what they were given. */
const COMMANDS: readonly (readonly string[])[] = [
  ["client", "list"],
  ["client", "list", "--json"],
  ["account", "list"],
  ["account", "list", "--json"],
  ["grant", "list"],
  ["grant", "list", "--json"],
  ["grant", "list", "--subject", HOSTILE],
  ["events"],
  ["events", "--json"],
  ["account", "disable", HOSTILE],
  ["account", "enable", "nobody\u001b[31m"],
  ["client", "show", "none\u001b[31m"],
  ["grant", "revoke", "--subject", HOSTILE],
];

for (const args of COMMANDS) {
  test(`no stored name reaches the terminal raw: ${args.map(printable).join(" ")}`, async () => {
    const { stdout, stderr } = await regrant.run(args);
    assert.ok((stdout + stderr).length > 0);
    for (const line of (stdout + stderr).split("\n")) assert.doesNotMatch(line, ACTIVE);
  });
}

test("no name of a client or grant that is shown, changed or deleted reaches the terminal raw", async () => {
  const { id } = client;
  for (const args of [
    ["client", "show", id],
    ["client", "update", id, "--access-ttl", "600"],
    ["client", "disable", id],
    ["grant", "show", grantId],
    ["grant", "explain", grantId],
    ["client", "delete", id],
    ["client", "create", "--name", HOSTILE],
  ]) {
    const { code, stdout, stderr } = await regrant.run(args);
    assert.equal(code, 0, stderr);
    for (const line of (stdout + stderr).split("\n")) assert.doesNotMatch(line, ACTIVE, args.join(" "));
  }
});

test("a name breaks no row of a table", async () => {
  const { stdout } = await regrant.run(["account", "list"]);
  assert.equal(stdout.trimEnd().split("\n").length, 2);
});
