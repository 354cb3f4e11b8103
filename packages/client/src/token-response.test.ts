import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { harness, successor } from "./simulation/harness.ts";
import type { Responder } from "./simulation/harness.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

const TOKENS = { access_token: "access-2", refresh_token: "refresh-2", expires_in: 3600 };

/** A response of a `fetch` without web streams: React Native's has no `body`, node-fetch's is a stream of Node. */
function withoutStreams(body: unknown): Response {
  const { status, ok, headers } = new Response();
  return { status, ok, headers, body, text: async () => JSON.stringify(TOKENS) } as unknown as Response;
}

/** Responses that all bring `access-2` and `refresh-2`. */
const GOOD: Record<string, Responder> = {
  "an array of scopes": () => successor(1, { scope: ["a", "b"] }),
  "members that are null": () =>
    successor(1, { scope: null, token_type: null, id_token: null, expires_in: null }),
  "members of other types": () =>
    successor(1, { scope: 7, token_type: {}, expires_in: [], refresh_in: "soon" }),
  "an odd token type": () => successor(1, { token_type: "BearerToken" }),
  "an error beside the token": () => successor(1, { error: "none", error_description: null }),
  "status 201": () => Response.json(TOKENS, { status: 201 }),
  "blanks around the token": () => successor(1, { access_token: " access-2\r\n" }),
  "a byte order mark": () => new Response(`\ufeff\n${JSON.stringify(TOKENS)}\n`),
  "JSON as text": () => new Response(JSON.stringify(TOKENS), { headers: { "content-type": "text/html" } }),
  "a form": () =>
    new Response("access_token=access-2&refresh_token=refresh-2&expires_in=3600&scope=&token_type=bearer"),
  "tokens within a member": () => Response.json({ code: 0, data: TOKENS }),
  "tokens of the user alone": () => Response.json({ ok: true, authed_user: { id: "U1", ...TOKENS } }),
  "no body of React Native": () => withoutStreams(undefined),
  "a stream of node-fetch": () => withoutStreams(Readable.from(["a"])),
};

for (const [name, respond] of Object.entries(GOOD)) {
  test(`after a spend, a response with ${name} is kept`, async () => {
    const { client, record, posts } = await harness(respond);
    assert.equal((await client.getToken({ mode: "force" })).accessToken, "access-2");
    assert.equal((await record())?.refreshToken, "refresh-2");
    assert.equal(posts.length, 1);
  });
}

test("an error that repeats a token is no token response", async () => {
  const echo = {
    ok: false,
    error: "invalid_refresh_token",
    args: { access_token: "old", refresh_token: "r" },
  };
  const { client } = await harness(() => Response.json(echo));
  await assert.rejects(client.getToken({ mode: "force" }), { code: "session_ended" });
  for (const error of [null, false, "", 0]) {
    const { client } = await harness(() => Response.json({ error, data: TOKENS }));
    assert.equal((await client.getToken({ mode: "force" })).accessToken, "access-2");
  }
});

for (const value of [undefined, null, "", "  ", 7, {}, ["refresh-2"], true]) {
  test(`a refresh token that is ${JSON.stringify(value)} was not sent: the old one is kept`, async () => {
    const { client, record } = await harness(() => successor(1, { refresh_token: value }));
    await client.getToken({ mode: "force" });
    assert.equal((await record())?.refreshToken, "refresh-1");
  });
}

test("scope and token type are as sent, or as before", async () => {
  const sent = [
    [{ scope: ["a", "b"], token_type: "bot" }, "a b", "bot"],
    [{ scope: null, token_type: 7 }, "a b", "Bearer"],
    [{ scope: "c", token_type: "DPoP" }, "c", "DPoP"],
  ] as const;
  const { client } = await harness((_, n) => successor(n, sent[n - 1]?.[0]));
  for (const [, scope, tokenType] of sent) {
    const token = await client.getToken({ mode: "force" });
    assert.deepEqual([token.scope, token.tokenType], [scope, tokenType]);
  }
});

test("a token with characters of ISO 8859-1 can be sent", async () => {
  const { client } = await harness(() => successor(1, { access_token: "a blå" }));
  const { accessToken } = await client.getToken({ mode: "force" });
  assert.equal(new Headers({ authorization: `Bearer ${accessToken}` }).get("authorization"), "Bearer a blå");
});

test("set takes what a refresh takes, and nothing without a usable token", async () => {
  const { client, record } = await harness();
  await client.set({ access_token: "a", scope: ["x", "y"], refresh_token: null, token_type: null } as never);
  const { accessToken, scope, refreshToken } = (await record()) ?? {};
  assert.deepEqual([accessToken, scope, refreshToken], ["a", "x y", undefined]);
  for (const given of [
    undefined,
    null,
    "token",
    {},
    { access_token: "" },
    { access_token: 7 },
    { access_token: "a\nb" },
  ]) {
    await assert.rejects(client.set(given as never), TypeError);
  }
  assert.equal((await client.getToken()).accessToken, "a");
});

