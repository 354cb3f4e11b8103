import assert from "node:assert/strict";
import { test } from "node:test";
import { harness, networkError, successor } from "./simulation/harness.ts";
import type { Responder } from "./simulation/harness.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const WINDOW = { refresh: { retryWindowMs: 30 * SECOND } };

const html = (status: number) => () =>
  new Response("<h1>Please sign in</h1>", { status, headers: { "content-type": "text/html" } });

/** Responses that say nothing about the session. */
const TRANSIENT: Record<string, Responder> = {
  "408": html(408),
  "429": html(429),
  "500": html(500),
  "502": html(502),
  "503": html(503),
  "invalid_grant with 503": () => Response.json({ error: "invalid_grant" }, { status: 503 }),
  temporarily_unavailable: () => Response.json({ error: "temporarily_unavailable" }, { status: 400 }),
  "a network error": networkError,
  "HTML with 200": html(200),
  "HTML with 403": html(403),
  "a redirect": () => new Response(null, { status: 302, headers: { location: "https://portal.example/" } }),
  "half a response": () => new Response('{"access_token":"access-2","refresh_to'),
  "a response that is cut off": () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) })),
  "an empty response": () => new Response(""),
  null: () => new Response("null"),
  "a list": () => new Response("[1]"),
  "a token that cannot be a header": () => Response.json({ access_token: "a\r\nb: c", expires_in: 3600 }),
  "no token": () => Response.json({ expires_in: 3600 }),
  "an endless response": () =>
    new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) }),
    ),
};

for (const [name, respond] of Object.entries(TRANSIENT)) {
  test(`${name} never ends the session`, async () => {
    const { client, time, clock } = await harness(
      (form, n) => (n <= 2 ? respond(form, n) : successor(n)),
      WINDOW,
    );
    await time.pass(HOUR - 60 * SECOND);
    assert.equal((await client.getToken()).accessToken, "access-1");
    await time.pass(60 * SECOND);
    const error = await time.during(client.getToken()).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (error !== undefined) {
      assert.ok((error as { retryAt: number }).retryAt > clock.now());
      await time.pass(5 * SECOND);
    }
    assert.match((await time.during(client.getToken())).accessToken, /^access-[34]$/);
  });
}

for (const [form, value] of Object.entries({
  "in seconds": () => "120",
  "as a date": (now: number) => new Date(now + 120 * SECOND).toUTCString(),
})) {
  test(`Retry-After ${form} applies to every client that shares the record`, async () => {
    const { client, another, time, posts } = await harness((_, n) => {
      const headers = { "retry-after": value(time.at) };
      return n === 1 ? new Response("", { status: 429, headers }) : successor(n);
    });
    await time.pass(HOUR);
    await assert.rejects(client.getToken(), { code: "token_unavailable", retryAt: time.at + 120 * SECOND });
    await time.pass(118 * SECOND);
    await assert.rejects(another().getToken(), { code: "token_unavailable" });
    assert.equal(posts.length, 1);
    await time.pass(2 * SECOND);
    assert.equal((await another().getToken()).accessToken, "access-3");
  });
}

for (const [status, options] of [
  [429, {}],
  [503, WINDOW],
] as const) {
  test(`${status} with Retry-After: 0 still backs off`, async () => {
    const { client, time, posts } = await harness(
      () => new Response("", { status, headers: { "retry-after": "0" } }),
      options,
    );
    await time.pass(HOUR);
    await assert.rejects(time.during(client.getToken()), { code: "token_unavailable" });
    assert.equal(posts.length, 2);
  });
}

test("invalid_grant ends the session in the store, and no further request is sent", async () => {
  const { client, another, record, events, posts } = await harness(() =>
    Response.json({ error: "invalid_grant" }, { status: 400 }),
  );
  await assert.rejects(client.getToken({ mode: "force" }), { code: "session_ended", reason: "rejected" });
  const { generation, ended, refreshToken } = (await record()) ?? {};
  assert.deepEqual([generation, ended?.reason, refreshToken], [1, "rejected", undefined]);
  await assert.rejects(another().getToken(), { code: "session_ended", reason: "rejected" });
  assert.equal(posts.length, 1);
  assert.deepEqual(
    events.filter(({ type }) => type === "ended"),
    [{ type: "ended", reason: "rejected", error: "invalid_grant", description: undefined }],
  );
});

