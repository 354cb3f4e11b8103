import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { DAY, HOUR, SECOND } from "../store/contract/fixtures.ts";
import { LAST_GENERATION } from "../store/decide.ts";
import type { ClientSettings } from "../store/store.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Refusal, TestClient } from "../testing.ts";
import { openRefreshToken, sealRefreshToken } from "../tokens/refresh-token.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";

const t = await startService();
after(() => t.close());

const WINDOW = 120 * SECOND;
const INVALID = {
  status: 400,
  error: "invalid_grant",
  reason: "invalid",
  description: "The refresh token is invalid.",
};
const REVOKED = {
  status: 400,
  error: "invalid_grant",
  reason: "revoked",
  description: "The refresh token has been revoked.",
  cause: "revoked",
};
const EXPIRED = {
  status: 400,
  error: "invalid_grant",
  reason: "expired",
  description: "The refresh token has expired.",
};
const REUSED = {
  status: 400,
  error: "invalid_grant",
  reason: "reused",
  description: "The refresh token has already been used.",
};
const WIDER = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };

interface Session {
  client: TestClient;
  grantId: string;
  /** The grant's token of one generation. */
  at: (generation: number) => string;
}

async function session(settings: Partial<ClientSettings> = {}, isPublic = false): Promise<Session> {
  const client = await t.client(settings, { isPublic });
  const { refreshToken } = await t.grant(client);
  const token = openRefreshToken(refreshToken, t.deps.keys);
  assert.ok(token);
  const { grantId } = token;
  return { client, grantId, at: (generation) => sealed({ ...token, generation }) };
}

function sealed(token: RefreshToken): string {
  return sealRefreshToken(token, t.deps.keys.macKeyAt(t.clock.at));
}

/** What the log, the metric and the wire say of an answer that is a 200. */
async function answered(outcome: string, { client }: Session, token: string): Promise<string> {
  const before = await t.counted("token", outcome);
  const { refreshToken } = tokensOf(await t.refresh(client, token));
  assert.equal(await t.counted("token", outcome), before + 1, `the metric of ${outcome}`);
  return refreshToken;
}

function refused({ client }: Session, token: string, expected: Refusal) {
  return t.refused(() => t.refresh(client, token), expected);
}

async function eventsOf({ grantId }: Session): Promise<[type: string, data: Record<string, unknown>][]> {
  const events = await t.deps.store.events.list({ grantId }, 100);
  const notable = events.filter(({ type }) => type !== "grant.created");
  for (const { id, type } of notable) {
    // Each event is a log line too.
    const line = t.log.find((fields) => fields["event_id"] === id);
    assert.deepEqual([line?.["msg"], line?.["grant_id"]], [type, grantId]);
  }
  return notable.map(({ type, data }) => [type, data]);
}

test("the head is rotated, and that is counted, not recorded", async () => {
  const s = await session();
  assert.equal(await answered("rotated", s, s.at(0)), s.at(1));
  assert.equal(await answered("rotated", s, s.at(1)), s.at(2));
  assert.deepEqual(await eventsOf(s), []);
});

test("a token that this service did not issue is forged, and the store is not queried", async (context) => {
  const s = await session();
  const rotate = context.mock.method(t.deps.store.grants, "rotate");
  const [head, end] = [s.at(0), s.at(0).slice(0, -1)];
  const forgeries = [
    `${end}${head.endsWith("A") ? "B" : "A"}`,
    `rgr_${randomBytes(54).toString("base64url")}`,
    "garbage",
    head.slice(4),
    `${head}=`,
    ` ${head}`,
    (await t.grant(s.client)).accessToken,
  ];
  for (const token of forgeries) await refused(s, token, { ...INVALID, cause: "forged" });
  assert.equal(rotate.mock.callCount(), 0);
});

test("a token of no grant, or with another secret, is unknown", async () => {
  const s = await session();
  const token = openRefreshToken(s.at(0), t.deps.keys);
  assert.ok(token);
  await refused(s, sealed({ ...token, grantId: randomUUID() }), { ...INVALID, cause: "unknown" });
  await refused(s, sealed({ ...token, secret: randomBytes(16) }), { ...INVALID, cause: "unknown" });
  await answered("rotated", s, s.at(0));
});

