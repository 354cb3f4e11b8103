import assert from "node:assert/strict";
import { beforeEach, test, type TestContext } from "node:test";
import { clientKey, countClientFailure } from "./client-failures.ts";
import type { FailureStore } from "../store/store.ts";
import { Throttle } from "./throttle.ts";

const CLIENT = "0190a5c8-0000-7000-8000-000000000001";
const OTHER = "0190a5c8-0000-7000-8000-000000000002";

/** The keys that a store would get. */
const shared = new Set<string>();
let failures: Throttle;
beforeEach(() => {
  shared.clear();
  const count: FailureStore["count"] = async (keys) => {
    for (const key of keys) shared.add(key);
    return [];
  };
  failures = new Throttle({ cause: "too_many_failures", perMinute: 3, shared: { count } });
});

function fixClock(t: TestContext): TestContext["mock"]["timers"] {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 0, 1) });
  return t.mock.timers;
}

async function failClient(clientId: string, address: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await countClientFailure(failures, clientId, address);
}

function waitOf(clientId: string, address: string): number {
  return failures.wait(clientKey(clientId, address));
}

test("a client is blocked at the limit, for the rest of the minute since the first failure", async (t) => {
  const clock = fixClock(t);
  await failClient(CLIENT, "192.0.2.1", 2);
  assert.equal(waitOf(CLIENT, "192.0.2.1"), 0);
  clock.tick(20_500);
  await failClient(CLIENT, "192.0.2.1", 1);
  assert.equal(waitOf(CLIENT, "192.0.2.1"), 40);
  clock.tick(39_499);
  assert.equal(waitOf(CLIENT, "192.0.2.1"), 1);
  clock.tick(1);
  assert.equal(waitOf(CLIENT, "192.0.2.1"), 0);
  await failClient(CLIENT, "192.0.2.1", 2);
  assert.equal(waitOf(CLIENT, "192.0.2.1"), 0);
});

test("failures further apart than the limit's minute never block", async (t) => {
  const clock = fixClock(t);
  for (let i = 0; i < 20; i += 1) {
    await failClient(CLIENT, "192.0.2.1", 1);
    clock.tick(30_000);
    assert.equal(waitOf(CLIENT, "192.0.2.1"), 0);
  }
});

test("only the address and the client that failed are blocked", async () => {
  await failClient(CLIENT, "192.0.2.1", 3);
  assert.ok(waitOf(CLIENT, "192.0.2.1") > 0);
  assert.equal(waitOf(CLIENT, "192.0.2.2"), 0);
  assert.equal(waitOf(OTHER, "192.0.2.1"), 0);
});

test("an address that fails with ever other ids is told to wait, under whatever id it fails next", async () => {
  for (const id of ["a", "b", "c"]) assert.equal(await countClientFailure(failures, id, "192.0.2.1"), 0);
  assert.ok((await countClientFailure(failures, "d", "192.0.2.1")) > 0);
  assert.equal(await countClientFailure(failures, "d", "192.0.2.2"), 0);
  assert.equal(waitOf(CLIENT, "192.0.2.1"), 0);
});

test("while an address is told to wait, its failures add nothing, and others' are counted", async () => {
  for (const id of ["a", "b", "c"]) await failClient(id, "192.0.2.1", 1);
  for (let i = 0; i < 60_000; i += 1)
    assert.ok((await countClientFailure(failures, `${i}`, "192.0.2.1")) > 0);
  await failClient(CLIENT, "192.0.2.2", 3);
  assert.ok((await countClientFailure(failures, CLIENT, "192.0.2.2")) > 0);
  assert.equal(waitOf(OTHER, "192.0.2.3"), 0);
});

test("IPv6 addresses of one /64 count as one, and IPv4 in IPv6 spelling as IPv4", async () => {
  await failClient(CLIENT, "2001:db8::1", 1);
  await failClient(CLIENT, "2001:db8:0:0:ffff::", 1);
  await failClient(CLIENT, "2001:db8:0:0:1:2:3:4", 1);
  assert.ok(waitOf(CLIENT, "2001:db8::abcd:1") > 0);
  assert.equal(waitOf(CLIENT, "2001:db8:0:1::1"), 0);
  await failClient(CLIENT, "::1", 3);
  assert.ok(waitOf(CLIENT, "::1") > 0);
  await failClient(CLIENT, "::ffff:192.0.2.1", 3);
  assert.ok(waitOf(CLIENT, "192.0.2.1") > 0);
  assert.equal(waitOf(CLIENT, "::ffff:192.0.2.2"), 0);
});

test("a flood from very many addresses is counted in groups, blocks stay, and so does the memory", async (t) => {
  const clock = fixClock(t);
  await failClient(CLIENT, "192.0.2.1", 3);
  for (let i = 0; i < 25_000; i += 1) await failClient(OTHER, `2001:db8:${i.toString(16)}:1::`, 1);
  const isCounted = async (address: string) => {
    for (let i = 0; i < 3; i += 1) await countClientFailure(failures, CLIENT, address);
    return (await countClientFailure(failures, CLIENT, address)) > 0;
  };
  assert.ok(await isCounted("192.0.2.2"), "the throttle is not switched off");
  assert.ok(waitOf(CLIENT, "192.0.2.1") > 0);
  const before = shared.size;
  for (let i = 25_000; i < 50_000; i += 1) await failClient(OTHER, `2001:db8:${i.toString(16)}:1::`, 1);
  assert.ok(before > 50_000 && shared.size < 50_000 + 4096 + 1, `${shared.size} keys`);
  clock.tick(60_000);
  assert.equal(waitOf(CLIENT, "192.0.2.2"), 0);
  await failClient(CLIENT, "192.0.2.2", 3);
  assert.ok(waitOf(CLIENT, "192.0.2.2") > 0);
});
