import assert from "node:assert/strict";
import { test } from "node:test";
import { keepFresh } from "./background.ts";
import { harness, networkError, successor } from "./simulation/harness.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("nothing runs in the background by itself", async () => {
  const { time, posts } = await harness();
  await time.pass(24 * HOUR);
  assert.equal(posts.length, 0);
});

test("keepFresh keeps the token fresh until it is stopped, however often that is", async () => {
  const { client, clock, time, posts } = await harness();
  const stop = keepFresh(client, { clock });
  const stopToo = keepFresh(client, { clock });
  await time.pass(10 * HOUR);
  assert.ok(posts.length >= 10 && posts.length <= 12, `${posts.length} refreshes in ten hours`);
  stop();
  stop();
  stopToo();
  const before = posts.length;
  await time.pass(10 * HOUR);
  assert.equal(posts.length, before);
  assert.equal((await client.getToken()).accessToken, `access-${before + 2}`);
});

test("a token valid for thirty days, beyond the range of timers, is not refreshed at once", async () => {
  const { client, clock, time, posts } = await harness();
  await client.set({ access_token: "long", refresh_token: "refresh-1", expires_in: 30 * 24 * 3600 });
  const stop = keepFresh(client, { clock });
  await time.pass(24 * HOUR);
  stop();
  assert.equal(posts.length, 0);
});

test("requests to a server that is down back off to one a minute", async () => {
  const { client, clock, time, posts } = await harness(() => new Response("", { status: 503 }), {
    refresh: { retryWindowMs: 30 * SECOND },
  });
  const stop = keepFresh(client, { clock });
  await time.pass(HOUR + HOUR);
  stop();
  assert.ok(posts.length > 50 && posts.length < 120, `${posts.length} requests in an hour`);
});

test("a lost response is requested again within the retry window, with 2 s to spare", async () => {
  const at: number[] = [];
  const { client, clock, time } = await harness(
    (_, n) => {
      at.push(time.at);
      return n < 4 ? networkError() : successor(n);
    },
    { refresh: { retryWindowMs: 30 * SECOND } },
  );
  const stop = keepFresh(client, { clock });
  await time.pass(HOUR);
  stop();
  assert.equal(at.length, 4);
  assert.ok((at[3] ?? Infinity) - (at[0] ?? 0) <= 28 * SECOND);
  assert.equal((await client.getToken()).accessToken, "access-5");
});

test("a page that becomes visible, or a machine that wakes up, triggers a check", async () => {
  const { client, clock, posts, time } = await harness();
  const page = new EventTarget();
  Object.assign(globalThis, { document: page });
  const stop = keepFresh(client, { clock });
  try {
    await time.pass(0);
    await client.set({ access_token: "short", refresh_token: "refresh-1", expires_in: 1 });
    await time.pass(990);
    page.dispatchEvent(new Event("visibilitychange"));
    await time.pass(0);
    assert.equal(posts.length, 1);
  } finally {
    stop();
    Reflect.deleteProperty(globalThis, "document");
  }
});
