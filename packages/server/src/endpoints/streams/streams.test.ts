import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { createAdmin } from "../../admin/admin.ts";
import { readOptions } from "../../config/read-config.ts";
import { resolveConfig } from "../../config/resolve-config.ts";
import { sign } from "../../keys/signing.ts";
import { STREAM_EVENTS, STREAM_UPDATED, VERIFICATION } from "../../signals/event-uris.ts";
import { ISSUER, startService } from "../../testing.ts";
import type { TestClient, TestResponse, TestService } from "../../testing.ts";
import { encodeAccessToken } from "../../tokens/access-token.ts";

const SESSION_REVOKED = STREAM_EVENTS["session-revoked"];
const CREDENTIAL_CHANGE = STREAM_EVENTS["credential-change"];
const SSF_CLIENT = { grantTypes: ["client_credentials"], scopes: ["ssf.manage", "ssf.read"] } as const;

let t: TestService;
let receiver: TestClient;
let client: TestClient;
let token: string;

before(async () => {
  t = await startService();
  client = await t.client();
});
after(() => t.close());

beforeEach(async () => {
  t.clock.at += 60_000;
  receiver = await t.client({
    ...SSF_CLIENT,
    grantTypes: [...SSF_CLIENT.grantTypes],
    scopes: [...SSF_CLIENT.scopes],
  });
  token = await tokenOf(receiver);
});

async function tokenOf({ credentials }: TestClient, scope = "ssf.manage"): Promise<string> {
  const answer = await t.token({ ...credentials, grant_type: "client_credentials", scope });
  assert.equal(answer.status, 200, answer.text);
  return String(answer.body["access_token"]);
}

function send(method: string, path: string, body?: object, bearer = token): Promise<TestResponse> {
  return t.send(path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function createStream(request: object = {}): Promise<Record<string, unknown> & { stream_id: string }> {
  const { status, body, text } = await send("POST", "/ssf/streams", request);
  assert.equal(status, 201, text);
  return body as Record<string, unknown> & { stream_id: string };
}

interface Set {
  header: Record<string, unknown>;
  claims: Record<string, unknown> & { jti: string; events: Record<string, Record<string, unknown>> };
}

/** Another verification than the one that signed: by `node:crypto` and the published JWKS alone. */
async function verified(jws: string): Promise<Set> {
  const [head = "", payload = "", signature = ""] = jws.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Record<string, unknown>;
  const { keys } = (await t.send("/.well-known/jwks.json")).body as {
    keys: (JsonWebKey & { kid: string })[];
  };
  const jwk = keys.find(({ kid }) => kid === header["kid"]);
  assert.ok(jwk, "the key is published");
  const key = createPublicKey({ key: jwk, format: "jwk" });
  assert.ok(verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, "base64url")));
  return { header, claims: JSON.parse(Buffer.from(payload, "base64url").toString()) as Set["claims"] };
}

/** The SETs of one poll, each verified and checked against the rules that hold for all of them. */
async function poll(
  id: string,
  request: object = { returnImmediately: true },
): Promise<{ sets: Set[]; more: unknown }> {
  const { status, body, text } = await send("POST", `/ssf/poll/${id}`, request);
  assert.equal(status, 200, text);
  const sets = await Promise.all(Object.values(body["sets"] as Record<string, string>).map(verified));
  assert.deepEqual(
    Object.keys(body["sets"] as object),
    sets.map(({ claims }) => claims.jti),
  );
  for (const { header, claims } of sets) {
    // RFC 8417 §2.3, SSF 1.0 §5: explicit type, one event, neither sub nor exp.
    assert.equal(header["typ"], "secevent+jwt");
    assert.deepEqual([claims["iss"], "sub" in claims, "exp" in claims], [ISSUER, false, false]);
    assert.ok(Number.isInteger(claims["iat"]) && typeof claims["txn"] === "string");
    assert.equal(Object.keys(claims.events).length, 1);
  }
  return { sets, more: body["moreAvailable"] };
}

const ackAll = (sets: readonly Set[]) => sets.map(({ claims }) => claims.jti);
const typesOf = (sets: readonly Set[]) => sets.map(({ claims }) => Object.keys(claims.events)[0]);