test("another client's token is refused like an unknown one, recorded, and goes on for its owner", async () => {
  const s = await session();
  const other = await t.client();
  const answer = await t.refused(() => t.refresh(other, s.at(0)), { ...INVALID, cause: "client_mismatch" });
  assert.equal(answer.text, (await refused(s, "garbage", { ...INVALID, cause: "forged" })).text);
  assert.deepEqual(await eventsOf(s), [["grant.client_mismatch", { presented_by: other.id, generation: 0 }]]);
  assert.equal(t.log.find(({ event }) => event === "grant.client_mismatch")?.["level"], 40);
  await answered("rotated", s, s.at(0));
});

test("a grant that was revoked, or whose client was disabled since, is revoked", async () => {
  const s = await session();
  await t.deps.store.grants.revoke(s.grantId, "revoked_by_operator", "test");
  await refused(s, s.at(0), REVOKED);
});

test("an idle token expires at its instant, and so does a grant in use at its own", async () => {
  const idle = await session({ accessTtl: 60, refreshIdleTtl: 100 });
  const busy = await session({ accessTtl: 60, refreshIdleTtl: 100, refreshMaxTtl: 150 });
  t.clock.at += 100 * SECOND - 1;
  await answered("rotated", busy, busy.at(0));
  t.clock.at += 1;
  await refused(idle, idle.at(0), { ...EXPIRED, cause: "expired" });
  t.clock.at += 50 * SECOND - 1;
  const { body } = await t.refresh(busy.client, busy.at(1));
  assert.deepEqual([body["refresh_token_expires_in"], body["expires_in"]], [0, 1]);
  t.clock.at += 1;
  await refused(busy, busy.at(2), { ...EXPIRED, cause: "expired" });
  assert.deepEqual(await eventsOf(busy), []);
});

test("a spent token gets the head again until a retry window after its window; one event, however many retries", async () => {
  const s = await session();
  await answered("rotated", s, s.at(0));
  t.clock.at += WINDOW / 2;
  await answered("rotated", s, s.at(1));
  t.clock.at += WINDOW - 1;
  for (const spent of [0, 1, 0]) assert.equal(await answered("retried", s, s.at(spent)), s.at(2));
  const data = { generation: 0, distance: 2, age_ms: WINDOW - 1, retry_score: 8, revoked: false };
  assert.deepEqual(await eventsOf(s), [["grant.retried", data]]);
});

test("a late retry is answered for one retry window, and after it is reuse, which ends the grant", async () => {
  const s = await session();
  await answered("rotated", s, s.at(0));
  t.clock.at += WINDOW;
  assert.equal(await answered("retried_late", s, s.at(0)), s.at(1));
  t.clock.at += WINDOW - 1;
  assert.equal(await answered("retried", s, s.at(0)), s.at(1));
  t.clock.at += 1;
  await refused(s, s.at(0), { ...REUSED, cause: "reused" });
  await refused(s, s.at(1), REVOKED);
  const place = { generation: 0, distance: 1 };
  assert.deepEqual(await eventsOf(s), [
    ["grant.retried_late", { ...place, age_ms: WINDOW, retry_score: 8, revoked: false }],
    ["grant.reused", { ...place, age_ms: 2 * WINDOW, revoked: true }],
  ]);
  assert.equal(t.log.findLast(({ event }) => event === "grant.reused")?.["level"], 40);
});

test("reuse ends its own grant and no other of the client or the subject", async () => {
  const s = await session();
  const neighbour = await t.grant(s.client);
  for (const generation of [0, 1]) await answered("rotated", s, s.at(generation));
  t.clock.at += WINDOW;
  await refused(s, s.at(0), { ...REUSED, cause: "reused" });
  await refused(s, s.at(2), REVOKED);
  await answered("rotated", s, neighbour.refreshToken);
});

