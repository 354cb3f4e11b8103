import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { START } from "../store/contract/fixtures.ts";
import { startService } from "../testing.ts";
import type { TestResponse, Parameters, TestClient } from "../testing.ts";

const t = await startService();
after(() => t.close());

const OWN = { grantTypes: ["client_credentials"], accessTtl: 120 } as const;

function own(client: TestClient, parameters: Parameters = {}): Promise<TestResponse> {
  return t.token({ grant_type: "client_credentials", ...client.credentials, ...parameters });
}

test("a client gets an access token for itself, and nothing to refresh it with (RFC 6749 §4.4.3)", async () => {
  const client = await t.client(OWN);
  const { status, body } = await own(client);
  assert.equal(status, 200);
  const { access_token, ...rest } = body;
  assert.deepEqual(rest, { token_type: "Bearer", expires_in: 120, scope: "read write" });
  const { claims } = await t.verified(String(access_token));
  const { jti, ...known } = claims;
  assert.deepEqual(known, {
    iss: "https://auth.example",
    aud: "https://auth.example",
    sub: client.id,
    client_id: client.id,
    iat: START / 1000,
    exp: START / 1000 + 120,
    scope: "read write",
  });
  assert.match(String(jti), /^[\w-]{22}$/);
  assert.deepEqual(await t.deps.store.grants.list({ clientId: client.id }, { limit: 10 }), []);
});

test("each token is another one, of either profile, though all else is equal", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const client = await t.client({ ...OWN, profile });
    const answers = await Promise.all(Array.from({ length: 20 }, () => own(client)));
    const ids = answers.map(({ body }) => decodeJwt(String(body["access_token"])).jti);
    assert.equal(new Set(ids).size, 20);
  }
});

test("a passport token of a client names it as subject and has 80 hex digits of jti", async () => {
  const client = await t.client({ ...OWN, profile: "passport" });
  const { body } = await own(client, { scope: "read" });
  const { claims } = await t.verified(String(body["access_token"]));
  assert.deepEqual([claims.aud, claims.sub, claims["scopes"]], [client.id, client.id, ["read"]]);
  assert.match(String(claims.jti), /^[0-9a-f]{80}$/);
});

test("the scope is what was asked for, and never more than the client may have", async () => {
  const client = await t.client(OWN);
  const narrow = await own(client, { scope: "write" });
  assert.equal("scope" in narrow.body, false);
  assert.equal(decodeJwt(String(narrow.body["access_token"]))["scope"], "write");
  const wider = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  await t.refused(() => own(client, { scope: "read admin" }), wider);
  const none = await own(await t.client({ ...OWN, scopes: [] }));
  assert.equal("scope" in none.body, false);
});

test("a client may use the grant type only if its settings name it, and a public client never", async () => {
  const denied = { status: 400, error: "unauthorized_client", cause: "grant_type_not_allowed" };
  await t.refused(async () => own(await t.client({ grantTypes: ["refresh_token"] })), denied);
  await t.refused(async () => own(await t.client({}, { isPublic: true })), denied);
});

test("the tokens of a disabled or deleted client are over at once", async () => {
  const server = await t.client({ resourceServer: true });
  for (const end of ["disable", "delete"] as const) {
    const client = await t.client(OWN);
    const token = String((await own(client)).body["access_token"]);
    assert.equal((await t.introspect(server, token)).body["active"], true);
    await t.deps.store.clients[end](client.id, "test");
    assert.deepEqual((await t.introspect(server, token)).body, { active: false });
  }
});
