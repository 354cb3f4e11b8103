import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK } from "jose";
import type { PublicJwk, PublicJwks } from "../../client-settings/jwks.ts";
import { newClientSecret } from "./client-secret.ts";
import { ISSUER, startService } from "../../testing.ts";
import type { Parameters, TestResponse, TestService } from "../../testing.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const GENERIC = { status: 401, error: "invalid_client", description: "Client authentication failed." };

interface Signer {
  key: CryptoKey;
  jwk: PublicJwk;
  alg: string;
}

async function signer(alg: string, changes: Partial<JWK> = {}, size = 2048): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: size });
  const jwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), ...changes };
  return { key: privateKey, jwk: jwk as PublicJwk, alg };
}

const es256 = await signer("ES256");
const ps256 = await signer("PS256");
const eddsa = await signer("EdDSA");

const t = await startService();
const lenient = await startService({ assertionTokenUrl: true, assertionRs256: true });
after(() => Promise.all([t.close(), lenient.close()]));
// Failures are counted by address: each test has its own.
let addresses = 0;
beforeEach(() => {
  addresses += 1;
  t.caller.address = `198.51.100.${addresses}`;
});

const jwksOf = (...signers: Signer[]): PublicJwks => ({ keys: signers.map(({ jwk }) => jwk) });

/** A client with the keys of these signers. */
async function clientOf(service: TestService, ...signers: Signer[]): Promise<string> {
  const made = await service.deps.store.clients.find(
    (await service.client({ grantTypes: ["client_credentials"] })).id,
  );
  assert.ok(made);
  const id = randomUUID();
  const settings = { tokenEndpointAuthMethod: "private_key_jwt", jwks: jwksOf(...signers) } as const;
  await service.deps.store.clients.create({ ...made, ...settings, id, secrets: [] }, "test");
  return id;
}

interface Changes {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
}

/** A new assertion, with some members of header and claims changed; undefined removes one. */
function assertion(
  service: TestService,
  clientId: string,
  { key, jwk, alg }: Signer,
  { header = {}, claims = {} }: Changes = {},
): Promise<string> {
  const now = Math.floor(service.clock.at / 1000);
  const usual = { iss: clientId, sub: clientId, aud: ISSUER, exp: now + 60, iat: now, jti: randomUUID() };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg, kid: jwk.kid, ...header } as never)
    .sign(key);
}

function own(service: TestService, jws: string, more: Parameters = {}): Promise<TestResponse> {
  const credentials = { client_assertion_type: JWT_BEARER, client_assertion: jws };
  return service.token({ grant_type: "client_credentials", ...credentials, ...more });
}

const seconds = () => Math.floor(t.clock.at / 1000);

test("a client signs by PS256, ES256 or EdDSA, under either name of the last, and client_id is optional", async () => {
  for (const [one, header] of [
    [ps256, {}],
    [es256, {}],
    [eddsa, {}],
    [eddsa, { alg: "Ed25519" }],
    [es256, { kid: undefined }],
    [es256, { typ: "client-authentication+jwt" }],
    [es256, { typ: "anything" }],
  ] as const) {
    const id = await clientOf(t, one, await signer("ES256"));
    assert.equal((await own(t, await assertion(t, id, one, { header }))).status, 200, JSON.stringify(header));
    assert.equal((await own(t, await assertion(t, id, one, { header }), { client_id: id })).status, 200);
  }
});

test("aud is the issuer as a string, and nothing else (rfc7523bis-11 section 4)", async () => {
  const id = await clientOf(t, es256);
  const refused = { status: 401, error: "invalid_client", cause: "client_assertion_audience" };
  for (const aud of [
    [ISSUER],
    [ISSUER, `${ISSUER}/oauth/token`],
    `${ISSUER}/oauth/token`,
    `${ISSUER}/oauth/par`,
    `${ISSUER}/`,
    "https://else.example",
    "",
    undefined,
    [],
    7,
  ]) {
    const jws = await assertion(t, id, es256, { claims: { aud } });
    await t.refused(() => own(t, jws), refused);
  }
});

test("a setting accepts the URL of the token endpoint, as a string alone", async () => {
  const id = await clientOf(lenient, es256);
  const send = async (aud: unknown) =>
    (await own(lenient, await assertion(lenient, id, es256, { claims: { aud } }))).status;
  assert.equal(await send(`${ISSUER}/oauth/token`), 200);
  assert.equal(await send(ISSUER), 200);
  for (const aud of [[`${ISSUER}/oauth/token`], `${ISSUER}/oauth/par`]) assert.equal(await send(aud), 401);
});