test("a client may have late retries refused, and reuse reported without an end", async () => {
  const s = await session({ lateRetry: "refuse", reuse: "detect" });
  await answered("rotated", s, s.at(0));
  t.clock.at += WINDOW;
  for (let i = 0; i < 3; i++) await refused(s, s.at(0), { ...REUSED, cause: "reused" });
  await answered("rotated", s, s.at(1));
  const data = { generation: 0, distance: 1, age_ms: WINDOW, revoked: false };
  assert.deepEqual(await eventsOf(s), [["grant.reused", data]]);
});

test("a scope beyond the grant's is refused and consumes nothing", async () => {
  const s = await session();
  const wider = () => t.refresh(s.client, s.at(0), { scope: "read admin" });
  await t.refused(wider, WIDER);
  await t.refused(() => t.refresh(s.client, s.at(0), { scope: 'a"b' }), {
    ...WIDER,
    cause: "malformed_scope",
  });
  const narrow = await t.client({ scopes: ["read"] });
  const { refreshToken } = await t.grant(narrow, { scope: "read" });
  await t.refused(() => t.refresh(narrow, refreshToken, { scope: "read write" }), WIDER);
  assert.equal(await answered("rotated", s, s.at(0)), s.at(1));
  await t.refused(wider, WIDER);
  assert.deepEqual(await eventsOf(s), []);
});

test("a resource is the client's audience or none, and a foreign one consumes nothing (RFC 8707)", async () => {
  const s = await session({ audience: "https://api.example" });
  const target = { status: 400, error: "invalid_target", cause: "resource_mismatch" };
  for (const resource of ["https://other.example", "https://api.example/v1", "https://auth.example"]) {
    await t.refused(() => t.refresh(s.client, s.at(0), { resource }), target);
  }
  tokensOf(await t.refresh(s.client, s.at(0), { resource: "https://api.example" }));
  const plain = await session();
  tokensOf(await t.refresh(plain.client, plain.at(0), { resource: "https://auth.example" }));
});

test("a store that lost writes is recovered by the token that it does not know yet", async () => {
  const s = await session();
  assert.equal(await answered("recovered", s, s.at(7)), s.at(8));
  assert.equal(await answered("rotated", s, s.at(8)), s.at(9));
  const data = { generation: 7, distance: -7, age_ms: 0 };
  assert.deepEqual(await eventsOf(s), [["grant.recovered", data]]);
});

test("a client may have tokens from beyond the head refused", async () => {
  const s = await session({ lostWrites: "reject" });
  await refused(s, s.at(7), { ...INVALID, cause: "generation_ahead" });
  await answered("rotated", s, s.at(0));
  assert.deepEqual(await eventsOf(s), [
    ["grant.generation_ahead", { generation: 7, distance: -7, age_ms: 0 }],
  ]);
});

test("the last generation is never passed", async () => {
  const s = await session();
  await answered("recovered", s, s.at(LAST_GENERATION - 1));
  await refused(s, s.at(LAST_GENERATION), { ...EXPIRED, cause: "exhausted" });
  const ahead = await session();
  await refused(ahead, ahead.at(LAST_GENERATION), { ...EXPIRED, cause: "exhausted" });
});

test("a spent token is answered though another process began a new window since", async () => {
  const s = await session();
  await answered("rotated", s, s.at(0));
  t.clock.at += WINDOW - 400;
  await answered("rotated", s, s.at(1));
  t.clock.at += 1000;
  assert.equal(await answered("retried", s, s.at(1)), s.at(2));
  t.clock.at += 600;
  await answered("rotated", s, s.at(2));
  t.clock.at += 800;
  assert.equal(await answered("retried", s, s.at(1)), s.at(3), "spent 2.4 s ago, in the window before");
  await answered("rotated", s, s.at(3));
});

test("the other process of a host that was answered late is answered too, a second later", async () => {
  const s = await session();
  await answered("rotated", s, s.at(0));
  t.clock.at += HOUR;
  await answered("retried_late", s, s.at(0));
  await answered("rotated", s, s.at(1));
  t.clock.at += SECOND;
  assert.equal(await answered("retried", s, s.at(0)), s.at(2));
});

