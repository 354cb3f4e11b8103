import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TOKEN_EXCHANGE } from "../client-settings/grant-types.ts";
import { DAY, HOUR, SECOND } from "../store/contract/fixtures.ts";
import type { ClientSettings } from "../store/store.ts";
import { DpopKey } from "../sender/testing.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Parameters, TestClient, TestResponse, TestService } from "../testing.ts";
import { ACCESS_TOKEN, REFRESH_TOKEN } from "./exchange/token-types.ts";

const BACKEND = "https://backend.example.com/api";
const MCP = "https://mcp.example/mcp";

let t: TestService;
before(async () => {
  t = await startService({ resources: [BACKEND, MCP] });
});
after(() => t.close());

const invalid = (cause: string) => ({ status: 400, error: "invalid_request", cause });

/** A client that may exchange tokens. */
function agent(settings: Partial<ClientSettings> = {}): Promise<TestClient> {
  const grantTypes = [TOKEN_EXCHANGE, "refresh_token", "client_credentials"] as const;
  return t.client({ grantTypes, tokenExchange: "delegation", exchangeClients: ["*"], ...settings });
}

function exchange(client: TestClient, subjectToken: string, more: Parameters = {}): Promise<TestResponse> {
  const subject = { subject_token: subjectToken, subject_token_type: ACCESS_TOKEN };
  return t.token({ grant_type: TOKEN_EXCHANGE, ...client.credentials, ...subject, ...more });
}

async function claimsOf(response: TestResponse) {
  return (await t.verified(tokensOf(response).accessToken)).claims;
}

test("the example of RFC 8693 §2.3: an API exchanges the token that it was sent for one for a backend", async () => {
  const user = await t.client();
  const { accessToken } = await t.grant(user, { subject: "user@example.com" });
  const api = await agent({ tokenExchange: "impersonation", exchangeAudiences: [BACKEND] });
  const response = await exchange(api, accessToken, { resource: BACKEND });
  assert.equal(response.body["issued_token_type"], ACCESS_TOKEN);
  assert.equal(response.body["token_type"], "Bearer");
  assert.equal(response.body["refresh_token"], undefined);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const { claims: before } = await t.verified(accessToken);
  const { aud, sub, client_id, act, gid, grant_clients } = await claimsOf(response);
  assert.deepEqual([aud, sub, client_id, act], [BACKEND, "user@example.com", api.id, undefined]);
  assert.deepEqual([gid, grant_clients], [before["gid"], [user.id]]);
  const [event] = await t.deps.store.events.list({ type: "grant.exchanged" }, 1);
  assert.deepEqual([event?.clientId, event?.subject, event?.grantId], [user.id, "user@example.com", gid]);
  assert.deepEqual(event?.data, { exchanged_by: api.id, scope: "read write", actor: null });
});

test("delegation names the client, or whom its actor token is of, and who acted before (RFC 8693 §4.1)", async () => {
  const { accessToken } = await t.grant(await t.client());
  const [first, second] = [await agent(), await agent({ tokenExchange: "impersonation" })];
  const once = await exchange(first, accessToken);
  assert.deepEqual((await claimsOf(once))["act"], { sub: first.id });
  const own = await t.token({ grant_type: "client_credentials", ...second.credentials });
  const actor = { actor_token: String(own.body["access_token"]), actor_token_type: ACCESS_TOKEN };
  const twice = await exchange(second, tokensOf(once).accessToken, actor);
  assert.deepEqual((await claimsOf(twice))["act"], { sub: second.id, act: { sub: first.id } });
  // One that impersonates leaves who acted before.
  const thrice = await exchange(second, tokensOf(once).accessToken);
  assert.deepEqual((await claimsOf(thrice))["act"], { sub: first.id });
  const seen = await t.introspect(second, tokensOf(twice).accessToken);
  assert.deepEqual(seen.body["act"], { sub: second.id, act: { sub: first.id } });
});

