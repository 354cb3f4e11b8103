import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { startService, tokensOf } from "../testing.ts";
import { cleanUserAgent, requestIdOf } from "./source-of-request.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TRACE_PARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const REFRESH_TOKEN = `rgr_${"A".repeat(72)}`;

const t = await startService();
after(() => t.close());
const client = await t.client();

describe("the id of a request", () => {
  const idOf = (headers: Record<string, string>) => requestIdOf(new Headers(headers));

  const ids = [
    "7f5c2f0a9d1b4e6f8a3c5d7e9f1b2a4c",
    "4b9c9c2e-6f57-4e0e-9a59-2f6f1b6f0a11",
    "Root=1-67891233-abcdef012345678912345678",
    "host.example/AbC-000001",
    "x".repeat(128),
  ];
  for (const id of ids) test(`is the proxy's: ${id}`, () => assert.equal(idOf({ "x-request-id": id }), id));

  const refused = [
    "",
    " ",
    "two words",
    "a, b",
    "=1+1",
    "-rf",
    "<b>",
    "é",
    'quote"d',
    "x".repeat(129),
    REFRESH_TOKEN,
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
  ];
  for (const id of refused) {
    test(`is not ${JSON.stringify(id.slice(0, 20))}, which is never repeated`, () =>
      assert.match(idOf({ "x-request-id": id }), UUID));
  }

  test("is that of the trace where the proxy gave none, or none that is one", () => {
    assert.equal(idOf({ traceparent: TRACE_PARENT }), TRACE);
    assert.equal(idOf({ traceparent: TRACE_PARENT, "x-request-id": "two words" }), TRACE);
    assert.equal(idOf({ traceparent: TRACE_PARENT, "x-request-id": "r-1" }), "r-1");
  });

  test("is a new one for a trace that is none", () => {
    const broken = [
      TRACE_PARENT.replace(TRACE, "0".repeat(32)),
      TRACE_PARENT.replace("b7ad6b7169203331", "0".repeat(16)),
      TRACE_PARENT.replace(/^00/, "ff"),
      TRACE_PARENT.toUpperCase(),
      `${TRACE_PARENT}-more`,
      TRACE,
    ];
    const made = broken.map((traceparent) => idOf({ traceparent }));
    for (const id of made) assert.match(id, UUID);
    assert.equal(new Set(made).size, made.length);
  });
});

describe("a user agent", () => {
  const cases: [title: string, sent: string | null, kept: string | undefined][] = [
    [
      "is kept as it is",
      "PHP/8.2 (panel; +https://panel.example)",
      "PHP/8.2 (panel; +https://panel.example)",
    ],
    ["may be missing", null, undefined],
    ["may be empty", "", undefined],
    ["is cut", "x".repeat(70_000), "x".repeat(200)],
    ["has no control characters", "a\tb\u007f\u001b[31mc\u0085d", "ab[31mcd"],
    ["of control characters alone is none", "\t\u0080", undefined],
    ["may be other text than ASCII, or no UTF-8", "caf\u00e9 \u00ff\u00fe", "caf\u00e9 \u00ff\u00fe"],
    ["has no token of ours", `curl ${REFRESH_TOKEN}!`, "curl [token]!"],
    [
      "has no part of one that is cut off",
      `${"x".repeat(180)} ${REFRESH_TOKEN}`,
      `${"x".repeat(180)} [token]`,
    ],
    ["has no JWT", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "Bearer [token]"],
  ];
  for (const [title, sent, kept] of cases) test(title, () => assert.equal(cleanUserAgent(sent), kept));
});

test("every response has its request's id, whatever becomes of it", async () => {
  const paths: [path: string, init: RequestInit, status: number][] = [
    ["/healthz", {}, 200],
    ["/.well-known/jwks.json", {}, 200],
    ["/nowhere", {}, 404],
    ["/oauth/token", {}, 405],
    ["/oauth/token", { method: "OPTIONS" }, 204],
    ["/oauth/token", { method: "POST", body: "x=y" }, 415],
    ["/oauth/authorize", {}, 400],
  ];
  for (const [path, init, status] of paths) {
    const response = await t.send(path, { ...init, headers: { "x-request-id": "r-17" } });
    assert.deepEqual([response.status, response.headers.get("x-request-id")], [status, "r-17"], path);
    assert.match((await t.send(path, init)).headers.get("x-request-id") ?? "", UUID, path);
  }
});

test("an event and its log line say where its request came from", async () => {
  const { refreshToken } = await t.grant(client);
  tokensOf(await t.refresh(client, refreshToken));
  const lines = t.lines.length;
  t.caller.address = "2001:db8::7";
  const headers = { "user-agent": "PHP/8.2", "x-request-id": "r-1" };
  const form = { ...client.credentials, grant_type: "refresh_token", refresh_token: refreshToken };
  t.clock.at += 1000;
  tokensOf(await t.token(form, headers));
  const [event] = await t.deps.store.events.list({ clientId: client.id, type: "grant.retried" }, 1);
  const source = { address: "2001:db8::7", userAgent: "PHP/8.2", requestId: "r-1" };
  assert.partialDeepStrictEqual(event, source);
  const [line] = t.log.slice(lines).filter((one) => one["event"] === "grant.retried");
  const logged = { address: "2001:db8::7", user_agent: "PHP/8.2", request_id: "r-1" };
  assert.partialDeepStrictEqual(line, logged);
});

test("a refusal's line names the request, and the grant of a token that is genuine", async () => {
  t.caller.address = "198.51.100.9";
  const { refreshToken } = await t.grant(client);
  const other = await t.client();
  const refuse = async (token: string, cause: string) => {
    const form = { ...other.credentials, grant_type: "refresh_token", refresh_token: token };
    await t.token(form, { "user-agent": "thief/1", "x-request-id": "r-2" });
    const line = t.log.findLast(({ msg }) => msg === "refused") ?? {};
    const { address, user_agent, request_id } = line;
    assert.deepEqual(
      [line["cause"], address, user_agent, request_id],
      [cause, "198.51.100.9", "thief/1", "r-2"],
    );
    return line["grant_id"];
  };
  const named = String(await refuse(refreshToken, "client_mismatch"));
  assert.equal((await t.deps.store.grants.find(named))?.clientId, client.id);
  assert.equal(await refuse(`${refreshToken.slice(0, -2)}AA`, "forged"), undefined);
});

test("what is no address is not recorded as one", async () => {
  for (const address of ["unknown", "", "203.0.113.9, 10.0.0.1", "localhost"]) {
    t.caller.address = address;
    await t.token({ ...client.credentials, client_secret: "wrong", grant_type: "refresh_token" });
    await t.deps.store.ping();
    t.clock.at += 61_000;
  }
  const events = await t.deps.store.events.list({ clientId: client.id, type: "client.refused" }, 10);
  assert.deepEqual(
    events.map((event) => event.address),
    [undefined, undefined, undefined, undefined],
  );
});

test("with addressRetention 0 neither address nor user agent is recorded, and the request's id is", async (s) => {
  const discreet = await startService({ addressRetention: 0 });
  s.after(() => discreet.close());
  const guest = await discreet.client();
  const headers = { "user-agent": "PHP/8.2", "x-request-id": "r-3" };
  const wrong = { ...guest.credentials, client_secret: "wrong", grant_type: "refresh_token" };
  await discreet.token(wrong, headers);
  await discreet.deps.store.ping();
  const [event] = await discreet.deps.store.events.list({ type: "client.refused" }, 1);
  assert.deepEqual([event?.address, event?.userAgent, event?.requestId], [undefined, undefined, "r-3"]);
});
