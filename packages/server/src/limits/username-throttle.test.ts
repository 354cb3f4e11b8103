import assert from "node:assert/strict";
import { beforeEach, test, type TestContext } from "node:test";
import { UsernameThrottle } from "./username-throttle.ts";

const LIMITS = { usernameFailuresPerAddress: 2, usernameFailuresPerMinute: 6 };
const DAY = 24 * 3600 * 1000;

let throttle = new UsernameThrottle(LIMITS);
beforeEach(() => {
  throttle = new UsernameThrottle(LIMITS);
});

function fixClock(t: TestContext): TestContext["mock"]["timers"] {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 0, 1) });
  return t.mock.timers;
}

async function failUsername(username: string, address: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await throttle.failed(username, address);
}

/** Wrong passwords from as many addresses as it takes to fill the limit for the username from anywhere. */
async function failEverywhere(username: string): Promise<void> {
  for (let i = 1; i <= LIMITS.usernameFailuresPerMinute; i += 1) {
    await failUsername(username, `203.0.113.${i}`, 1);
  }
}

test("a username is blocked at the address that failed, for a minute, in any spelling", async (t) => {
  const clock = fixClock(t);
  await failUsername("Ada", "192.0.2.1", 1);
  assert.equal(throttle.wait("ada", "192.0.2.1"), 0);
  await failUsername(" a\uff24A", "192.0.2.1", 1);
  assert.equal(throttle.wait("ada", "192.0.2.1"), 60);
  assert.equal(throttle.wait("ada", "192.0.2.2"), 0);
  assert.equal(throttle.wait("grace", "192.0.2.1"), 0);
  clock.tick(60_000);
  assert.equal(throttle.wait("ada", "192.0.2.1"), 0);
});

test("failures from everywhere delay only the addresses that did not know the password lately", async () => {
  throttle.succeeded("ada", "192.0.2.1");
  await failEverywhere("ada");
  assert.equal(throttle.wait("ADA", "192.0.2.1"), 0);
  assert.ok(throttle.wait("ada", "192.0.2.2") > 0);
  assert.equal(throttle.wait("grace", "192.0.2.2"), 0);
});

test("an address that knew the password is still limited by its own failures", async () => {
  throttle.succeeded("ada", "192.0.2.1");
  await failUsername("ada", "192.0.2.1", 2);
  assert.ok(throttle.wait("ada", "192.0.2.1") > 0);
});

test("ever new usernames from one address slow it down, but for one that knew its password there", async () => {
  throttle.succeeded("ada", "192.0.2.1");
  for (let i = 0; i < 19; i += 1) await failUsername(`user${i}`, "192.0.2.1", 1);
  assert.equal(throttle.isSlowed("grace", "192.0.2.1"), false);
  await failUsername("user19", "192.0.2.1", 1);
  assert.equal(throttle.isSlowed("grace", "192.0.2.1"), true);
  assert.equal(throttle.wait("grace", "192.0.2.1"), 0, "it may be right");
  assert.equal(throttle.isSlowed("ada", "192.0.2.1"), false);
  assert.equal(throttle.isSlowed("grace", "192.0.2.2"), false);
});

test("below the limit for a username from anywhere, a new address may try", async () => {
  for (let i = 1; i < LIMITS.usernameFailuresPerMinute; i += 1)
    await failUsername("ada", `203.0.113.${i}`, 1);
  assert.equal(throttle.wait("ada", "192.0.2.2"), 0);
});

test("a success is remembered for 30 days", async (t) => {
  const clock = fixClock(t);
  throttle.succeeded("ada", "192.0.2.1");
  clock.tick(30 * DAY - 1);
  await failEverywhere("ada");
  assert.equal(throttle.wait("ada", "192.0.2.1"), 0);
  clock.tick(1);
  assert.ok(throttle.wait("ada", "192.0.2.1") > 0);
});

test("the 16 addresses that succeeded last are remembered", async () => {
  for (let i = 0; i < 16; i += 1) throttle.succeeded("ada", `192.0.2.${i}`);
  throttle.succeeded("ada", "192.0.2.0");
  throttle.succeeded("ada", "192.0.2.16");
  await failEverywhere("ada");
  assert.equal(throttle.wait("ada", "192.0.2.0"), 0);
  assert.ok(throttle.wait("ada", "192.0.2.1") > 0);
  assert.equal(throttle.wait("ada", "192.0.2.2"), 0);
});

test("the 10,000 usernames that succeeded last are remembered", async () => {
  throttle.succeeded("first", "192.0.2.1");
  throttle.succeeded("ada", "192.0.2.1");
  for (let i = 0; i < 9_999; i += 1) throttle.succeeded(`user${i}`, "192.0.2.1");
  await failEverywhere("first");
  await failEverywhere("ada");
  assert.ok(throttle.wait("first", "192.0.2.1") > 0);
  assert.equal(throttle.wait("ada", "192.0.2.1"), 0);
});