test("RS256 needs a setting, and none and HMAC are never accepted", async () => {
  const rs256 = await signer("RS256");
  const algorithm = { status: 401, error: "invalid_client", cause: "client_assertion_algorithm" };
  const id = await clientOf(t, rs256);
  await t.refused(async () => own(t, await assertion(t, id, rs256)), algorithm);
  const there = await clientOf(lenient, rs256);
  assert.equal((await own(lenient, await assertion(lenient, there, rs256))).status, 200);
  const jws = await assertion(t, await clientOf(t, es256), es256);
  const [, payload = ""] = jws.split(".");
  for (const alg of ["none", "HS256", "ES384", "constructor", ""]) {
    const header = Buffer.from(JSON.stringify({ alg })).toString("base64url");
    await t.refused(() => own(t, `${header}.${payload}.AA`), algorithm);
  }
});

test("iss and sub are the client, and client_id names no other", async () => {
  const id = await clientOf(t, es256);
  const subject = { status: 401, error: "invalid_client", cause: "client_assertion_subject" };
  for (const claims of [
    { iss: "other" },
    { iss: undefined },
    { sub: undefined },
    { sub: "" },
    { sub: 7 },
    { sub: "other" },
  ]) {
    const jws = await assertion(t, id, es256, { claims });
    await t.refused(() => own(t, jws), subject);
  }
  const jws = await assertion(t, id, es256);
  await t.refused(() => own(t, jws, { client_id: `${id}x` }), subject);
  const another = await clientOf(t, es256);
  await t.refused(() => own(t, jws, { client_id: another }), subject);
});

test("exp is required, ahead by an hour at most; clocks may differ by 10 s", async () => {
  const id = await clientOf(t, es256);
  const refused = { status: 401, error: "invalid_client", cause: "client_assertion_time" };
  const now = seconds();
  for (const claims of [
    { nbf: now + 8 },
    { iat: now + 8 },
    { exp: now - 5 },
    { exp: now + 3600 },
    { iat: undefined },
  ]) {
    assert.equal(
      (await own(t, await assertion(t, id, es256, { claims }))).status,
      200,
      JSON.stringify(claims),
    );
  }
  for (const claims of [
    { nbf: now + 61 },
    { iat: now + 61 },
    { exp: now - 300 },
    { exp: now - 11 },
    { exp: now + 3700 },
    { exp: undefined },
    { exp: String(now + 60) },
    { nbf: "x" },
    { iat: null },
  ]) {
    const jws = await assertion(t, id, es256, { claims });
    await t.refused(() => own(t, jws), refused);
  }
});

test("an assertion is used once, by all nodes, and only a signed one uses its jti up", async () => {
  const id = await clientOf(t, es256);
  const used = { status: 401, error: "invalid_client", cause: "client_assertion_used" };
  const jti = "once";
  const forged = await assertion(t, id, { ...es256, key: (await signer("ES256")).key }, { claims: { jti } });
  await t.refused(() => own(t, forged), { ...GENERIC, cause: "client_assertion_signature" });
  const jws = await assertion(t, id, es256, { claims: { jti } });
  const answers = await Promise.all([own(t, jws), own(t, jws), own(t, jws)]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 401, 401],
  );
  await t.refused(() => own(t, jws), used);
  // A new assertion with the same jti, and another client's, which is another thing.
  await t.refused(async () => own(t, await assertion(t, id, es256, { claims: { jti } })), used);
  const other = await clientOf(t, es256);
  assert.equal((await own(t, await assertion(t, other, es256, { claims: { jti } }))).status, 200);
  // Another node of the same database.
  const node = await startService({}, { folder: t.folder, clock: t.clock });
  try {
    assert.equal((await own(node, jws)).status, 401);
    const fresh = await assertion(t, id, es256);
    assert.equal((await own(node, fresh)).status, 200);
    await t.refused(() => own(t, fresh), used);
  } finally {
    await node.close();
  }
});

test("jti is required, of a sane length", async () => {
  const id = await clientOf(t, es256);
  for (const jti of [undefined, "", 7, "x".repeat(257)]) {
    const jws = await assertion(t, id, es256, { claims: { jti } });
    await t.refused(() => own(t, jws), {
      status: 401,
      error: "invalid_client",
      cause: "client_assertion_jti",
    });
  }
});

