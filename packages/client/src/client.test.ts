import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { authProvider } from "./fetch.ts";
import { harness, networkError, successor } from "./simulation/harness.ts";
import { memoryStore } from "./memory-store.ts";
import type { TokenClient } from "./api.ts";
import type { TokenStore } from "./types.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("a fresh token is handed out without a request, and without its refresh token", async () => {
  const { client, clock, posts } = await harness();
  assert.deepEqual(await client.getToken(), {
    accessToken: "access-1",
    tokenType: "Bearer",
    expiresAt: clock.now() + HOUR,
    scope: undefined,
    response: { expires_in: 3600 },
  });
  assert.equal(posts.length, 0);
});

test("a hundred callers of an expired token cause one refresh", async () => {
  const { client, time, posts } = await harness();
  await time.pass(HOUR);
  const tokens = await Promise.all(Array.from({ length: 100 }, () => client.getToken()));
  assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
  assert.equal(posts.length, 1);
});

for (const count of [10, 100]) {
  test(`${count} staggered rejections of one token cause one refresh`, async () => {
    const { client, time, posts } = await harness((_, n) => time.wait(300).then(() => successor(n)));
    const callers = Array.from({ length: count }, async (_, index) => {
      await time.wait(index * 10);
      return client.getToken({ rejected: "access-1" });
    });
    const tokens = await time.during(Promise.all(callers));
    assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
    assert.equal(posts.length, 1);
  });
}

test("an API that rejects every token causes one refresh a minute, in however many processes", async () => {
  const { client, another, posts, time } = await harness();
  const clients = [client, another(), another()];
  const use = async (each: TokenClient) => {
    const { accessToken } = await each.getToken();
    await each.getToken({ rejected: accessToken }).catch(() => {});
  };
  for (let round = 0; round < 10; round += 1) for (const each of clients) await use(each);
  assert.equal(posts.length, 1);
  await time.pass(61 * SECOND);
  for (let round = 0; round < 10; round += 1) for (const each of clients) await use(each);
  assert.equal(posts.length, 2);
});

test("a replacement that is rejected as well is not replaced for a minute", async () => {
  const { client, time, posts } = await harness();
  await client.getToken({ rejected: "access-1" });
  await assert.rejects(client.getToken({ rejected: "access-2" }), { code: "token_unavailable" });
  assert.equal(posts.length, 1);
  await time.pass(60 * SECOND);
  assert.equal((await client.getToken({ rejected: "access-2" })).accessToken, "access-3");
});

test("concurrent forced refreshes share one request", async () => {
  const { client, posts } = await harness();
  await Promise.all(Array.from({ length: 10 }, () => client.getToken({ mode: "force" })));
  assert.equal(posts.length, 1);
});

test("the claim is stored before the request, and the successor before its token is returned", async () => {
  const seen: unknown[] = [];
  const { client, record } = await harness(async (form, n) => {
    const stored = await record();
    seen.push([form.get("refresh_token"), stored?.refreshToken, stored?.intent !== undefined]);
    return successor(n);
  });
  await client.getToken({ mode: "force" });
  const { intent, refreshToken, generation } = (await record()) ?? {};
  assert.deepEqual(seen, [["refresh-1", "refresh-1", true]]);
  assert.deepEqual(
    { intent, refreshToken, generation },
    { intent: undefined, refreshToken: "refresh-2", generation: 2 },
  );
});

test("in the soft window one caller waits for the refresh, and the others get the current token", async () => {
  const { client, time, posts } = await harness((_, n) => time.wait(500).then(() => successor(n)));
  await time.pass(HOUR - 100 * SECOND);
  const calls = Array.from({ length: 5 }, () => client.getToken());
  assert.ok((await Promise.all(calls.slice(1))).every(({ accessToken }) => accessToken === "access-1"));
  assert.equal((await time.during(calls[0] ?? client.getToken())).accessToken, "access-2");
  assert.equal((await client.getToken()).accessToken, "access-2");
  assert.equal(posts.length, 1);
});

