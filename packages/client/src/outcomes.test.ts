import assert from "node:assert/strict";
import { test } from "node:test";
import { bench, broken, successor } from "./simulation/bench.ts";
import type { Answering } from "./simulation/bench.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const WINDOW = { refresh: { retryWindowMs: 30 * SECOND } };

const html = (status: number) => () =>
  new Response("<h1>Please sign in</h1>", { status, headers: { "content-type": "text/html" } });

/** Answers that say nothing about the session. */
const TRANSIENT: Record<string, Answering> = {
  "408": html(408),
  "429": html(429),
  "500": html(500),
  "502": html(502),
  "503": html(503),
  "invalid_grant with 503": () => Response.json({ error: "invalid_grant" }, { status: 503 }),
  temporarily_unavailable: () => Response.json({ error: "temporarily_unavailable" }, { status: 400 }),
  "a broken network": broken,
  "HTML with 200": html(200),
  "HTML with 403": html(403),
  "a redirect": () => new Response(null, { status: 302, headers: { location: "https://portal.example/" } }),
  "half an answer": () => new Response('{"access_token":"access-2","refresh_to'),
  "an answer that breaks off": () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) })),
  "an empty answer": () => new Response(""),
  null: () => new Response("null"),
  "a list": () => new Response("[1]"),
  "a token that is none": () => Response.json({ access_token: "a\r\nb: c", expires_in: 3600 }),
  "no token": () => Response.json({ expires_in: 3600 }),
  "an answer without end": () =>
    new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) }),
    ),
};

for (const [name, answer] of Object.entries(TRANSIENT)) {
  test(`${name} never ends the session`, async () => {
    const { client, time, clock } = await bench(
      (form, n) => (n <= 2 ? answer(form, n) : successor(n)),
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
  test(`Retry-After ${form} is kept by all who share the record`, async () => {
    const { client, another, time, posts } = await bench((_, n) => {
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
  test(`${status} with Retry-After: 0 is no leave to ask without end`, async () => {
    const { client, time, posts } = await bench(
      () => new Response("", { status, headers: { "retry-after": "0" } }),
      options,
    );
    await time.pass(HOUR);
    await assert.rejects(time.during(client.getToken()), { code: "token_unavailable" });
    assert.equal(posts.length, 2);
  });
}

test("invalid_grant ends the session with a tombstone, and nobody asks again", async () => {
  const { client, another, record, events, posts } = await bench(() =>
    Response.json({ error: "invalid_grant" }, { status: 400 }),
  );
  await assert.rejects(client.getToken({ mode: "force" }), { code: "session_ended", reason: "rejected" });
  const { generation, ended, refreshToken } = (await record()) ?? {};
  assert.deepEqual([generation, ended?.reason, refreshToken], [1, "rejected", undefined]);
  await assert.rejects(another().getToken(), { code: "session_ended", reason: "rejected" });
  assert.equal(posts.length, 1);
  assert.deepEqual(
    events.filter(({ type }) => type === "ended"),
    [{ type: "ended", reason: "rejected" }],
  );
});

test("the invalid_grant of a loser never touches what the winner stored", async () => {
  const { client, store, record } = await bench(async () => {
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
  test(`${error} is for somebody to mend, and no end of the session`, async () => {
    const { client, time } = await bench((_, n) =>
      n === 1 ? Response.json({ error }, { status: 401 }) : successor(n),
    );
    await time.pass(HOUR);
    await assert.rejects(client.getToken(), { code: "client_config", message: new RegExp(error) });
    await time.pass(2 * SECOND);
    assert.equal((await client.getToken()).accessToken, "access-3");
  });
}

test("with a window, a lost answer is asked for again at once, for whoever waits", async () => {
  const { client, time, posts } = await bench((_, n) => (n === 1 ? broken() : successor(1)), WINDOW);
  await time.pass(HOUR);
  const began = time.at;
  assert.equal((await time.during(client.getToken())).accessToken, "access-2");
  assert.ok(time.at - began < 1500);
  assert.deepEqual(
    posts.map((form) => form.get("refresh_token")),
    ["refresh-1", "refresh-1"],
  );
});

test("without a window, it is asked for once more when the claim has ended, and its refusal is called unknown", async () => {
  const at: number[] = [];
  const { client, time, events } = await bench((_, n) => {
    at.push(time.at);
    return n === 1 ? broken() : Response.json({ error: "invalid_grant" }, { status: 400 });
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

test("without a window, a first request that never arrived costs nothing but time", async () => {
  const { client, another, time } = await bench((_, n) => (n === 1 ? broken() : successor(n)));
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
  test(`expires_in ${given} is understood as ${lifetime} s`, async () => {
    const { client, clock, time, posts } = await bench((_, n) => successor(n, { expires_in: given }));
    const token = await client.getToken({ mode: "force" });
    assert.equal(token.expiresAt, lifetime === undefined ? undefined : clock.now() + lifetime * SECOND);
    await time.pass(SECOND);
    for (let call = 0; call < 3; call += 1) await client.getToken();
    assert.equal(posts.length, 1);
  });
}

test("the server's wish when to refresh is followed", async () => {
  const { client, time, posts } = await bench((_, n) => successor(n, { refresh_in: 600 }));
  await client.getToken({ mode: "force" });
  await time.pass(599 * SECOND);
  await client.getToken();
  assert.equal(posts.length, 1);
  await time.pass(SECOND);
  await client.getToken();
  await time.pass(0);
  assert.equal(posts.length, 2);
});