test("the invalid_grant of a race's loser does not change what the winner stored", async () => {
  const { client, store, record } = await harness(async () => {
    const held = await store.get("session");
    if (held === undefined) throw new Error("no record");
    const { intent: _, ...rest } = held.record;
    const winner = { ...rest, generation: 2, accessToken: "winner", refreshToken: "winner-refresh" };
    await store.compareAndSet("session", held.version, winner);
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  });
  assert.equal((await client.getToken({ mode: "force" })).accessToken, "winner");
  assert.equal((await record())?.refreshToken, "winner-refresh");
});

for (const error of ["invalid_client", "unauthorized_client", "invalid_scope", "some_new_error"]) {
  test(`${error} is a configuration error, and keeps the session`, async () => {
    const { client, time } = await harness((_, n) =>
      n === 1 ? Response.json({ error }, { status: 401 }) : successor(n),
    );
    await time.pass(HOUR);
    await assert.rejects(client.getToken(), { code: "client_config", message: new RegExp(error) });
    await time.pass(2 * SECOND);
    assert.equal((await client.getToken()).accessToken, "access-3");
  });
}

test("with a retry window, a lost response is requested again at once for a waiting caller", async () => {
  const { client, time, posts } = await harness((_, n) => (n === 1 ? networkError() : successor(1)), WINDOW);
  await time.pass(HOUR);
  const began = time.at;
  assert.equal((await time.during(client.getToken())).accessToken, "access-2");
  assert.ok(time.at - began < 1500);
  assert.deepEqual(
    posts.map((form) => form.get("refresh_token")),
    ["refresh-1", "refresh-1"],
  );
});

test("without a retry window, the retry comes after the claim, and its rejection is outcome_unknown", async () => {
  const at: number[] = [];
  const { client, time, events } = await harness((_, n) => {
    at.push(time.at);
    return n === 1 ? networkError() : Response.json({ error: "invalid_grant" }, { status: 400 });
  });
  await time.pass(HOUR);
  await assert.rejects(client.getToken(), { code: "token_unavailable", retryAt: time.at + 10 * SECOND });
  await time.pass(9 * SECOND);
  const got = client.getToken();
  await assert.rejects(time.during(got), { code: "session_ended", reason: "outcome_unknown" });
  assert.equal(at.length, 2);
  assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= 10 * SECOND);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["outcome_unknown", "refresh_failed", "ended"],
  );
});

test("without a retry window, a request that never reached the server only costs time", async () => {
  const { client, another, time } = await harness((_, n) => (n === 1 ? networkError() : successor(n)));
  await time.pass(HOUR);
  await assert.rejects(client.getToken(), { code: "token_unavailable" });
  assert.equal((await time.during(another().getToken())).accessToken, "access-3");
});

for (const [given, lifetime] of [
  [undefined, undefined],
  [0, undefined],
  [-5, undefined],
  ["soon", undefined],
  ["600", 600],
  [2 ** 31, 2 ** 31],
  [1e300, 3.2e9],
] as const) {
  test(`expires_in ${given} means ${lifetime} s`, async () => {
    const { client, clock, time, posts } = await harness((_, n) => successor(n, { expires_in: given }));
    const token = await client.getToken({ mode: "force" });
    assert.equal(token.expiresAt, lifetime === undefined ? undefined : clock.now() + lifetime * SECOND);
    await time.pass(SECOND);
    for (let call = 0; call < 3; call += 1) await client.getToken();
    assert.equal(posts.length, 1);
  });
}

test("refresh_in determines when the token is refreshed", async () => {
  const { client, time, posts } = await harness((_, n) => successor(n, { refresh_in: 600 }));
  await client.getToken({ mode: "force" });
  await time.pass(599 * SECOND);
  await client.getToken();
  assert.equal(posts.length, 1);
  await time.pass(SECOND);
  await client.getToken();
  await time.pass(0);
  assert.equal(posts.length, 2);
});