test("it waits 3 s at most, and gets the current token if the refresh fails or ends the session", async () => {
  for (const respond of [
    () => new Promise<never>(() => {}),
    networkError,
    () => new Response("", { status: 503 }),
    () => Response.json({ error: "invalid_grant" }, { status: 400 }),
  ]) {
    const { client, time, clock } = await harness(respond);
    await time.pass(HOUR - 100 * SECOND);
    const began = clock.now();
    const got = client.getToken().then((token) => ({ ...token, waited: clock.now() - began }));
    const { accessToken, waited } = await time.during(got);
    assert.equal(accessToken, "access-1");
    assert.ok(waited <= 3 * SECOND, `after ${waited} ms`);
  }
});

test("with waitUntil, of the client or of the call, nobody waits in the soft window", async () => {
  for (const isOfCall of [false, true]) {
    const works: Promise<unknown>[] = [];
    const option = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
    const respond = (_: URLSearchParams, n: number) => time.wait(500).then(() => successor(n));
    const { client, time, posts } = await harness(respond, isOfCall ? {} : option);
    await time.pass(HOUR - 100 * SECOND);
    for (let call = 0; call < 3; call += 1) {
      assert.equal((await client.getToken(isOfCall ? option : {})).accessToken, "access-1");
    }
    assert.equal(works.length, 1, "the refresh that the first caller began");
    await time.during(Promise.all(works));
    assert.equal(posts.length, 1);
    assert.equal((await client.getToken()).accessToken, "access-2");
  }
});

test("a waitUntil that throws, as outside of a request, is as none", async () => {
  const waitUntil = () => {
    throw new Error("outside of a request");
  };
  const { client, time } = await harness((_, n) => time.wait(500).then(() => successor(n)), { waitUntil });
  await time.pass(HOUR - 100 * SECOND);
  assert.equal((await time.during(client.getToken())).accessToken, "access-2");
});

test("a refresh that never settles, as its request is gone, does not block later callers", async () => {
  for (const expired of [HOUR, HOUR - 10 * SECOND]) {
    // A platform may take a request's fetch and timers along with it: neither ever calls back.
    let isGone = false;
    const { another, time, clock, posts } = await harness((_, n) =>
      isGone ? new Promise<never>(() => {}) : successor(n),
    );
    const timer: typeof clock.timer = (...args) => (isGone ? () => {} : clock.timer(...args));
    const client = another({ clock: { ...clock, timer } });
    await time.pass(expired);
    isGone = true;
    const gone = client.getToken({ signal: AbortSignal.timeout(20) });
    await assert.rejects(gone, { name: "TimeoutError" });
    isGone = false;
    const began = clock.now();
    const tokens = await time.during(Promise.all([1, 2, 3].map(() => client.getToken())), 30 * SECOND);
    assert.ok(tokens.every(({ accessToken }) => accessToken === "access-3"));
    assert.ok(clock.now() - began <= 13 * SECOND, `after ${clock.now() - began} ms`);
    assert.equal(posts.length, 2);
  }
});

test("a caller's signal aborts its wait and not the refresh", async () => {
  const { client, time, posts } = await harness((_, n) => time.wait(1000).then(() => successor(n)));
  await time.pass(HOUR);
  const leaving = new AbortController();
  const left = client.getToken({ signal: leaving.signal });
  const stayed = client.getToken();
  await time.pass(500);
  leaving.abort(new Error("gone"));
  await assert.rejects(left, { message: "gone" });
  assert.equal((await time.during(stayed)).accessToken, "access-2");
  assert.equal(posts.length, 1);
  await assert.rejects(client.getToken({ signal: AbortSignal.abort(new Error("before")) }), {
    message: "before",
  });
});

test("a request without a response times out, and callers get the token while it is valid", async () => {
  const { client, time, clock, events } = await harness(() => new Promise(() => {}));
  await time.pass(HOUR - 20 * SECOND);
  const began = clock.now();
  assert.equal((await time.during(client.getToken())).accessToken, "access-1");
  assert.ok(clock.now() - began <= 20 * SECOND);
  assert.ok(events.some((event) => event.type === "refresh_failed" && event.reason === "TimeoutError"));
});

