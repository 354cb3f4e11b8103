import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { SignJWT } from "jose";
import type { JWTPayload } from "jose";
import { DocumentError } from "../clients/cimd/fetch-document.ts";
import type { FetchedDocument, FetchOptions } from "../clients/cimd/fetch-document.ts";
import { ISSUER, startService } from "../testing.ts";
import type { Refusal } from "../testing.ts";
import { SIGNAL_PATHS } from "../signals/signal-paths.ts";

const PATH = SIGNAL_PATHS.globalTokenRevocation;
const OKTA = "https://acme.okta.example";
const TOOL = "https://tool.example";
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = { ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "ES256" };

/** The Internet of these tests, and what was asked of it. */
const documents = new Map<string, unknown>();
const asked: [url: string, isAnyAddress: boolean][] = [];
async function fetchDocument(url: string, options: FetchOptions = {}): Promise<FetchedDocument> {
  asked.push([url, options.isAllowed?.("10.0.0.1") ?? false]);
  const body = documents.get(url);
  if (body === undefined) throw new DocumentError("unreachable");
  return { body, maxAge: undefined };
}
documents.set(`${OKTA}/.well-known/openid-configuration`, { jwks_uri: `${OKTA}/keys` });
documents.set(`${OKTA}/keys`, { keys: [jwk] });
documents.set("https://tool.example/internal/keys", { keys: [jwk] });

const t = await startService(
  {
    clientFailuresPerMinute: 1000,
    revocationIssuers: [
      { issuer: OKTA, identifies: "username", domains: ["acme.example"] },
      { issuer: TOOL, jwksUri: "https://tool.example/internal/keys" },
      { issuer: "https://gone.example" },
    ],
  },
  { fetchDocument },
);
after(() => t.close());

let jti = 0;
/** jose reads the wall clock for the cache of keys; the service's clock is the tokens'. */
async function tokenOf(claims: JWTPayload = {}, header: object = {}, key = privateKey): Promise<string> {
  const now = Math.floor(t.clock.at / 1000);
  const complete = {
    iss: TOOL,
    aud: ISSUER + PATH,
    iat: now,
    exp: now + 300,
    jti: `jti-${(jti += 1)}`,
    ...claims,
  };
  const protectedHeader = { alg: "ES256", kid: "k1", typ: "global-token-revocation+jwt", ...header };
  return new SignJWT(complete).setProtectedHeader(protectedHeader).sign(key);
}

