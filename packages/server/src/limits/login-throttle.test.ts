import assert from "node:assert/strict";
import { beforeEach, describe, test, type TestContext } from "node:test";
import { LoginThrottle } from "./login-throttle.ts";

const LIMITS = { clientFailuresPerMinute: 3, usernameFailuresPerAddress: 2, usernameFailuresPerMinute: 6 };
const CLIENT = "0190a5c8-0000-7000-8000-000000000001";
const OTHER = "0190a5c8-0000-7000-8000-000000000002";
const DAY = 24 * 3600 * 1000;

let attempts = new LoginThrottle(LIMITS);
beforeEach(() => {
  attempts = new LoginThrottle(LIMITS);
});

function fixClock(t: TestContext): TestContext["mock"]["timers"] {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 0, 1) });
  return t.mock.timers;
}

async function failClient(clientId: string, address: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await attempts.clientFailed(clientId, address);
}

async function failUsername(username: string, address: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await attempts.usernameFailed(username, address);
}

/** Wrong passwords from as many addresses as it takes to fill the limit for the username from anywhere. */
async function failEverywhere(username: string): Promise<void> {
  for (let i = 1; i <= LIMITS.usernameFailuresPerMinute; i += 1) {
    await failUsername(username, `203.0.113.${i}`, 1);
  }
}

describe("clients", () => {
  test("a client is blocked at the limit, for the rest of the minute since the first failure", async (t) => {
    const clock = fixClock(t);
    await failClient(CLIENT, "192.0.2.1", 2);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 0);
    clock.tick(20_500);
    await failClient(CLIENT, "192.0.2.1", 1);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 40);
    clock.tick(39_499);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 1);
    clock.tick(1);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 0);
    await failClient(CLIENT, "192.0.2.1", 2);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 0);
  });

  test("failures further apart than the limit's minute never block", async (t) => {
    const clock = fixClock(t);
    for (let i = 0; i < 20; i += 1) {
      await failClient(CLIENT, "192.0.2.1", 1);
      clock.tick(30_000);
      assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 0);
    }
  });

  test("only the address and the client that failed are blocked", async () => {
    await failClient(CLIENT, "192.0.2.1", 3);
    assert.ok(attempts.clientBlocked(CLIENT, "192.0.2.1") > 0);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.2"), 0);
    assert.equal(attempts.clientBlocked(OTHER, "192.0.2.1"), 0);
  });

  test("an address that fails with ever other ids is told to wait, but a right secret still works there", async () => {
    for (const id of ["a", "b", "c"]) assert.equal(await attempts.clientFailed(id, "192.0.2.1"), 0);
    assert.ok((await attempts.clientFailed("d", "192.0.2.1")) > 0);
    assert.equal(await attempts.clientFailed("d", "192.0.2.2"), 0);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.1"), 0);
  });

  test("a client is limited even while its address is told to wait", async () => {
    for (const id of ["a", "b", "c"]) await failClient(id, "192.0.2.1", 1);
    await failClient(CLIENT, "192.0.2.1", 3);
    assert.ok(attempts.clientBlocked(CLIENT, "192.0.2.1") > 0);
  });

  test("IPv6 addresses of one /64 count as one, and IPv4 in IPv6 spelling as IPv4", async () => {
    await failClient(CLIENT, "2001:db8::1", 1);
    await failClient(CLIENT, "2001:db8:0:0:ffff::", 1);
    await failClient(CLIENT, "2001:db8:0:0:1:2:3:4", 1);
    assert.ok(attempts.clientBlocked(CLIENT, "2001:db8::abcd:1") > 0);
    assert.equal(attempts.clientBlocked(CLIENT, "2001:db8:0:1::1"), 0);
    await failClient(CLIENT, "::1", 3);
    assert.ok(attempts.clientBlocked(CLIENT, "::1") > 0);
    await failClient(CLIENT, "::ffff:192.0.2.1", 3);
    assert.ok(attempts.clientBlocked(CLIENT, "192.0.2.1") > 0);
    assert.equal(attempts.clientBlocked(CLIENT, "::ffff:192.0.2.2"), 0);
  });

  test("a flood from very many addresses stops being counted, and blocks stay", async (t) => {
    const clock = fixClock(t);
    await failClient(CLIENT, "192.0.2.1", 3);
    for (let i = 0; i < 25_000; i += 1) await failClient(OTHER, `2001:db8:${i.toString(16)}:1::`, 1);
    await failClient(CLIENT, "192.0.2.2", 3);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.2"), 0);
    assert.ok(attempts.clientBlocked(CLIENT, "192.0.2.1") > 0);
    clock.tick(60_000);
    await failClient(CLIENT, "192.0.2.2", 3);
    assert.ok(attempts.clientBlocked(CLIENT, "192.0.2.2") > 0);
  });
});