async function revokeGrant(subject: string): Promise<string> {
  await t.grant(client, { subject });
  const grants = await t.deps.store.grants.list({ subject }, { limit: 1000 });
  const id = grants.findLast(({ revokedAt }) => revokedAt === null)?.id ?? "";
  await t.deps.store.grants.revoke(id, "revoked_by_subject", subject);
  return id;
}

test("the transmitter's configuration says what there is, and the endpoints are where it says", async () => {
  const { status, body, headers } = await t.send("/.well-known/ssf-configuration");
  assert.deepEqual([status, headers.get("content-type")], [200, "application/json; charset=UTF-8"]);
  assert.deepEqual(body, {
    spec_version: "1_0",
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    delivery_methods_supported: ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
    configuration_endpoint: `${ISSUER}/ssf/streams`,
    status_endpoint: `${ISSUER}/ssf/status`,
    verification_endpoint: `${ISSUER}/ssf/verify`,
    authorization_schemes: [{ spec_urn: "urn:ietf:rfc:6749" }],
    default_subjects: "ALL",
  });
});

test("where the issuer has a path, its configuration is below the well-known path", async () => {
  const below = await startService({ issuer: `${ISSUER}/auth` });
  const { status, body } = await below.send("/.well-known/ssf-configuration/auth");
  await below.close();
  assert.deepEqual([status, body["issuer"]], [200, `${ISSUER}/auth`]);
});

test("a receiver creates, reads, changes and deletes its streams, and no other receiver's", async () => {
  assert.deepEqual((await send("GET", "/ssf/streams")).text, "[]");
  const requested = [SESSION_REVOKED, "https://example.com/unknown"];
  const created = await createStream({ events_requested: requested, description: "Shop" });
  const { stream_id: id } = created;
  assert.deepEqual(created, {
    stream_id: id,
    iss: ISSUER,
    aud: receiver.id,
    delivery: { method: "urn:ietf:rfc:8936", endpoint_url: `${ISSUER}/ssf/poll/${id}` },
    events_supported: [SESSION_REVOKED, CREDENTIAL_CHANGE],
    events_requested: requested,
    events_delivered: [SESSION_REVOKED],
    min_verification_interval: 10,
    description: "Shop",
  });
  const pushed = await createStream({
    delivery: {
      method: "urn:ietf:rfc:8935",
      endpoint_url: "https://receiver.example/events",
      authorization_header: "Bearer a-secret-of-the-receiver",
    },
  });
  assert.deepEqual(pushed["delivery"], {
    method: "urn:ietf:rfc:8935",
    endpoint_url: "https://receiver.example/events",
  });
  assert.deepEqual((await send("GET", `/ssf/streams?stream_id=${id}`)).body, created);
  assert.equal((JSON.parse((await send("GET", "/ssf/streams")).text) as unknown[]).length, 2);

  const patched = await send("PATCH", "/ssf/streams", {
    stream_id: id,
    events_requested: [CREDENTIAL_CHANGE],
  });
  assert.deepEqual(patched.body["events_delivered"], [CREDENTIAL_CHANGE]);
  assert.equal(patched.body["description"], "Shop");
  const replaced = await send("PUT", "/ssf/streams", { ...patched.body, description: undefined });
  assert.equal(replaced.status, 200, replaced.text);
  assert.equal("description" in replaced.body, false);

  const other = await tokenOf(await t.client({ grantTypes: ["client_credentials"], scopes: ["ssf.manage"] }));
  for (const [method, path, body] of [
    ["GET", `/ssf/streams?stream_id=${id}`],
    ["DELETE", `/ssf/streams?stream_id=${id}`],
    ["PATCH", "/ssf/streams", { stream_id: id }],
    ["GET", `/ssf/status?stream_id=${id}`],
    ["POST", "/ssf/status", { stream_id: id, status: "disabled" }],
    ["POST", "/ssf/verify", { stream_id: id }],
    ["POST", `/ssf/poll/${id}`, {}],
  ] as const) {
    assert.equal((await send(method, path, body, other)).status, 404, `${method} ${path}`);
  }
  assert.equal((await send("DELETE", `/ssf/streams?stream_id=${id}`)).status, 204);
  assert.equal((await send("GET", `/ssf/streams?stream_id=${id}`)).status, 404);
  assert.equal((await send("DELETE", `/ssf/streams?stream_id=${id}`)).status, 404);
});

