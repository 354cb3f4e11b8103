import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { pino } from "pino";
import { createRegrant } from "../regrant.ts";
import type { Regrant } from "../regrant.ts";
import { openPostgresStore } from "../store/postgres/engine.ts";
import { TestServer } from "../store/contract/postgres-server.ts";
import { Clock } from "../store/contract/fixtures.ts";
import { StoreBusyError } from "../store/store.ts";
import { Throttle } from "./throttle.ts";

const server = await TestServer.start();
after(() => server.stop());

const LIMITS = { clientFailuresPerMinute: 3, usernameFailuresPerAddress: 3, usernameFailuresPerMinute: 100 };

/** Two services on one new database, as two nodes run them. */
async function twoNodes(t: TestContext): Promise<{ url: string; here: Regrant; there: Regrant }> {
  const url = await server.newDatabase();
  const options = {
    ...LIMITS,
    database: url,
    issuer: "https://auth.example",
    masterKey: randomBytes(32).toString("base64url"),
    signingAlgorithm: "EdDSA",
    logger: pino({ level: "silent" }),
    clientAddress: () => "192.0.2.1",
  } as const;
  const here = await createRegrant(options);
  const there = await createRegrant(options);
  t.after(() => Promise.all([here.close(), there.close()]));
  return { url, here, there };
}

async function token(node: Regrant, fields: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(fields);
  return (await node.fetch(new Request("https://auth.example/oauth/token", { method: "POST", body }))).status;
}

test("a client blocked by one node is refused by another from its next failure there", async (t) => {
  const { url, here, there } = await twoNodes(t);
  const { client_id, client_secret = "" } = await here.admin.clients.create({
    name: "Test",
    grantTypes: ["refresh_token"],
  });
  const right = { grant_type: "refresh_token", client_id, client_secret, refresh_token: "x" };
  const wrong = { ...right, client_secret: "wrong" };
  assert.deepEqual([await token(here, right), await token(there, right)], [400, 400]);
  assert.deepEqual(await server.query(url, "SELECT * FROM failures"), [], "a right secret counts nothing");

  for (let i = 0; i < 3; i += 1) assert.equal(await token(here, wrong), 401);
  assert.equal(await token(here, wrong), 429);
  // Until it fails there, the other node does not know.
  assert.equal(await token(there, wrong), 401);
  assert.equal(await token(there, wrong), 429);
  // A right secret is no guess.
  assert.deepEqual([await token(here, right), await token(there, right)], [400, 400]);
});

test("failures of one username that are spread over two nodes meet the limit together", async (t) => {
  const { here, there } = await twoNodes(t);
  const { client_id, client_secret = "" } = await here.admin.clients.create({
    name: "Test",
    grantTypes: ["password"],
  });
  await here.admin.accounts.create({ username: "ada", password: "right" });
  const fields = { grant_type: "password", client_id, client_secret, username: "ada" };
  for (const node of [here, there, here]) {
    assert.equal(await token(node, { ...fields, password: "wrong" }), 400);
  }
  assert.equal(await token(here, { ...fields, password: "right" }), 429);
  assert.equal(await token(there, { ...fields, password: "wrong" }), 400);
  assert.equal(await token(there, { ...fields, password: "right" }), 429);
});

test("the shared count starts again after its minute, and old counts are swept", async (t) => {
  const url = await server.newDatabase();
  const clock = new Clock();
  const store = await openPostgresStore(url, { now: clock.now });
  t.after(() => store.close());
  const { failures } = store;
  assert.ok(failures);
  assert.deepEqual(await failures.count(["b", "a"], 60), [
    { count: 1, remaining: 60_000 },
    { count: 1, remaining: 60_000 },
  ]);
  clock.at += 59_999;
  assert.deepEqual(await failures.count(["a"], 60), [{ count: 2, remaining: 1 }]);
  clock.at += 1;
  assert.deepEqual(await failures.count(["a"], 60), [{ count: 1, remaining: 60_000 }]);
  assert.deepEqual(await store.sweep({ limit: 10, eventRetention: 86_400 }), { removed: 1, done: true });
  assert.deepEqual(await server.query(url, "SELECT key, count FROM failures"), [{ key: "a", count: 1 }]);
});

test("a flood of failures is swept to its end", async (t) => {
  const clock = new Clock();
  const store = await openPostgresStore(await server.newDatabase(), { now: clock.now });
  t.after(() => store.close());
  const keys = Array.from({ length: 25 }, (_, i) => `key ${i}`);
  await store.failures?.count(keys, 60);
  clock.at += 60_000;
  const removed: number[] = [];
  for (let done = false; !done;) {
    const swept = await store.sweep({ limit: 10, eventRetention: 86_400 });
    removed.push(swept.removed);
    ({ done } = swept);
  }
  assert.deepEqual(removed, [10, 10, 5]);
});

test("concurrent failures over two nodes are each counted once", async (t) => {
  const url = await server.newDatabase();
  const [here, there] = await Promise.all([openPostgresStore(url), openPostgresStore(url)]);
  t.after(() => Promise.all([here.close(), there.close()]));
  const [one, other] = [here.failures, there.failures];
  assert.ok(one && other);
  const counted = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      (i % 2 === 0 ? one : other).count(i % 4 < 2 ? ["a", "b"] : ["b", "a"], 60),
    ),
  );
  for (const key of ["a", "b"]) {
    const counts = counted.map((two, i) => two[i % 4 < 2 === (key === "a") ? 0 : 1]?.count);
    assert.deepEqual(
      counts.toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
  }
});

test("while the shared store does not answer, a node's own count stands", async () => {
  const count = () => Promise.reject(new StoreBusyError("away"));
  const throttle = new Throttle({ cause: "too_many_failures", perMinute: 3, shared: { count } });
  for (let i = 0; i < 3; i += 1) await throttle.count("192.0.2.1");
  assert.ok(throttle.wait("192.0.2.1") > 0);
});