describe("usernames", () => {
  test("a username is blocked at the address that failed, for a minute, in any spelling", async (t) => {
    const clock = fixClock(t);
    await failUsername("Ada", "192.0.2.1", 1);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 0);
    await failUsername(" a\uff24A", "192.0.2.1", 1);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 60);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.2"), 0);
    assert.equal(attempts.usernameBlocked("grace", "192.0.2.1"), 0);
    clock.tick(60_000);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 0);
  });

  test("failures from everywhere delay only the addresses that did not know the password lately", async () => {
    attempts.usernameSucceeded("ada", "192.0.2.1");
    await failEverywhere("ada");
    assert.equal(attempts.usernameBlocked("ADA", "192.0.2.1"), 0);
    assert.ok(attempts.usernameBlocked("ada", "192.0.2.2") > 0);
    assert.equal(attempts.usernameBlocked("grace", "192.0.2.2"), 0);
  });

  test("an address that knew the password is still limited by its own failures", async () => {
    attempts.usernameSucceeded("ada", "192.0.2.1");
    await failUsername("ada", "192.0.2.1", 2);
    assert.ok(attempts.usernameBlocked("ada", "192.0.2.1") > 0);
  });

  test("ever new usernames from one address are limited too, but for one that knew its password there", async () => {
    attempts.usernameSucceeded("ada", "192.0.2.1");
    for (let i = 0; i < 19; i += 1) await failUsername(`user${i}`, "192.0.2.1", 1);
    assert.equal(attempts.usernameBlocked("grace", "192.0.2.1"), 0);
    await failUsername("user19", "192.0.2.1", 1);
    assert.ok(attempts.usernameBlocked("grace", "192.0.2.1") > 0);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 0);
    assert.equal(attempts.usernameBlocked("grace", "192.0.2.2"), 0);
  });

  test("below the limit for a username from anywhere, a new address may try", async () => {
    for (let i = 1; i < LIMITS.usernameFailuresPerMinute; i += 1)
      await failUsername("ada", `203.0.113.${i}`, 1);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.2"), 0);
  });

  test("a success is remembered for 30 days", async (t) => {
    const clock = fixClock(t);
    attempts.usernameSucceeded("ada", "192.0.2.1");
    clock.tick(30 * DAY - 1);
    await failEverywhere("ada");
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 0);
    clock.tick(1);
    assert.ok(attempts.usernameBlocked("ada", "192.0.2.1") > 0);
  });

  test("the 16 addresses that succeeded last are remembered", async () => {
    for (let i = 0; i < 16; i += 1) attempts.usernameSucceeded("ada", `192.0.2.${i}`);
    attempts.usernameSucceeded("ada", "192.0.2.0");
    attempts.usernameSucceeded("ada", "192.0.2.16");
    await failEverywhere("ada");
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.0"), 0);
    assert.ok(attempts.usernameBlocked("ada", "192.0.2.1") > 0);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.2"), 0);
  });

  test("the 10,000 usernames that succeeded last are remembered", async () => {
    attempts.usernameSucceeded("first", "192.0.2.1");
    attempts.usernameSucceeded("ada", "192.0.2.1");
    for (let i = 0; i < 9_999; i += 1) attempts.usernameSucceeded(`user${i}`, "192.0.2.1");
    await failEverywhere("first");
    await failEverywhere("ada");
    assert.ok(attempts.usernameBlocked("first", "192.0.2.1") > 0);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 0);
  });

  test("failed clients do not count as failed usernames, nor the reverse", async () => {
    await failClient(CLIENT, "192.0.2.1", 3);
    await failUsername("192.0.2.2", "192.0.2.2", 3);
    assert.equal(attempts.usernameBlocked("ada", "192.0.2.1"), 0);
    assert.equal(attempts.clientBlocked(CLIENT, "192.0.2.2"), 0);
  });
});