test("without a token, with a user's, or with one for reading, a receiver may not what it may not", async () => {
  const { stream_id: id } = await createStream();
  const reading = await tokenOf(receiver, "ssf.read");
  const ofGrant = (await t.grant(client)).accessToken;
  const routes = [
    ["GET", "/ssf/streams", undefined, 200],
    ["POST", "/ssf/streams", {}, 403],
    ["PATCH", "/ssf/streams", { stream_id: id }, 403],
    ["PUT", "/ssf/streams", { stream_id: id }, 403],
    ["GET", `/ssf/status?stream_id=${id}`, undefined, 200],
    ["POST", "/ssf/status", { stream_id: id, status: "paused" }, 403],
    ["POST", "/ssf/verify", { stream_id: id }, 403],
    ["POST", `/ssf/poll/${id}`, { returnImmediately: true }, 200],
    ["DELETE", `/ssf/streams?stream_id=${id}`, undefined, 403],
  ] as const;
  for (const [method, path, body, allowed] of routes) {
    assert.equal((await send(method, path, body, ofGrant)).status, 401, `${method} ${path}`);
    assert.equal((await send(method, path, body, "nonsense")).status, 401, `${method} ${path}`);
    const answer = await send(method, path, body, reading);
    assert.equal(answer.status, allowed, `${method} ${path}`);
    if (allowed === 403) assert.equal(answer.body["error"], "insufficient_scope");
  }
  await t.deps.store.clients.disable(receiver.id, "test");
  assert.equal((await send("GET", "/ssf/streams")).status, 401);
});

test("a token that a signing key made is refused: an imported key is the previous service's too", async () => {
  const { keys } = t.deps;
  const key = keys.signingKeyAt(t.clock.at);
  const now = Math.floor(t.clock.at / 1000);
  const { id } = receiver;
  const input = encodeAccessToken(
    {
      profile: "rfc9068",
      issuer: ISSUER,
      audience: `${ISSUER}/ssf`,
      clientId: id,
      subject: id,
      scope: "ssf.manage",
      issuedAt: now,
      expiresAt: now + 600,
      grant: null,
    },
    key,
  );
  const { status, body } = await send("GET", "/ssf/streams", undefined, await sign(key, input));
  assert.deepEqual([status, body["error"]], [401, "invalid_token"]);
  assert.equal((await send("GET", "/ssf/streams")).status, 200);
});

test("a malformed request is refused with the member that is wrong", async () => {
  const { stream_id: id } = await createStream();
  const wrong: [method: string, path: string, body: object, member: string][] = [
    ["POST", "/ssf/streams", { events_requested: [] }, "events_requested"],
    ["POST", "/ssf/streams", { delivery: { method: "urn:example:pigeon" } }, "delivery.method"],
    ["POST", "/ssf/streams", { delivery: { method: "urn:ietf:rfc:8935" } }, "delivery.endpoint_url"],
    [
      "POST",
      "/ssf/streams",
      { delivery: { method: "urn:ietf:rfc:8935", endpoint_url: "https://127.0.0.1/x" } },
      "endpoint_url",
    ],
    [
      "POST",
      "/ssf/streams",
      { delivery: { method: "urn:ietf:rfc:8935", endpoint_url: "http://receiver.example/x" } },
      "endpoint_url",
    ],
    ["PATCH", "/ssf/streams", {}, "stream_id"],
    ["PATCH", "/ssf/streams", { stream_id: id, aud: "https://evil.example" }, "aud"],
    [
      "PATCH",
      "/ssf/streams",
      { stream_id: id, delivery: { method: "urn:ietf:rfc:8935" } },
      "delivery.method",
    ],
    ["POST", "/ssf/status", { stream_id: id, status: "sleeping" }, "status"],
    ["POST", "/ssf/verify", { stream_id: id, state: 7 }, "state"],
    ["POST", `/ssf/poll/${id}`, { maxEvents: -1 }, "maxEvents"],
    ["POST", `/ssf/poll/${id}`, { ack: "one" }, "ack"],
  ];
  for (const [method, path, body, member] of wrong) {
    const answer = await send(method, path, body);
    assert.equal(answer.status, 400, `${path} ${JSON.stringify(body)}`);
    assert.match(String(answer.body["error_description"]), new RegExp(`^The member ${member} `));
  }
});