function send(token: string | undefined, sub_id: unknown) {
  const headers = {
    "content-type": "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return t.send(PATH, { method: "POST", headers, body: JSON.stringify({ sub_id }) });
}

const refused = (token: string | undefined, sub_id: unknown, expected: Refusal) =>
  t.refused(() => send(token, sub_id), expected, "global_token_revocation");
const refusedToken = (token: string | undefined, detail: string) =>
  refused(token, OPAQUE, { status: 401, error: "invalid_token", cause: "revocation_token_refused", detail });

const OPAQUE = { format: "opaque", id: "customer-7" };
const client = await t.client();
let refreshToken: string;

beforeEach(async () => {
  t.clock.at += 1000;
  ({ refreshToken } = await t.grant(client, { subject: "customer-7" }));
});

async function isActive(token = refreshToken): Promise<boolean> {
  return (await t.introspect(client, token)).body["active"] === true;
}

test("a signed request ends all grants and sign-ins of the subject, and nobody else's", async () => {
  const second = await t.grant(client, { subject: "customer-7" });
  const other = await t.grant(client, { subject: "customer-8" });
  await t.deps.store.signIns.start({
    digest: Buffer.alloc(32, 7),
    subject: "customer-7",
    name: "Ada",
    ttl: 3600,
    replaces: null,
  });
  const answer = await send(await tokenOf(), OPAQUE);
  assert.deepEqual([answer.status, answer.text, answer.headers.get("cache-control")], [204, "", "no-store"]);
  assert.equal(await t.deps.store.signIns.find(Buffer.alloc(32, 7)), undefined);
  const refusal = await t.refresh(client, refreshToken);
  assert.deepEqual([refusal.status, refusal.body["error_reason"]], [400, "revoked"]);
  assert.deepEqual([await isActive(second.refreshToken), await isActive(other.refreshToken)], [false, true]);
  const [event] = (await t.deps.store.events.list({ type: "grant.revoked" }, 10)).slice(-1);
  assert.deepEqual(event?.data["actor"], `issuer:${TOOL}`);
  // A grant that is created after that stays.
  t.clock.at += 1;
  const later = await t.grant(client, { subject: "customer-7" });
  assert.equal(await isActive(later.refreshToken), true);
});

test("the metadata names the endpoint, and so does nothing where no issuer is configured", async () => {
  const { body } = await t.send("/.well-known/oauth-authorization-server");
  assert.equal(body["global_token_revocation_endpoint"], ISSUER + PATH);
  assert.deepEqual(body["global_token_revocation_endpoint_auth_methods_supported"], ["Bearer"]);
  const without = await startService();
  const { status } = await without.send(PATH, { method: "POST" });
  const { body: metadata } = await without.send("/.well-known/oauth-authorization-server");
  await without.close();
  assert.deepEqual([status, metadata["global_token_revocation_endpoint"]], [404, undefined]);
});

test("an identity provider names a user by e-mail address, or by its own subject, which is the username here", async () => {
  const subject = await t.account("Ada@acme.example", "correct horse");
  for (const sub_id of [
    { format: "email", email: "ada@acme.example" },
    { format: "opaque", id: "ada@acme.example" },
    { format: "iss_sub", iss: OKTA, sub: "ada@acme.example" },
    { format: "iss_sub", iss: ISSUER, sub: subject },
  ]) {
    t.clock.at += 1000;
    const tokens = await t.grant(client, { subject });
    const answer = await send(await tokenOf({ iss: OKTA }), sub_id);
    assert.equal(answer.status, 204, answer.text);
    assert.equal(await isActive(tokens.refreshToken), false, sub_id.format);
  }
});

test("an issuer ends sessions of its own users only, and learns nothing of others", async () => {
  await t.account("eve@beta.example", "correct horse");
  // A name that is not an address belongs to no domain.
  const nameless = await t.account("acme.example", "correct horse");
  const expected = { status: 403, error: "access_denied", cause: "subject_of_other_issuer" };
  for (const sub_id of [
    { format: "email", email: "eve@beta.example" },
    { format: "email", email: "nobody@beta.example" },
    { format: "opaque", id: "acme.example" },
    { format: "iss_sub", iss: ISSUER, sub: nameless },
    { format: "iss_sub", iss: TOOL, sub: "ada@acme.example" },
    { format: "iss_sub", iss: ISSUER, sub: "customer-7" },
  ]) {
    await refused(await tokenOf({ iss: OKTA }), sub_id, expected);
  }
  assert.equal(await isActive(), true);
});

test("an unknown subject is 404, as the draft says, to an authenticated issuer alone", async () => {
  const expected = { status: 404, error: "invalid_request", cause: "subject_not_found" };
  await refused(await tokenOf({ iss: OKTA }), { format: "email", email: "bob@acme.example" }, expected);
  await refused(await tokenOf(), { format: "opaque", id: "stranger" }, expected);
});

test("a token is used once, whoever got hold of it", async () => {
  const token = await tokenOf();
  assert.equal((await send(token, OPAQUE)).status, 204);
  await t.grant(client, { subject: "customer-8" });
  await refused(
    token,
    { format: "opaque", id: "customer-8" },
    {
      status: 401,
      error: "invalid_token",
      cause: "revocation_token_refused",
      detail: "used",
    },
  );
});

test("a token of another issuer, key, purpose or time is refused", async () => {
  const now = Math.floor(t.clock.at / 1000);
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  await refusedToken(undefined, "missing");
  await refusedToken("no.jwt.atall", "issuer");
  await refusedToken(await tokenOf({ iss: "https://other.example" }), "issuer");
  await refusedToken(await tokenOf({}, {}, stranger), "signature");
  await refusedToken(await tokenOf({}, { kid: "unknown" }), "signature");
  await refusedToken(await tokenOf({ aud: ISSUER }), "aud");
  await refusedToken(await tokenOf({ exp: now - 61 }), "exp");
  await refusedToken(await tokenOf({ exp: undefined as never }), "exp");
  await refusedToken(await tokenOf({ iat: now - 661, exp: now + 300 }), "iat");
  await refusedToken(await tokenOf({ iat: now + 61, exp: now + 300 }), "iat");
  await refusedToken(await tokenOf({ jti: undefined as never }), "jti");
  await refusedToken(await tokenOf({}, { typ: "at+jwt" }), "typ");
  const none = [{ alg: "none" }, { iss: TOOL, aud: ISSUER + PATH, iat: now, exp: now + 60, jti: "n" }];
  const unsigned = none.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  await refusedToken(`${unsigned}.x`, "signature");
  const hmac = new SignJWT({ iss: TOOL, aud: ISSUER + PATH, jti: "h" })
    .setIssuedAt(now)
    .setExpirationTime(now + 60);
  const secret = Buffer.from(publicKey.export({ format: "pem", type: "spki" }));
  await refusedToken(await hmac.setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(secret), "signature");
  assert.equal(await isActive(), true);
});

test("another body is refused before the token is used", async () => {
  const expected = { status: 400, error: "invalid_request", cause: "subject_identifier_malformed" };
  const token = await tokenOf();
  for (const sub_id of [
    undefined,
    "customer-7",
    { format: "phone_number", phone_number: "+12065550100" },
    { format: "opaque" },
    { format: "opaque", id: "" },
    { format: "opaque", id: "x".repeat(1025) },
    { format: "email", email: "customer-7" },
  ]) {
    await refused(token, sub_id, expected);
  }
  assert.equal((await send(token, OPAQUE)).status, 204);
});

test("keys are fetched once; only a URL that the operator wrote may be at a private address", async () => {
  assert.deepEqual(
    asked.filter(([url]) => url.includes("okta")),
    [
      [`${OKTA}/.well-known/openid-configuration`, false],
      [`${OKTA}/keys`, false],
    ],
  );
  assert.deepEqual(
    asked.filter(([url]) => url.includes("tool")),
    [["https://tool.example/internal/keys", true]],
  );
  for (let i = 0; i < 3; i += 1) {
    const { status, headers } = await send(await tokenOf({ iss: "https://gone.example" }), OPAQUE);
    assert.deepEqual([status, headers.get("retry-after")], [503, "30"]);
  }
  assert.equal(asked.filter(([url]) => url.includes("gone")).length, 1);
});

test("refused tokens are throttled by network, so that strangers cause few fetches", async () => {
  const limited = await startService(
    { clientFailuresPerMinute: 2, revocationIssuers: [{ issuer: TOOL }] },
    { fetchDocument },
  );
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await limited.send(PATH, { method: "POST" })).status);
  await limited.close();
  assert.deepEqual(statuses, [401, 401, 429]);
});