test("the members besides the tokens are handed out, also by other processes and after a refresh", async () => {
  const { client, another, record } = await harness((_, n) =>
    successor(n, n === 1 ? { id_token: "id-2", scope: null } : { id_token: null, instance_url: null }),
  );
  const login = {
    access_token: "a",
    refresh_token: "r",
    id_token: "id-1",
    instance_url: "https://eu1.example",
  };
  await client.set(login);
  assert.deepEqual((await client.getToken()).response, {
    id_token: "id-1",
    instance_url: "https://eu1.example",
  });
  const refreshed = { id_token: "id-2", instance_url: "https://eu1.example", expires_in: 3600 };
  assert.deepEqual((await client.getToken({ mode: "force" })).response, refreshed);
  assert.deepEqual((await another().getToken({ mode: "force" })).response, refreshed);
  assert.deepEqual((await record())?.response, refreshed);
  await client.set({ access_token: "b" });
  assert.deepEqual((await client.getToken()).response, {}, "of another session");
});

test("the instants of a stored token response do not outlive its access token", async () => {
  const { client } = await harness();
  const times = { created_at: 1704067200, expires_at: 1704070800, expiry_date: null, expiry: undefined };
  await client.set({ access_token: "old", refresh_token: "refresh-1", expires_in: 3600, ...times });
  const { accessToken, response } = await client.getToken();
  assert.equal(accessToken, "access-2");
  assert.deepEqual(response, { expires_in: 3600 });
});

test("a record of an earlier version has no further members, and is refreshed as ever", async () => {
  const { client, store, time } = await harness();
  const {
    version,
    record: { response: _, ...earlier },
  } = (await store.get("session")) ?? assert.fail();
  await store.compareAndSet("session", version, earlier);
  assert.deepEqual((await client.getToken()).response, {});
  await time.pass(HOUR);
  assert.equal((await client.getToken()).accessToken, "access-2");
});

/** Instants are ms relative to now; the lifetime that is left in ms, below 0 if it is over. */
const STORED: [string, (now: number) => Record<string, unknown>, number][] = [
  ["expires_at in seconds", (now) => ({ expires_at: (now + HOUR) / SECOND }), HOUR],
  ["expires_at as text", (now) => ({ expires_at: String((now + HOUR) / SECOND) }), HOUR],
  ["expires_at in ms", (now) => ({ expires_at: now + HOUR }), HOUR],
  ["expires_at as a Date", (now) => ({ expires_at: new Date(now + HOUR) }), HOUR],
  ["expires_at as an ISO date", (now) => ({ expires_at: new Date(now + HOUR).toISOString() }), HOUR],
  ["google-auth-library's expiry_date", (now) => ({ expiry_date: now + HOUR }), HOUR],
  ["Go's expiry", (now) => ({ expiry: new Date(now + HOUR).toISOString() }), HOUR],
  ["Go's zero time", () => ({ expiry: "0001-01-01T00:00:00Z", expires_in: 60 }), 60 * SECOND],
  ["expires_at before expires_in", (now) => ({ expires_at: (now + HOUR) / SECOND, expires_in: 7200 }), HOUR],
  ["created_at", (now) => ({ created_at: (now - HOUR) / SECOND, expires_in: 7200 }), HOUR],
  ["created_at in the future", (now) => ({ created_at: (now + HOUR) / SECOND, expires_in: 60 }), 60 * SECOND],
  ["a null beside expires_in", () => ({ expires_at: null, created_at: "", expires_in: 60 }), 60 * SECOND],
  ["a text that is no date", () => ({ expires_at: "soon", expires_in: 60 }), 60 * SECOND],
  ["expires_at in the past", (now) => ({ expires_at: (now - HOUR) / SECOND, expires_in: 3600 }), -HOUR],
  ["expires_at in the past alone", (now) => ({ expires_at: now - HOUR }), -HOUR],
  ["expires_at in the past and nothing left", (now) => ({ expires_at: now - HOUR, expires_in: 0 }), -HOUR],
  ["created_at long ago", (now) => ({ created_at: (now - 2 * HOUR) / SECOND, expires_in: 3600 }), -HOUR],
];

for (const [name, members, left] of STORED) {
  test(`a stored token response with ${name} has ${left} ms left`, async () => {
    const { client, clock, posts, record } = await harness();
    await client.set({ access_token: "stored", refresh_token: "r", ...members(clock.now()) });
    assert.equal((await record())?.expiresAt, clock.now() + left);
    assert.equal((await client.status()).state, left > 0 ? "fresh" : "stale");
    const { accessToken } = await client.getToken();
    assert.equal(accessToken, left > 0 ? "stored" : "access-2");
    assert.equal(posts.length, left > 0 ? 0 : 1);
  });
}

test("all lifetimes of a stored response count from when it was issued", async () => {
  const { client, clock } = await harness();
  await client.set({
    access_token: "a",
    refresh_token: "r",
    created_at: (clock.now() - HOUR) / SECOND,
    expires_in: 7200,
    refresh_token_expires_in: 86_400,
    authorization_expires_in: 100_000,
  });
  const { refreshTokenExpiresAt, authorizationExpiresAt } = await client.status();
  assert.equal(refreshTokenExpiresAt, clock.now() - HOUR + 86_400 * SECOND);
  assert.equal(authorizationExpiresAt, clock.now() - HOUR + 100_000 * SECOND);
});

test("a response that has just come counts from now, whatever instants it has", async () => {
  const { client, clock } = await harness(() => successor(1, { expires_at: 1, created_at: 1 }));
  assert.equal((await client.getToken({ mode: "force" })).expiresAt, clock.now() + HOUR);
});
