import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Clock, HOUR } from "../store/contract/fixtures.ts";
import { startService } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";
import { CommandLine } from "./testing.ts";

const regrant = new CommandLine();
const clock = new Clock();
const NOW = Date.now();
let service: TestService;
let client: TestClient;

before(async () => {
  clock.at = NOW - 5 * HOUR;
  service = await startService({}, { folder: regrant.folder, clock });
  client = await service.client({ name: "Shop" });
  clock.at = NOW - HOUR;
  await service.grant(client, { subject: "customer-7" });
});

after(() => service.close());

test("events are told a line each, and by type, time and number", async () => {
  const all = await regrant.json(["events"]);
  const types = all.map(({ type }) => type);
  assert.deepEqual(types, ["key.created", "key.created", "client.created", "grant.created"]);
  const { id, at, data, ...names } = all[3] ?? {};
  assert.deepEqual([id, at], [4, new Date(NOW - HOUR).toISOString()]);
  assert.deepEqual(data, { via: "test", scope: "read write" });
  assert.deepEqual(Object.keys(names), ["type", "client_id", "subject", "grant_id"]);

  const idsOf = async (...flags: string[]) => (await regrant.json(["events", ...flags])).map(({ id }) => id);
  const [byType, byAge, byTime, line, none, wrong] = await Promise.all([
    idsOf("--type", "key", "--limit", "1"),
    idsOf("--since", "2h"),
    idsOf("--since", new Date(NOW - 6 * HOUR).toISOString(), "--after", "2"),
    regrant.run(["events", "--subject", "customer-7"]),
    regrant.run(["events", "--subject", "nobody"]),
    regrant.run(["events", "--since", "yesterday"]),
  ]);
  assert.deepEqual([byType, byAge, byTime], [[1], [4], [3, 4]]);
  assert.match(
    line.stdout,
    /^\S+\+00:00 {2}grant\.created {9}client=\S+ {2}client_name=Shop {2}subject=customer-7 {2}grant=\S+ {2}via=test {2}scope="read write"\n$/,
  );
  assert.deepEqual(none, { code: 0, stdout: "", stderr: "No matching events.\n" });
  assert.equal(wrong.code, 2);
});

test("a type that no event has is reported, with the nearest one", async () => {
  const [group, near, far] = await Promise.all(
    ["account", "grant.reuse", "token"].map((type) => regrant.run(["events", "--type", type])),
  );
  assert.deepEqual(group, { code: 0, stdout: "", stderr: "No matching events.\n" });
  assert.equal(near?.stderr, 'No event has the type grant.reuse; did you mean "grant.reused"?\n');
  assert.equal(far?.stderr, "No event has the type token.\n");
});

test("following, new events come as they happen, until a signal ends it with 0", async () => {
  const { child, said, finished } = regrant.start(["events", "--follow", "--json", "--type", "client"]);
  await said("client.created");
  await service.deps.store.clients.disable(client.id, "cli:root");
  await said("client.disabled");
  child.kill("SIGTERM");
  const { code, stdout } = await finished;
  assert.equal(code, 0);
  assert.equal(stdout.trimEnd().split("\n").length, 2);
});

test("keys are listed, rotated and distrusted, and there is always one to seal with", async () => {
  const [first] = await regrant.json(["keys", "list"]);
  assert.deepEqual(statesOf(first), [["signs"], ["seals"]]);
  // Whoever rotates may not know the service's settings: the algorithm in use stays.
  const env = { REGRANT_SIGNING_ALGORITHM: undefined };
  const { stdout } = await regrant.run(["keys", "rotate", "--json"], { env });
  const rotated = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(rotated["algorithm"], "EdDSA");
  assert.ok(Date.parse(String(rotated["active_at"])) > Date.now() + 290_000);
  await regrant.one(["keys", "distrust", "1"]);
  const [last] = await regrant.json(["keys", "list"]);
  assert.deepEqual(statesOf(last), [
    ["signs", "next"],
    ["distrusted", "seals"],
  ]);
  assert.equal((await regrant.one(["keys", "rotate", "--mac"]))["number"], 3);
  assert.equal((await regrant.run(["keys", "distrust", "77"])).code, 1);
  // A kid may begin with a hyphen.
  assert.equal((await regrant.run(["keys", "distrust", "--json", "--", String(rotated["kid"])])).code, 0);
  const [kept] = await regrant.json(["keys", "list"]);
  assert.ok(!JSON.stringify(kept).includes(String(rotated["kid"])));
});

test("times are told as people read them, and as numbers in JSON", async () => {
  const lines = (await regrant.run(["events", "--type", "key"])).stdout;
  assert.match(lines, /  active_at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00  /);
  assert.doesNotMatch(lines, /=\d{10}\b/);
  const { data } = await regrant.one(["events", "--type", "key", "--limit", "1"]);
  assert.equal(typeof (data as Record<string, unknown>)["active_at"], "number");
  await regrant.one(["client", "rotate-secret", client.id, "--overlap", "90000"]);
  assert.match(
    (await regrant.run(["events", "--type", "client.secret_rotated"])).stdout,
    /overlap="1 d 1 h"/,
  );
  await service.deps.store.events.record({
    type: "grant.generation_ahead",
    data: { generation: 2, distance: -1, age_ms: 402_652 },
  });
  assert.match(
    (await regrant.run(["events", "--type", "grant.generation_ahead"])).stdout,
    /  generation=2  distance=-1  age="6 min 42 s"\n$/,
  );
});

function statesOf(keys: Record<string, unknown> | undefined): string[][] {
  const states = (name: string) => ((keys ?? {})[name] as { state: string }[]).map(({ state }) => state);
  return [states("signing"), states("mac")];
}