test("cached sends no request, and rejects if no valid token is stored", async () => {
  const { client, time, posts } = await harness();
  assert.equal((await client.getToken({ mode: "cached" })).accessToken, "access-1");
  await time.pass(HOUR);
  await assert.rejects(client.getToken({ mode: "cached" }), { code: "token_unavailable" });
  await client.clear();
  await assert.rejects(client.getToken({ mode: "cached" }), { code: "session_ended", reason: "cleared" });
  assert.equal(posts.length, 0);
});

test("a minimum validity of more than half a lifetime does not refresh at every call", async () => {
  const { client, posts } = await harness();
  for (let call = 0; call < 5; call += 1) await client.getToken({ minValidityMs: 2 * HOUR });
  assert.equal(posts.length, 0);
});

test("a response without a refresh token keeps the current one", async () => {
  const { client, record } = await harness((_, n) => successor(n, { refresh_token: undefined }));
  await client.getToken({ mode: "force" });
  assert.equal((await record())?.refreshToken, "refresh-1");
});

test("a session without a refresh token lasts as long as its token", async () => {
  const { client, time } = await harness();
  await client.set({ access_token: "alone", expires_in: 60 });
  await time.pass(58 * SECOND);
  assert.equal((await client.getToken()).accessToken, "alone");
  await time.pass(2 * SECOND);
  await assert.rejects(client.getToken(), { code: "session_ended", reason: "no_refresh_token" });
});

test("without a login there is no session: empty", async () => {
  const { another } = await harness();
  await assert.rejects(another({ key: "other" }).getToken(), { code: "session_ended", reason: "empty" });
});

test("with a configured grant the first token is requested once for ten clients", async () => {
  const grant = { grant_type: "client_credentials", scope: "read" };
  const { another, posts, time } = await harness((_, n) =>
    time.wait(50).then(() => successor(n, { refresh_token: undefined })),
  );
  const clients = Array.from({ length: 10 }, () => another({ key: "other", grant }));
  const tokens = await time.during(Promise.all(clients.map((client) => client.getToken())));
  assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
  assert.deepEqual(posts.map(String), ["grant_type=client_credentials&scope=read&client_id=client"]);
  await time.pass(HOUR);
  assert.equal((await time.during(clients[0]?.getToken() ?? networkError())).accessToken, "access-3");
});

test("tokens of one endpoint are not sent to another, nor returned to another client", async () => {
  const { another, posts } = await harness();
  for (const options of [{ tokenEndpoint: "https://evil.example/token" }, { clientId: "other" }]) {
    await assert.rejects(another(options).getToken(), { code: "client_config" });
  }
  assert.equal(posts.length, 0);
});

test("an endpoint without https is refused, except on a loopback host", async () => {
  const { another } = await harness();
  for (const tokenEndpoint of [
    "http://as.example/token",
    "ftp://as.example",
    "nonsense",
    "http://127.0.0.1.evil.example/",
    "https://client:secret@as.example/token",
  ]) {
    assert.throws(() => another({ tokenEndpoint }), { code: "client_config" });
  }
  for (const tokenEndpoint of ["http://127.0.0.1:8787/token", "http://localhost/token", "http://[::1]:80/"])
    another({ tokenEndpoint });
});

test("the error about an endpoint does not contain the password in its URL", async () => {
  const { another } = await harness();
  const tokenEndpoint = "http://ada:password@as.example/token";
  assert.throws(() => another({ tokenEndpoint }), { message: /http:\/\/as\.example$/ });
});

test("a new login wins over a refresh in progress", async () => {
  const { client, time } = await harness((_, n) => time.wait(100).then(() => successor(n)));
  const refreshed = client.getToken({ mode: "force" });
  await time.pass(50);
  await client.set({ access_token: "new-login", refresh_token: "new-refresh", expires_in: 3600 });
  assert.equal((await time.during(refreshed)).accessToken, "new-login");
  assert.equal((await client.getToken()).accessToken, "new-login");
});

test("a cleared session stays cleared despite a refresh in progress, and its tokens are passed to the callback", async () => {
  const { client, time, record } = await harness((_, n) => time.wait(100).then(() => successor(n)));
  const refreshed = client.getToken({ mode: "force" });
  const rejected = assert.rejects(refreshed, { code: "session_ended", reason: "cleared" });
  await time.pass(50);
  const received: unknown[] = [];
  await client.clear(({ refreshToken }) => void received.push(refreshToken));
  await time.during(rejected);
  assert.deepEqual(received, ["refresh-1"]);
  assert.equal((await record())?.refreshToken, undefined);
});