test("the end of a session is a SET of its user and session; that of all sessions, of the user", async () => {
  const { stream_id: id } = await createStream();
  const subject = await t.account(`ada ${t.clock.at}`, "correct horse");
  const grantId = await revokeGrant(subject);
  await t.grant(client, { subject });
  await t.grant(client, { subject });
  const config = resolveConfig(readOptions({ issuer: ISSUER, database: "sqlite::memory:" }));
  const admin = createAdmin({ deps: t.deps, config, actor: "cli:root" });
  await admin.grants.revokeAll({ subject });
  await t.deps.store.accounts.setPasswordHash(subject, "changed", subject);
  await t.deps.store.accounts.disable(subject, "cli:root");
  const user = { format: "iss_sub", iss: ISSUER, sub: subject };
  const session = { format: "opaque", id: grantId };
  const at = Math.floor(t.clock.at / 1000);
  const { sets, more } = await poll(id);
  assert.equal(more, false);
  assert.deepEqual(
    sets.map(({ claims: { sub_id, aud, events } }) => [aud, sub_id, events]),
    [
      [
        { format: "complex", user, session },
        SESSION_REVOKED,
        "user",
        "The user withdrew the client's access.",
      ],
      // One for all of its grants, each of which has its own event here.
      [user, SESSION_REVOKED, "admin", "All sessions of the subject were ended."],
      [user, CREDENTIAL_CHANGE, "user", "The password was changed."],
      [user, SESSION_REVOKED, "admin", "The account was disabled."],
    ].map(([subId, uri, by, en]) => [
      receiver.id,
      subId,
      {
        [uri as string]: {
          ...(uri === CREDENTIAL_CHANGE ? { credential_type: "password", change_type: "update" } : {}),
          event_timestamp: at,
          initiating_entity: by,
          reason_admin: { en },
        },
      },
    ]),
  );
  assert.equal(new Set(sets.map(({ claims }) => claims["txn"])).size, 4);
});

test("what was not acknowledged comes again, the same; acknowledgements may be out of order", async () => {
  const { stream_id: id } = await createStream({ events_requested: [SESSION_REVOKED] });
  for (let i = 0; i < 5; i += 1) await revokeGrant(`customer-${i}`);
  const first = await poll(id, { maxEvents: 3, returnImmediately: true });
  assert.deepEqual([first.sets.length, first.more], [3, true]);
  t.clock.at += 5000;
  const again = await poll(id, { maxEvents: 3, returnImmediately: true });
  assert.deepEqual(ackAll(again.sets), ackAll(first.sets));
  const [one = "", two = "", three = ""] = ackAll(first.sets);
  const rest = await poll(id, { ack: [three, "another.1.2", `${id}.999999.1`], returnImmediately: true });
  assert.deepEqual([ackAll(rest.sets).slice(0, 2), rest.sets.length], [[one, two], 4]);
  const acknowledged = await poll(id, { ack: [one], maxEvents: 0 });
  assert.deepEqual([acknowledged.sets, acknowledged.more], [[], true]);
  const last = await poll(id, { ack: [two], returnImmediately: true });
  assert.equal(last.sets.length, 2);
  const done = await poll(id, { ack: ackAll(last.sets), returnImmediately: true });
  assert.deepEqual([done.sets, done.more], [[], false]);
  const state = await t.deps.store.subscriptions.find(id);
  assert.equal(state?.waitingSince, null, "the cursor has moved over all of them");
});

test("the stored header goes to no other endpoint: a receiver that moves sends it again", async () => {
  const method = "urn:ietf:rfc:8935";
  const [from, to] = ["https://receiver.example/events", "https://other.example/events"];
  const pushed = (authorization_header?: string) =>
    createStream({ delivery: { method, endpoint_url: from, authorization_header } });
  const { stream_id: stored } = await pushed("Bearer a-secret-of-the-receiver");
  const { stream_id: bare } = await pushed();
  const move = (http: string, id: string, delivery: object) =>
    send(http, "/ssf/streams", { stream_id: id, delivery: { method, ...delivery } });
  for (const http of ["PATCH", "PUT"]) {
    const refused = await move(http, stored, { endpoint_url: to });
    assert.equal(refused.status, 400, http);
    assert.match(String(refused.body["error_description"]), /authorization_header/);
  }
  const { body } = await send("GET", `/ssf/streams?stream_id=${stored}`);
  assert.deepEqual(body["delivery"], { method, endpoint_url: from });
  for (const [id, delivery] of [
    [stored, { endpoint_url: from }],
    [stored, { endpoint_url: to, authorization_header: "Bearer another" }],
    [bare, { endpoint_url: to }],
  ] as const) {
    const changed = await move("PATCH", id, delivery);
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(changed.body["delivery"], { method, endpoint_url: delivery.endpoint_url });
  }
});

