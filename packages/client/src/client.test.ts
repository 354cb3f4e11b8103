import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { bench, broken, successor } from "./simulation/bench.ts";
import { memoryStore } from "./memory-store.ts";
import type { TokenStore } from "./types.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("a fresh token is handed out without a request, and without its refresh token", async () => {
  const { client, clock, posts } = await bench();
  assert.deepEqual(await client.getToken(), {
    accessToken: "access-1",
    tokenType: "Bearer",
    expiresAt: clock.now() + HOUR,
    scope: undefined,
  });
  assert.equal(posts.length, 0);
});

test("a hundred callers of an expired token make one refresh", async () => {
  const { client, time, posts } = await bench();
  await time.pass(HOUR);
  const tokens = await Promise.all(Array.from({ length: 100 }, () => client.getToken()));
  assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
  assert.equal(posts.length, 1);
});

for (const count of [10, 100]) {
  test(`${count} staggered refusals of one token make one refresh`, async () => {
    const { client, time, posts } = await bench((_, n) => time.wait(300).then(() => successor(n)));
    const callers = Array.from({ length: count }, async (_, index) => {
      await time.wait(index * 10);
      return client.getToken({ rejected: "access-1" });
    });
    const tokens = await time.during(Promise.all(callers));
    assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
    assert.equal(posts.length, 1);
  });
}

test("a token that replaced a refused one and is refused too is not replaced for a minute", async () => {
  const { client, time, posts } = await bench();
  await client.getToken({ rejected: "access-1" });
  await assert.rejects(client.getToken({ rejected: "access-2" }), { code: "token_unavailable" });
  assert.equal(posts.length, 1);
  await time.pass(60 * SECOND);
  assert.equal((await client.getToken({ rejected: "access-2" })).accessToken, "access-3");
});

test("all who force at the same time share a refresh", async () => {
  const { client, posts } = await bench();
  await Promise.all(Array.from({ length: 10 }, () => client.getToken({ mode: "force" })));
  assert.equal(posts.length, 1);
});