test("a token whose grant is deleted during the exchange is refused", async (context) => {
  const { accessToken } = await t.grant(await t.client());
  const client = await agent();
  const find = context.mock.method(t.deps.store.grants, "find");
  find.mock.mockImplementationOnce(async () => undefined, 1);
  const inactive = { ...invalid("subject_token_refused"), detail: "inactive" };
  await t.refused(() => exchange(client, accessToken), inactive);
});

test("a chain of five actors is not made longer", async () => {
  let { accessToken } = await t.grant(await t.client());
  const client = await agent();
  for (let i = 0; i < 5; i += 1) accessToken = tokensOf(await exchange(client, accessToken)).accessToken;
  await t.refused(() => exchange(client, accessToken), invalid("too_many_actors"));
});

test("nothing is exchanged unless the client's settings say so", async () => {
  const user = await t.client();
  const { accessToken, refreshToken } = await t.grant(user);
  const unauthorized = { status: 400, error: "unauthorized_client" };
  const none = await t.client();
  await t.refused(() => exchange(none, accessToken), { ...unauthorized, cause: "grant_type_not_allowed" });
  const off = await agent({ tokenExchange: "off" });
  await t.refused(() => exchange(off, accessToken), { ...unauthorized, cause: "exchange_not_allowed" });
  const own = await agent({ exchangeClients: [] });
  const client = { ...invalid("subject_token_refused"), detail: "client" };
  await t.refused(() => exchange(own, accessToken), client);
  const named = await agent({ exchangeClients: [user.id] });
  tokensOf(await exchange(named, accessToken));
  const target = { status: 400, error: "invalid_target", cause: "exchange_target_refused" };
  await t.refused(() => exchange(named, accessToken, { audience: BACKEND }), target);
  const asked = { requested_token_type: REFRESH_TOKEN };
  const noChild = { ...invalid("child_grant_not_allowed"), detail: "exchange_grant_ttl" };
  await t.refused(() => exchange(named, accessToken, asked), noChild);
  // Another client's refresh token is nobody's but its own.
  const foreign = { subject_token: refreshToken, subject_token_type: REFRESH_TOKEN };
  const mismatch = { ...invalid("subject_token_refused"), detail: "client_mismatch" };
  await t.refused(() => exchange(named, "", foreign), mismatch);
});

test("the scope is narrowed, and never more than the token's or the client's", async () => {
  const { accessToken } = await t.grant(await t.client(), { scope: "read write" });
  const reader = await agent({ scopes: ["read", "admin"] });
  const narrowed = await exchange(reader, accessToken);
  assert.deepEqual([(await claimsOf(narrowed))["scope"], narrowed.body["scope"]], ["read", "read"]);
  const exceeded = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  for (const scope of ["write", "admin", "read write"]) {
    await t.refused(() => exchange(reader, accessToken, { scope }), exceeded);
  }
  const stranger = await agent({ scopes: ["other"] });
  await t.refused(() => exchange(stranger, accessToken), exceeded);
});

