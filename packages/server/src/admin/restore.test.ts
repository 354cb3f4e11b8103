import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { startService } from "../testing.ts";
import { eventJson, parseEventLine } from "./events.ts";
import { replayEvents, restoreJson } from "./restore.ts";

const linesOf = (values: readonly unknown[]) =>
  Readable.from(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))));

test("an event survives its line of JSON, and what is not an event is none", async () => {
  const t = await startService();
  const client = await t.client();
  await t.deps.store.clients.disable(client.id, "host");
  for (const event of await t.deps.store.events.list({}, 100)) {
    assert.deepEqual(parseEventLine(JSON.stringify(eventJson(event))), event);
  }
  for (const line of ["", "{}", '{"id":1,"at":"2026-', "[]"]) assert.equal(parseEventLine(line), undefined);
  await t.close();
});

test("a replay applies what the store lacks, and reports what it skipped and lost", async () => {
  const t = await startService();
  const client = await t.client();
  const at = new Date(t.clock.at + 1000).toISOString();
  const data = { actor: "cli:root" };
  const report = await replayEvents(
    t.deps,
    linesOf([
      ...(await t.deps.store.events.list({}, 100)).map(eventJson),
      "",
      "no event",
      { id: 98, at, type: "client.disabled", client_id: client.id, data },
      { id: 99, at, type: "client.created", client_id: "lost", data },
    ]),
    "host",
  );
  const { read, known, unchanged, ...rest } = restoreJson(report);
  assert.deepEqual([read, known, unchanged], [report.known + 2, report.known, 1]);
  assert.deepEqual(rest, {
    applied: 1,
    applied_by_type: { "client.disabled": 1 },
    unreadable_lines: 1,
    lost: { grants: 0, clients: ["lost"], accounts: [] },
    settings_to_check: [],
    passwords_to_set: [],
  });
  assert.notEqual((await t.deps.store.clients.find(client.id))?.disabledAt, null);
  await t.close();
});

test("an input without an event is invalid, and leaves no event of a restore", async () => {
  const t = await startService();
  await assert.rejects(replayEvents(t.deps, linesOf(["no event"]), "host"), { code: "invalid" });
  assert.deepEqual(await t.deps.store.events.list({ type: "store.restored" }, 1), []);
  await t.close();
});