test("a thief of spent tokens who comes every second hour is named at the sixth time", async () => {
  const s = await session();
  for (let hour = 0; hour < 11; hour++) {
    await answered("rotated", s, s.at(hour));
    t.clock.at += HOUR / 6;
    if (hour % 2 === 0) await answered("retried_late", s, s.at(hour));
    t.clock.at += HOUR - HOUR / 6;
  }
  const told = (await eventsOf(s)).map(([type]) => type);
  assert.deepEqual(told, [...Array<string>(5).fill("grant.retried_late"), "grant.concurrent_use"]);
});

test("five retried windows in a row are reported, and end the grant of a client that wants it", async () => {
  for (const concurrentUse of ["report", "revoke"] as const) {
    const s = await session({ concurrentUse });
    for (let window = 0; window < 5; window++) {
      await answered("rotated", s, s.at(window));
      if (window < 4) await answered("retried", s, s.at(window));
      else if (concurrentUse === "report") assert.equal(await answered("retried", s, s.at(window)), s.at(5));
      else await refused(s, s.at(window), { ...REUSED, cause: "concurrent_use" });
      t.clock.at += HOUR;
    }
    const [last] = (await eventsOf(s)).slice(-1);
    const data = {
      generation: 4,
      distance: 1,
      age_ms: 0,
      retry_score: 40,
      revoked: concurrentUse === "revoke",
    };
    assert.deepEqual(last, ["grant.concurrent_use", data]);
    if (concurrentUse === "revoke") await refused(s, s.at(5), REVOKED);
    else await answered("rotated", s, s.at(5));
  }
});

test("with rotation `never` the same token goes on, with new access tokens and a renewed idle time", async () => {
  const s = await session({ rotation: "never" });
  for (let day = 0; day < 30; day++) {
    t.clock.at += DAY;
    const { body } = await t.refresh(s.client, s.at(0));
    assert.equal(body["refresh_token"], s.at(0));
    assert.equal(body["expires_in"], 3600);
    assert.equal(body["refresh_token_expires_in"], 864_000);
    const { claims } = await t.verified(String(body["access_token"]));
    assert.equal(claims.iat, Math.floor(t.clock.at / 1000));
  }
  assert.equal((await t.deps.store.grants.find(s.grantId))?.generation, 0);
});

test("with a threshold, a token is rotated from its age on, counted from when it was made", async () => {
  const s = await session({ rotation: "threshold", rotationThreshold: 100 });
  t.clock.at += 60 * SECOND;
  assert.equal(await answered("extended", s, s.at(0)), s.at(0));
  t.clock.at += 40 * SECOND - 1;
  assert.equal(await answered("extended", s, s.at(0)), s.at(0));
  t.clock.at += 1;
  assert.equal(await answered("rotated", s, s.at(0)), s.at(1));
  assert.equal(await answered("extended", s, s.at(1)), s.at(1));
  // The successor was used, so its predecessor's answer was not lost.
  await refused(s, s.at(0), { ...REUSED, cause: "reused" });
});

test("a public client refreshes by its id alone, and not without it", async () => {
  const s = await session({}, true);
  await answered("rotated", s, s.at(0));
  const nobody = () => t.token({ grant_type: "refresh_token", refresh_token: s.at(1) });
  await t.refused(nobody, { status: 401, error: "invalid_client", cause: "client_id_missing" });
});

test("a request without a token, or by a client without the grant type, says so", async () => {
  const s = await session();
  const missing = {
    status: 400,
    error: "invalid_request",
    cause: "parameter_missing",
    parameter: "refresh_token",
  };
  await t.refused(() => t.refresh(s.client, ""), missing);
  const other = await t.client({ grantTypes: ["client_credentials"] });
  const denied = { status: 400, error: "unauthorized_client", cause: "grant_type_not_allowed" };
  await t.refused(() => t.refresh(other, s.at(0)), denied);
});

test("what a stranger may see of a grant's state needs its secret and its client", async () => {
  const s = await session();
  await t.deps.store.grants.revoke(s.grantId, "revoked_by_operator", "test");
  const token = openRefreshToken(s.at(0), t.deps.keys);
  assert.ok(token);
  await refused(s, sealed({ ...token, secret: randomBytes(16) }), { ...INVALID, cause: "unknown" });
  const other = await t.client();
  await t.refused(() => t.refresh(other, s.at(0)), { ...INVALID, cause: "client_mismatch" });
});