test("a malformed request, another token type and several targets are refused, each by its name", async () => {
  const { accessToken } = await t.grant(await t.client());
  const client = await agent({ exchangeAudiences: [BACKEND, MCP] });
  const wrong: [Parameters, Parameters][] = [
    [{ subject_token: undefined }, { cause: "parameter_missing", parameter: "subject_token" }],
    [{ subject_token_type: undefined }, { cause: "parameter_missing", parameter: "subject_token_type" }],
    [{ actor_token: "x" }, { cause: "parameter_missing", parameter: "actor_token_type" }],
    [{ actor_token_type: ACCESS_TOKEN }, { cause: "parameter_missing", parameter: "actor_token" }],
    [{ subject_token_type: "saml2" }, { cause: "token_type_unsupported", parameter: "subject_token_type" }],
    [{ requested_token_type: "id" }, { cause: "token_type_unsupported", parameter: "requested_token_type" }],
    [
      { authorization_details: "[]" },
      {
        error: "invalid_authorization_details",
        cause: "authorization_details_refused",
        parameter: "authorization_details",
      },
    ],
    [{ subject_token: "x".repeat(17_000) }, { cause: "parameter_too_long", parameter: "subject_token" }],
    [{ subject_token: "nonsense" }, { cause: "subject_token_refused", detail: "inactive" }],
    [
      { actor_token: accessToken, actor_token_type: ACCESS_TOKEN },
      { cause: "actor_token_refused", detail: "client" },
    ],
  ];
  for (const [changes, expected] of wrong) {
    const refusal = { status: 400, error: "invalid_request", cause: "", ...expected };
    await t.refused(() => exchange(client, accessToken, changes), refusal);
  }
  const several = { status: 400, error: "invalid_target", cause: "several_resources" };
  await t.refused(() => exchange(client, accessToken, { resource: MCP, audience: BACKEND }), several);
  tokensOf(await exchange(client, accessToken, { resource: MCP, audience: MCP }));
});

test("the new token expires with the one that it is for, and ends with its grant and with either client", async () => {
  const user = await t.client();
  const ends: Record<string, (client: TestClient, refreshToken: string) => Promise<unknown>> = {
    grant: (_, refreshToken) => t.revoke(user, refreshToken),
    "exchanging client": ({ id }) => t.deps.store.clients.disable(id, "test"),
    "first client": () => t.deps.store.clients.disable(user.id, "test"),
  };
  const server = await t.client({ resourceServer: true });
  for (const [what, end] of Object.entries(ends)) {
    const { accessToken, refreshToken } = await t.grant(user);
    t.clock.at += 600 * SECOND;
    const client = await agent({ accessTtl: 7200 });
    const response = await exchange(client, accessToken);
    assert.equal(tokensOf(response).expiresIn, 3000);
    const active = async () => (await t.introspect(server, tokensOf(response).accessToken)).body["active"];
    assert.equal(await active(), true);
    await end(client, refreshToken);
    assert.equal(await active(), false, what);
    const inactive = { ...invalid("subject_token_refused"), detail: "inactive" };
    const disabled = { status: 401, error: "invalid_client", cause: "client_disabled" };
    const expected = what === "exchanging client" ? disabled : inactive;
    await t.refused(() => exchange(client, accessToken), expected);
  }
});

test("an agent's child grant has less scope, is refreshed for months, and ends at once with its parent", async () => {
  const user = await t.client();
  const parent = await t.grant(user, { scope: "read write", authTime: "now" });
  const client = await agent({ exchangeGrantTtl: (90 * DAY) / SECOND });
  const asked = { requested_token_type: REFRESH_TOKEN, scope: "read" };
  const response = await exchange(client, parent.accessToken, asked);
  assert.equal(response.body["authorization_expires_in"], (90 * DAY) / SECOND);
  let { refreshToken, accessToken } = tokensOf(response);
  let kept = parent.refreshToken;
  for (let week = 0; week < 10; week += 1) {
    t.clock.at += 7 * DAY;
    kept = tokensOf(await t.refresh(user, kept)).refreshToken;
    ({ refreshToken, accessToken } = tokensOf(await t.refresh(client, refreshToken)));
  }
  const { scope, act, sub, client_id, grant_clients } = (await t.verified(accessToken)).claims;
  assert.deepEqual([scope, act, sub], ["read", { sub: client.id }, "subject-1"]);
  assert.deepEqual([client_id, grant_clients], [client.id, [user.id]]);
  const exceeded = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  await t.refused(() => t.refresh(client, refreshToken, { scope: "write" }), exceeded);
  assert.equal((await t.introspect(client, refreshToken)).body["active"], true);
  // Its own tokens are exchanged too, but not for a grant of a grant.
  const again = await agent({ exchangeGrantTtl: 3600 });
  tokensOf(await exchange(again, accessToken));
  const nested = { ...invalid("child_grant_not_allowed"), detail: "child of a child" };
  await t.refused(() => exchange(again, accessToken, asked), nested);

  await t.revoke(user, kept);
  const revoked = { status: 400, error: "invalid_grant", reason: "revoked", cause: "revoked" };
  await t.refused(() => t.refresh(client, refreshToken), revoked);
  for (const token of [refreshToken, accessToken]) {
    assert.equal((await t.introspect(client, token)).body["active"], false);
  }
  const [event] = (await t.deps.store.events.list({ type: "grant.revoked", clientId: client.id }, 10)).slice(
    -1,
  );
  assert.equal(event?.data["reason"], "parent_ended");
});