test("status reports each state of the session", async () => {
  const { client, time, clock, another } = await harness(
    (_, n) => (n === 1 ? networkError() : successor(n)),
    { refresh: { jitter: 0 } },
  );
  assert.deepEqual(await client.status(), {
    state: "fresh",
    generation: 1,
    reason: undefined,
    expiresAt: clock.now() + HOUR,
    refreshAt: clock.now() + HOUR - 5 * 60 * SECOND,
    startedAt: clock.now(),
    issuedAt: clock.now(),
    refreshTokenExpiresAt: undefined,
    authorizationExpiresAt: undefined,
    retryAt: undefined,
    coordination: "process",
  });
  await time.pass(HOUR - 100 * SECOND);
  assert.equal((await client.status()).state, "stale");
  await client.getToken();
  assert.equal((await client.status()).state, "refreshing");
  await time.pass(11 * SECOND);
  const { state, retryAt } = await client.status();
  assert.deepEqual([state, retryAt !== undefined], ["outcome_unknown", true]);
  await client.clear();
  assert.equal((await client.status()).state, "ended");
  assert.equal((await another({ key: "other" }).status()).state, "empty");
});

test("no event, error or inspection of the client contains a token or a secret", async () => {
  const store = memoryStore();
  const failing: TokenStore = {
    ...store,
    get: (key) =>
      isDown
        ? Promise.reject(Object.assign(new Error("refresh-1"), { parameters: "refresh-1" }))
        : store.get(key),
  };
  let isDown = false;
  const seen: unknown[] = [];
  const responses = [
    () => Promise.reject(Object.assign(new Error("refresh-1"), { config: { data: "refresh-1" } })),
    () => Response.json({ error: "refresh-1" }, { status: 400 }),
    () =>
      Response.json(
        { error: "invalid_grant", error_description: "refresh-1", error_reason: "reused" },
        { status: 400 },
      ),
  ];
  const { client, time, events } = await harness((_, n) => responses[n - 1]?.() ?? networkError(), {
    store: failing,
  });
  for (let call = 0; call < 6; call += 1) {
    isDown = call === 1;
    await time.during(client.getToken({ mode: "force" })).catch((error: unknown) => seen.push(error));
    await time.pass(30 * SECOND);
  }
  seen.push(events, client);
  const visible = inspect(seen, { depth: 10, showHidden: true, getters: true }) + JSON.stringify(seen);
  assert.doesNotMatch(visible, /refresh-\d|access-\d/);
  assert.ok(
    events.some(({ type }) => type === "ended"),
    "the last response ends the session",
  );
  assert.ok(events.some(({ type }) => type === "reuse_suspected"));
});

test("a listener that throws does not disturb the client", async () => {
  const { another } = await harness(undefined, {
    onEvent: () => {
      throw new Error("mine");
    },
  });
  assert.equal((await another().getToken({ mode: "force" })).accessToken, "access-2");
});

test("authProvider returns the token, and replaces it after onUnauthorized", async () => {
  const { client, clock, posts } = await harness();
  const provider = authProvider(client, { clock });
  await provider.onUnauthorized();
  assert.equal(await provider.token(), "access-1");
  await provider.onUnauthorized();
  assert.equal(await provider.token(), "access-2");
  assert.equal(posts.length, 1);
});

test("through authProvider too, staggered rejections of one token cause one refresh", async () => {
  const { client, clock, time, posts } = await harness();
  const provider = authProvider(client, { clock });
  await provider.token();
  for (let refusal = 0; refusal < 4; refusal += 1) {
    await time.pass(150);
    await provider.onUnauthorized();
    assert.equal(await provider.token(), "access-2");
  }
  assert.equal(posts.length, 1);
  await time.pass(60 * SECOND);
  await provider.onUnauthorized();
  assert.equal(await provider.token(), "access-3", "a refusal much later is another one");
});