test("the claim is in the store before the request, and the successor before its token is handed out", async () => {
  const seen: unknown[] = [];
  const { client, record } = await bench(async (form, n) => {
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

test("in the soft window the old token is served while one refresh goes on", async () => {
  const { client, time, posts } = await bench();
  await time.pass(HOUR - 100 * SECOND);
  const tokens = await Promise.all(Array.from({ length: 5 }, () => client.getToken()));
  assert.ok(tokens.every(({ accessToken }) => accessToken === "access-1"));
  await time.pass(0);
  assert.equal((await client.getToken()).accessToken, "access-2");
  assert.equal(posts.length, 1);
});

test("a caller's signal ends its wait and not the refresh", async () => {
  const { client, time, posts } = await bench((_, n) => time.wait(1000).then(() => successor(n)));
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

test("a request that is not answered ends with its deadline, and the token is served while it is valid", async () => {
  const { client, time, clock, events } = await bench(() => new Promise(() => {}));
  await time.pass(HOUR - 20 * SECOND);
  const began = clock.now();
  assert.equal((await time.during(client.getToken())).accessToken, "access-1");
  assert.ok(clock.now() - began <= 20 * SECOND);
  assert.ok(events.some((event) => event.type === "refresh_failed" && event.why === "TimeoutError"));
});

test("cached asks nobody, and fails where no valid token is stored", async () => {
  const { client, time, posts } = await bench();
  assert.equal((await client.getToken({ mode: "cached" })).accessToken, "access-1");
  await time.pass(HOUR);
  await assert.rejects(client.getToken({ mode: "cached" }), { code: "token_unavailable" });
  await client.clear();
  await assert.rejects(client.getToken({ mode: "cached" }), { code: "session_ended", reason: "cleared" });
  assert.equal(posts.length, 0);
});

test("more validity than half a lifetime is not asked for again and again", async () => {
  const { client, posts } = await bench();
  for (let call = 0; call < 5; call += 1) await client.getToken({ minValidityMs: 2 * HOUR });
  assert.equal(posts.length, 0);
});

test("an answer without a refresh token leaves the one that there is", async () => {
  const { client, record } = await bench((_, n) => successor(n, { refresh_token: undefined }));
  await client.getToken({ mode: "force" });
  assert.equal((await record())?.refreshToken, "refresh-1");
});

test("a session without a refresh token lasts as long as its token", async () => {
  const { client, time } = await bench();
  await client.set({ access_token: "alone", expires_in: 60 });
  await time.pass(58 * SECOND);
  assert.equal((await client.getToken()).accessToken, "alone");
  await time.pass(2 * SECOND);
  await assert.rejects(client.getToken(), { code: "session_ended", reason: "no_refresh_token" });
});

test("nobody has logged in yet", async () => {
  const { another } = await bench();
  await assert.rejects(another({ key: "other" }).getToken(), { code: "session_ended", reason: "empty" });
});

test("where a grant is given, tokens are asked for with it, once for ten clients", async () => {
  const grant = { grant_type: "client_credentials", scope: "read" };
  const { another, posts, time } = await bench((_, n) =>
    time.wait(50).then(() => successor(n, { refresh_token: undefined })),
  );
  const clients = Array.from({ length: 10 }, () => another({ key: "other", grant }));
  const tokens = await time.during(Promise.all(clients.map((client) => client.getToken())));
  assert.ok(tokens.every(({ accessToken }) => accessToken === "access-2"));
  assert.deepEqual(posts.map(String), ["grant_type=client_credentials&scope=read&client_id=client"]);
  await time.pass(HOUR);
  assert.equal((await time.during(clients[0]?.getToken() ?? broken())).accessToken, "access-3");
});

test("tokens of one endpoint are not sent to another, nor handed out for another client", async () => {
  const { another, posts } = await bench();
  for (const options of [{ tokenEndpoint: "https://evil.example/token" }, { clientId: "other" }]) {
    await assert.rejects(another(options).getToken(), { code: "client_config" });
  }
  assert.equal(posts.length, 0);
});

test("an endpoint without https is refused, but on a loopback host", async () => {
  const { another } = await bench();
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

test("what is wrong with an endpoint is said without the password in it", async () => {
  const { another } = await bench();
  const tokenEndpoint = "http://ada:password@as.example/token";
  assert.throws(() => another({ tokenEndpoint }), { message: /http:\/\/as\.example$/ });
});

test("a new login wins over a refresh that is under way", async () => {
  const { client, time } = await bench((_, n) => time.wait(100).then(() => successor(n)));
  const refreshed = client.getToken({ mode: "force" });
  await time.pass(50);
  await client.set({ access_token: "new-login", refresh_token: "new-refresh", expires_in: 3600 });
  assert.equal((await time.during(refreshed)).accessToken, "new-login");
  assert.equal((await client.getToken()).accessToken, "new-login");
});

test("a session that was cleared stays so, whoever is refreshing it, and its tokens go to whom it concerns", async () => {
  const { client, time, record } = await bench((_, n) => time.wait(100).then(() => successor(n)));
  const refreshed = client.getToken({ mode: "force" });
  const rejected = assert.rejects(refreshed, { code: "session_ended", reason: "cleared" });
  await time.pass(50);
  const told: unknown[] = [];
  await client.clear(({ refreshToken }) => void told.push(refreshToken));
  await time.during(rejected);
  assert.deepEqual(told, ["refresh-1"]);
  assert.equal((await record())?.refreshToken, undefined);
});

test("the status says how things stand", async () => {
  const { client, time, clock, another } = await bench((_, n) => (n === 1 ? broken() : successor(n)));
  assert.deepEqual(await client.status(), {
    state: "fresh",
    generation: 1,
    reason: undefined,
    expiresAt: clock.now() + HOUR,
    retryAt: undefined,
    coordination: "process",
  });
  await time.pass(HOUR - 100 * SECOND);
  assert.equal((await client.status()).state, "stale");
  await client.getToken();
  assert.equal((await client.status()).state, "refreshing");
  await time.pass(11 * SECOND);
  const { state, retryAt } = await client.status();
  assert.deepEqual([state, retryAt !== undefined], ["unknown-outcome", true]);
  await client.clear();
  assert.equal((await client.status()).state, "ended");
  assert.equal((await another({ key: "other" }).status()).state, "empty");
});

test("no token or secret is in an event, an error or what can be seen of the client", async () => {
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
  const answers = [
    () => Promise.reject(Object.assign(new Error("refresh-1"), { config: { data: "refresh-1" } })),
    () => Response.json({ error: "refresh-1" }, { status: 400 }),
    () =>
      Response.json(
        { error: "invalid_grant", error_description: "refresh-1", error_reason: "reused" },
        { status: 400 },
      ),
  ];
  const { client, time, events } = await bench((_, n) => answers[n - 1]?.() ?? broken(), { store: failing });
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
    "the last answer ends the session",
  );
  assert.ok(events.some(({ type }) => type === "reuse_suspected"));
});

test("one who listens and fails disturbs nobody", async () => {
  const { another } = await bench(undefined, {
    onEvent: () => {
      throw new Error("mine");
    },
  });
  assert.equal((await another().getToken({ mode: "force" })).accessToken, "access-2");
});

test("the provider for other libraries gives the token, and replaces it when it is refused", async () => {
  const { client, posts } = await bench();
  const provider = client.authProvider();
  await provider.onUnauthorized();
  assert.equal(await provider.token(), "access-1");
  await provider.onUnauthorized();
  assert.equal(await provider.token(), "access-2");
  assert.equal(posts.length, 1);
});

test("through the provider too, refusals of one token that come one after the other make one refresh", async () => {
  const { client, time, posts } = await bench();
  const provider = client.authProvider();
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