test("a client gets a child grant for its own refresh token, which is not used up", async () => {
  const client = await agent({ exchangeGrantTtl: 3600 });
  const { refreshToken } = await t.grant(client);
  const subject = { subject_token: refreshToken, subject_token_type: REFRESH_TOKEN };
  const asked = { ...subject, requested_token_type: REFRESH_TOKEN };
  const child = tokensOf(await exchange(client, "", asked));
  assert.notEqual(child.refreshToken, refreshToken);
  tokensOf(await t.refresh(client, refreshToken));
  tokensOf(await t.refresh(client, child.refreshToken));
  t.clock.at += HOUR;
  const spent = { ...invalid("subject_token_refused"), detail: "retried_late" };
  await t.refused(() => exchange(client, "", asked), spent);
});

test("a client's own token is exchanged by another one, and ends with both", async () => {
  const service = await t.client({ grantTypes: ["client_credentials"] });
  const own = await t.token({ grant_type: "client_credentials", ...service.credentials });
  const client = await agent();
  const response = await exchange(client, tokensOf(own).accessToken);
  const { sub, act, grant_clients, gid } = await claimsOf(response);
  assert.deepEqual([sub, act, grant_clients, gid], [service.id, { sub: client.id }, [service.id], undefined]);
  const server = await t.client({ resourceServer: true });
  const active = async () => (await t.introspect(server, tokensOf(response).accessToken)).body["active"];
  assert.equal(await active(), true);
  await t.deps.store.clients.disable(service.id, "test");
  assert.equal(await active(), false);
});

test("a bound token is exchanged only with a proof of its key, and the new one is bound to the proof of the request", async () => {
  const client = await agent({ exchangeGrantTtl: 3600 });
  const [key, other] = [await DpopKey.create(t.clock), await DpopKey.create(t.clock)];
  const own = { grant_type: "client_credentials", ...client.credentials };
  const { accessToken } = tokensOf(await t.token(own, await key.header()));
  const send = async (subject: string, proof?: DpopKey, more: Parameters = {}) =>
    t.token(
      {
        grant_type: TOKEN_EXCHANGE,
        ...client.credentials,
        subject_token: subject,
        subject_token_type: ACCESS_TOKEN,
        ...more,
      },
      proof && (await proof.header()),
    );
  const bound = { ...invalid("token_bound_to_key"), parameter: "subject_token" };
  await t.refused(() => send(accessToken), bound);
  await t.refused(() => send(accessToken, other), bound);
  const response = await send(accessToken, key);
  assert.equal(response.body["token_type"], "DPoP");
  assert.deepEqual((await claimsOf(response))["cnf"], { jkt: key.jkt });
  // A bearer token becomes a bound one, and so does the access token of a child grant.
  const bearer = await t.grant(await t.client());
  for (const requested_token_type of [ACCESS_TOKEN, REFRESH_TOKEN]) {
    const exchanged = await send(bearer.accessToken, other, { requested_token_type });
    assert.deepEqual((await claimsOf(exchanged))["cnf"], { jkt: other.jkt });
  }
});