test("a key that is too small, for encryption, or for another algorithm verifies nothing", async () => {
  const small = await signer("PS256", {}, 2048);
  const unfit: Signer[] = [
    { ...es256, jwk: { ...es256.jwk, use: "enc" } },
    { ...es256, jwk: { ...es256.jwk, alg: "ES384" } },
    { ...es256, jwk: { ...es256.jwk, key_ops: ["sign"] } },
    { ...small, jwk: { ...small.jwk, n: Buffer.alloc(128, 0xa5).toString("base64url") } },
    { ...small, jwk: { ...small.jwk, e: "AQ" } },
    { ...small, jwk: { ...small.jwk, alg: "RS256" } },
    { ...es256, jwk: { ...es256.jwk, kid: "another" } },
  ];
  for (const one of unfit) {
    const id = await clientOf(t, one);
    const jws = await assertion(t, id, one, {
      header: { kid: one.jwk.kid === "another" ? "x" : one.jwk.kid },
    });
    await t.refused(() => own(t, jws), { ...GENERIC, cause: "client_assertion_signature" }, "token");
  }
});

test("two methods at once, another type and what is no JWT are refused", async () => {
  const id = await clientOf(t, es256);
  const jws = await assertion(t, id, es256);
  const two = { status: 400, error: "invalid_request", cause: "two_authentication_methods" };
  await t.refused(() => own(t, jws, { client_secret: "s" }), two);
  const basic = `Basic ${Buffer.from(`${id}:s`).toString("base64")}`;
  const parameters = {
    grant_type: "client_credentials",
    client_assertion_type: JWT_BEARER,
    client_assertion: jws,
  };
  await t.refused(() => t.token(parameters, { authorization: basic }), two);
  const type = { status: 401, error: "invalid_client", cause: "client_assertion_type" };
  for (const client_assertion_type of ["urn:ietf:params:oauth:client-assertion-type:saml2-bearer", undefined])
    await t.refused(() => own(t, jws, { client_assertion_type }), type);
  const malformed = { status: 401, error: "invalid_client", cause: "client_assertion_malformed" };
  const critical = await assertion(t, id, es256, { header: { b64: true, crit: ["b64"] } });
  for (const client_assertion of [undefined, "x", "a.b", "a.b.c", `${jws}.x`, "x".repeat(9000), critical])
    await t.refused(() => own(t, String(client_assertion), { client_assertion }), malformed);
});

test("no client is let in by another method than its own", async () => {
  const id = await clientOf(t, es256);
  const mismatch = { ...GENERIC, cause: "auth_method_mismatch" };
  const grant = { grant_type: "client_credentials", client_id: id };
  await t.refused(() => t.token(grant), mismatch);
  await t.refused(() => t.token({ ...grant, client_secret: newClientSecret() }), mismatch);
  // Even by a secret that it still has from before.
  const before = await t.client({ grantTypes: ["client_credentials"] });
  const changes = { tokenEndpointAuthMethod: "private_key_jwt", jwks: jwksOf(es256) } as const;
  await t.deps.store.clients.update(before.id, changes, "test");
  t.deps.clients.clear();
  await t.refused(() => t.token({ ...grant, ...before.credentials }), mismatch);
  assert.equal((await own(t, await assertion(t, before.id, es256))).status, 200);
  // A client with a secret, and a public one, do not authenticate by an assertion.
  for (const other of [await t.client(), await t.client({}, { isPublic: true })])
    await t.refused(async () => own(t, await assertion(t, other.id, es256)), mismatch);
  const unknown = { ...GENERIC, cause: "unknown_client" };
  await t.refused(async () => own(t, await assertion(t, randomUUID(), es256)), unknown);
});

test("nothing of an assertion is in the log, and its refusal leaves an event", async () => {
  const id = await clientOf(t, es256);
  const jti = randomUUID();
  const forged = await assertion(t, id, { ...es256, key: (await signer("ES256")).key }, { claims: { jti } });
  await own(t, forged);
  const [, , signature = "-"] = forged.split(".");
  const text = t.lines.join("");
  for (const part of [forged, signature, jti]) assert.ok(!text.includes(part));
  await t.deps.store.ping();
  const events = await t.deps.store.events.list({ clientId: id, type: "client.refused" }, 10);
  assert.deepEqual(
    events.map(({ data }) => data),
    [{ cause: "client_assertion_signature" }],
  );
});

test("strangers cost no round trip: before the signature fits, nothing is asked of the store", async (c) => {
  const id = await clientOf(t, es256);
  assert.equal((await own(t, await assertion(t, id, es256))).status, 200);
  const uses = c.mock.method(t.deps.store.usedTokens, "use");
  const reads = c.mock.method(t.deps.store.clients, "find");
  await own(t, await assertion(t, id, es256, { claims: { aud: "x" } }));
  assert.equal(reads.mock.callCount(), 0);
  await own(t, await assertion(t, id, { ...es256, key: (await signer("ES256")).key }));
  assert.equal(uses.mock.callCount(), 0);
  await own(t, await assertion(t, id, es256));
  assert.equal(uses.mock.callCount(), 1);
});
