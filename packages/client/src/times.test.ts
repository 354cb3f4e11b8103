import assert from "node:assert/strict";
import { test } from "node:test";
import { harness, successor } from "./simulation/harness.ts";
import { refreshTimes, refreshWindows } from "./windows.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

for (const window of [30, 20, 15, 9]) {
  test(`in a retry window of ${window} s, a claim and another process's request end 2 s before it`, () => {
    const { requestMs, leaseMs, waitMs, resendMs } = refreshTimes(8 * SECOND, window * SECOND);
    assert.ok(requestMs >= 3 * SECOND && requestMs <= 8 * SECOND);
    assert.ok(leaseMs > requestMs && waitMs > leaseMs);
    assert.ok(leaseMs + requestMs <= (window - 2) * SECOND);
    assert.equal(resendMs, (window - 2) * SECOND);
  });
}

for (const window of [0, 1, 5, 8]) {
  test(`a retry window of ${window} s counts as none`, () => {
    assert.deepEqual(refreshTimes(8 * SECOND, window * SECOND), {
      requestMs: 8 * SECOND,
      leaseMs: 10 * SECOND,
      waitMs: 12 * SECOND,
      resendMs: 0,
    });
  });
}

test("the windows are fractions of a lifetime with caps, and differ between instances", () => {
  const [early, late] = [refreshWindows({}, 0), refreshWindows({}, 1)];
  assert.equal(early.soft(HOUR), 5 * MINUTE);
  assert.equal(late.soft(HOUR), 4 * MINUTE);
  assert.equal(early.soft(MINUTE), 12 * SECOND);
  assert.equal(early.hard(HOUR), 30 * SECOND);
  assert.equal(early.hard(MINUTE), 3 * SECOND);
  const own = refreshWindows({ softMs: 10 * MINUTE, hardMs: 2 * MINUTE, jitter: 0 }, 1);
  assert.deepEqual([own.soft(HOUR), own.hard(HOUR), own.hard(MINUTE)], [10 * MINUTE, 2 * MINUTE, MINUTE / 2]);
});

for (const minutes of [-90, -1, 1, 90]) {
  test(`a clock ${minutes} min ahead of the server's does not change when a token is refreshed`, async () => {
    const { client, time, clock, posts, events } = await harness((_, n) => {
      const { body } = successor(n);
      return new Response(body, { headers: { date: new Date(time.at).toUTCString() } });
    });
    clock.ahead = minutes * MINUTE;
    const { expiresAt = 0 } = await client.getToken({ mode: "force" });
    assert.ok(Math.abs(expiresAt - (clock.now() + HOUR)) <= SECOND, "by this machine's clock");
    const skew = events.find((event) => event.type === "skew");
    assert.ok(Math.abs((skew?.ms ?? 0) + minutes * MINUTE) <= SECOND, `${skew?.ms}`);
    await time.pass(54 * MINUTE);
    await client.getToken();
    assert.equal(posts.length, 1);
    await time.pass(6 * MINUTE + SECOND);
    assert.equal((await client.getToken()).accessToken, "access-3");
  });
}

test("setting the clock back does not make an expired token valid", async () => {
  const { client, time, clock } = await harness();
  await client.getToken({ mode: "force" });
  await time.pass(HOUR);
  clock.ahead = -2 * HOUR;
  assert.equal((await client.getToken()).accessToken, "access-3");
});

test("a clock that jumps ahead, as after a sleep, costs a refresh and not the session", async () => {
  const { client, clock, posts } = await harness();
  clock.ahead = 24 * HOUR;
  assert.equal((await client.getToken()).accessToken, "access-2");
  clock.ahead = 0;
  await client.getToken();
  assert.ok(posts.length <= 2);
});

test("another process on the machine adopts the clock offset from the record", async () => {
  const { client, another, time, clock, posts } = await harness((_, n) => {
    const { body } = successor(n);
    return new Response(body, { headers: { date: new Date(time.at).toUTCString() } });
  });
  clock.ahead = 90 * MINUTE;
  await client.getToken({ mode: "force" });
  const { expiresAt = 0 } = await another().getToken();
  assert.ok(Math.abs(expiresAt - (clock.now() + HOUR)) <= SECOND);
  assert.equal(posts.length, 1);
});