test("a SET that its receiver refuses is a dead letter, and the next ones follow", async () => {
  const { stream_id: id } = await createStream();
  await revokeGrant("customer-1");
  await revokeGrant("customer-2");
  const [bad, good] = (await poll(id)).sets;
  const setErrs = { [bad?.claims.jti ?? ""]: { err: "invalid_key", description: "Unknown key <script>" } };
  const rest = await poll(id, { setErrs, returnImmediately: true });
  assert.deepEqual(ackAll(rest.sets), [good?.claims.jti]);
  const [letter, ...others] = await t.deps.store.subscriptions.deadLetters(id, { limit: 10 });
  assert.deepEqual([letter?.error, others], ["refused: invalid_key", []]);
});

test("a poll waits for the first SET, and gets it when it happens", async () => {
  const { stream_id: id } = await createStream();
  const waiting = poll(id, {});
  await new Promise((resolve) => setImmediate(resolve));
  await revokeGrant("customer-1");
  assert.equal((await waiting).sets.length, 1);
});

test("a verification event has the receiver's state, of the stream alone, and is not asked for too often", async () => {
  const { stream_id: id } = await createStream({ events_requested: [CREDENTIAL_CHANGE] });
  const other = await createStream();
  assert.equal((await send("POST", "/ssf/verify", { stream_id: id, state: "VGhpcw==" })).status, 204);
  const { sets } = await poll(id);
  assert.deepEqual(
    sets.map(({ claims: { sub_id, events } }) => [sub_id, events]),
    [[{ format: "opaque", id }, { [VERIFICATION]: { state: "VGhpcw==" } }]],
  );
  assert.deepEqual((await poll(other.stream_id)).sets, []);
  const statuses = [];
  for (let i = 0; i < 6; i += 1) statuses.push((await send("POST", "/ssf/verify", { stream_id: id })).status);
  assert.deepEqual(statuses, [204, 204, 204, 204, 204, 429]);
});

test("events wait while a stream is paused, and are dropped while it is disabled", async () => {
  const { stream_id: id } = await createStream();
  const set = async (status: string, reason?: string) => {
    const answer = await send("POST", "/ssf/status", { stream_id: id, status, reason });
    assert.deepEqual([answer.status, answer.body["status"]], [200, status]);
    t.clock.at += 1000;
  };
  await set("paused", "Maintenance");
  assert.deepEqual((await send("GET", `/ssf/status?stream_id=${id}`)).body, {
    stream_id: id,
    status: "paused",
    reason: "Maintenance",
  });
  await revokeGrant("while-paused");
  assert.deepEqual((await poll(id)).sets, []);
  await set("enabled");
  const held = (await poll(id)).sets;
  assert.deepEqual(typesOf(held), [SESSION_REVOKED]);
  await poll(id, { ack: ackAll(held), returnImmediately: true });
  await set("disabled");
  await revokeGrant("while-disabled");
  t.clock.at += 1;
  await set("enabled");
  assert.deepEqual((await poll(id)).sets, []);
  await revokeGrant("after");
  const [later, ...others] = (await poll(id)).sets;
  assert.deepEqual(others, []);
  await poll(id, { ack: [later?.claims.jti ?? ""], returnImmediately: true });
  await set("disabled");
  await revokeGrant("while-disabled");
  t.clock.at += 1;
  await set("paused");
  await set("enabled");
  assert.deepEqual((await poll(id)).sets, []);
});

test("a receiver is told of a status that an operator changed", async () => {
  const { stream_id: id } = await createStream();
  const { findStream, setStreamStatus } = await import("../../admin/streams.ts");
  await setStreamStatus(t.deps, await findStream(t.deps, id), { status: "paused" }, "cli:root");
  await setStreamStatus(t.deps, await findStream(t.deps, id), { status: "enabled" }, "cli:root");
  const { sets } = await poll(id);
  assert.deepEqual(typesOf(sets), [STREAM_UPDATED, STREAM_UPDATED]);
  assert.deepEqual(
    sets.map(({ claims: { events } }) => events[STREAM_UPDATED]),
    [{ status: "paused" }, { status: "enabled" }],
  );
});
