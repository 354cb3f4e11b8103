import assert from "node:assert/strict";
import { test } from "node:test";
import { harness, networkError, successor } from "./simulation/harness.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("nothing runs in the background before start", async () => {
  const { time, posts } = await harness();
  await time.pass(24 * HOUR);
  assert.equal(posts.length, 0);
});

test("start keeps the token fresh; dispose stops it, however often it is called", async () => {
  const { client, time, posts } = await harness();
  client.start();
  client.start();
  await time.pass(10 * HOUR);
  assert.ok(posts.length >= 10 && posts.length <= 12, `${posts.length} refreshes in ten hours`);
  client.dispose();
  client.dispose();
  client[Symbol.dispose]();
  const before = posts.length;
  await time.pass(10 * HOUR);
  assert.equal(posts.length, before);
  assert.equal((await client.getToken()).accessToken, `access-${before + 2}`);
});

test("a token valid for thirty days, beyond the range of timers, is not refreshed at once", async () => {
  const { client, time, posts } = await harness();
  await client.set({ access_token: "long", refresh_token: "refresh-1", expires_in: 30 * 24 * 3600 });
  client.start();
  await time.pass(24 * HOUR);
  client.dispose();
  assert.equal(posts.length, 0);
});

test("requests to a server that is down back off to one a minute", async () => {
  const { client, time, posts } = await harness(() => new Response("", { status: 503 }), {
    refresh: { retryWindowMs: 30 * SECOND },
  });
  client.start();
  await time.pass(HOUR + HOUR);
  client.dispose();
  assert.ok(posts.length > 50 && posts.length < 120, `${posts.length} requests in an hour`);
});

test("a lost response is requested again within the retry window, with 2 s to spare", async () => {
  const at: number[] = [];
  const { client, time } = await harness(
    (_, n) => {
      at.push(time.at);
      return n < 4 ? networkError() : successor(n);
    },
    { refresh: { retryWindowMs: 30 * SECOND } },
  );
  client.start();
  await time.pass(HOUR);
  client.dispose();
  assert.equal(at.length, 4);
  assert.ok((at[3] ?? Infinity) - (at[0] ?? 0) <= 28 * SECOND);
  assert.equal((await client.getToken()).accessToken, "access-5");
});

test("a page that becomes visible, or a machine that wakes up, triggers a check", async () => {
  const { client, posts, time } = await harness();
  const page = new EventTarget();
  Object.assign(globalThis, { document: page });
  try {
    client.start();
    await time.pass(0);
    await client.set({ access_token: "short", refresh_token: "refresh-1", expires_in: 1 });
    await time.pass(990);
    page.dispatchEvent(new Event("visibilitychange"));
    await time.pass(0);
    assert.equal(posts.length, 1);
  } finally {
    client.dispose();
    Reflect.deleteProperty(globalThis, "document");
  }
});
