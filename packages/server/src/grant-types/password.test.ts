import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { decodeJwt } from "jose";
import { START } from "../store/contract/fixtures.ts";
import type { NewGrant } from "../store/store.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, Parameters } from "../testing.ts";

const t = await startService();
after(() => t.close());

const PASSWORD = "correct horse";
const subject = await t.account("Ada", PASSWORD);
const disabled = await t.account("disabled", PASSWORD);
await t.deps.store.accounts.disable(disabled, "test");
const client = await t.client({ grantTypes: ["password", "refresh_token"] });

const WRONG = {
  status: 400,
  error: "invalid_grant",
  description: "The username or the password is wrong.",
};
const TOO_MANY = { status: 429, error: "invalid_request", cause: "too_many_failures" };

// Failures are counted by address: each test has its own.
let addresses = 0;
beforeEach(() => {
  addresses += 1;
  t.caller.address = `198.51.100.${addresses}`;
});

function login(parameters: Parameters = {}): Promise<TestResponse> {
  const login = { grant_type: "password", username: "ada", password: PASSWORD };
  return t.token({ ...login, ...client.credentials, ...parameters });
}

test("the right password gets a grant of the account, recorded, whose refresh token works", async () => {
  const answer = await login();
  const { accessToken, refreshToken } = tokensOf(answer);
  assert.equal(answer.body["scope"], "read write");
  const { claims } = await t.verified(accessToken);
  assert.deepEqual([claims.sub, claims["auth_time"]], [subject, START / 1000]);
  const grantId = String(claims["gid"]);
  const [created] = await t.deps.store.events.list({ grantId }, 10);
  assert.deepEqual(
    [created?.type, created?.subject, created?.data],
    ["grant.created", subject, { via: "password", scope: "read write" }],
  );
  assert.equal(await t.counted("token", "issued"), 1);
  tokensOf(await t.refresh(client, refreshToken));
});

test("a wrong password, an unknown and a disabled account look alike, and the log tells them apart", async () => {
  const refused: [parameters: Parameters, cause: string][] = [
    [{ password: "wrong" }, "wrong_password"],
    [{ username: "nobody" }, "unknown_account"],
    [{ username: "disabled" }, "account_disabled"],
    [{ username: "disabled", password: "wrong" }, "wrong_password"],
  ];
  const seen = new Set<string>();
  for (const [parameters, cause] of refused) {
    const { text, headers } = await t.refused(() => login(parameters), { ...WRONG, cause });
    headers.delete("x-request-id");
    seen.add(JSON.stringify([text, [...headers]]));
  }
  assert.equal(seen.size, 1);
});

test("a password that is changed while it is checked is a wrong one", async (context) => {
  const { grants, accounts } = t.deps.store;
  const changed = await t.account("changed", PASSWORD);
  const create = grants.create.bind(grants);
  context.mock.method(grants, "create", async (grant: NewGrant) => {
    await accounts.setPasswordHash(changed, "$argon2id$other", "test");
    return create(grant);
  });
  await t.refused(() => login({ username: "changed" }), { ...WRONG, cause: "wrong_password" });
});

test("a username is found whatever its case, surrounding spaces and Unicode form", async () => {
  await t.account("zoë", PASSWORD);
  for (const username of [" ADA ", "zoe\u0308", "ZO\u00cb"]) tokensOf(await login({ username }));
});

test("the scope is what was asked for, or all that the client may have, and never more", async () => {
  const narrow = await login({ scope: "write" });
  assert.equal("scope" in narrow.body, false);
  const { accessToken, refreshToken } = tokensOf(narrow);
  assert.equal(decodeJwt(accessToken)["scope"], "write");
  const wider = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  await t.refused(() => t.refresh(client, refreshToken, { scope: "read" }), wider);
  await t.refused(() => login({ scope: "read admin" }), wider);
  await t.refused(() => login({ scope: "re\\ad" }), { ...wider, cause: "malformed_scope" });
});

test("a scope that the client may not have is refused before the password is tried", async () => {
  const wider = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  await t.refused(() => login({ scope: "admin", password: "wrong" }), wider);
});

test("a client may use the grant type only if its settings name it", async () => {
  const without = await t.client({ grantTypes: ["refresh_token"] });
  const denied = { status: 400, error: "unauthorized_client", cause: "grant_type_not_allowed" };
  await t.refused(() => login(without.credentials), denied);
});

test("a client that may not refresh gets no refresh token", async () => {
  const loginOnly = await t.client({ grantTypes: ["password"] });
  const { status, body } = await login(loginOnly.credentials);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ["token_type", "expires_in", "access_token", "scope"]);
});

test("what is missing or too long is said", async () => {
  const faults: [parameters: Parameters, cause: string, parameter: string, description: string][] = [
    [{ username: "" }, "parameter_missing", "username", "The username parameter is missing."],
    [{ password: undefined }, "parameter_missing", "password", "The password parameter is missing."],
    [{ username: "x".repeat(321) }, "parameter_too_long", "username", "The username parameter is too long."],
    [{ password: "ä".repeat(513) }, "parameter_too_long", "password", "The password parameter is too long."],
  ];
  for (const [parameters, cause, parameter, description] of faults) {
    const fault = { status: 400, error: "invalid_request", description, cause, parameter };
    await t.refused(() => login(parameters), fault);
  }
});

test("the 11th failure of a username in a minute is 429 there, and not elsewhere", async () => {
  await t.account("grace", PASSWORD);
  const wrong = () => login({ username: "grace", password: "wrong" });
  for (let i = 0; i < 10; i++) await t.refused(wrong, { ...WRONG, cause: "wrong_password" });
  const { headers } = await t.refused(wrong, TOO_MANY);
  assert.ok(Number(headers.get("retry-after")) > 50);
  await t.refused(() => login({ username: " GRACE" }), TOO_MANY);
  tokensOf(await login());
  t.caller.address = "203.0.113.9";
  tokensOf(await login({ username: "grace" }));
});

test("disabling an account ends its grants and its password, not those of others", async () => {
  const turing = await t.account("turing", PASSWORD);
  const { refreshToken } = tokensOf(await login({ username: "turing" }));
  const other = tokensOf(await login());
  await t.deps.store.accounts.disable(turing, "test");
  const revoked = { status: 400, error: "invalid_grant", reason: "revoked", cause: "revoked" };
  await t.refused(() => t.refresh(client, refreshToken), revoked);
  await t.refused(() => login({ username: "turing" }), { ...WRONG, cause: "account_disabled" });
  tokensOf(await t.refresh(client, other.refreshToken));
});

test("an account or client disabled while the password was checked gets no grant", async (context) => {
  const cases = [
    ["account_disabled", { ...WRONG, cause: "account_disabled" }],
    ["client_disabled", { status: 401, error: "invalid_client", cause: "client_disabled" }],
  ] as const;
  for (const [outcome, refusal] of cases) {
    const mock = context.mock.method(t.deps.store.grants, "create", async () => ({ outcome }));
    await t.refused(() => login(), refusal);
    mock.mock.restore();
  }
  tokensOf(await login());
});

test("is not supported where the setting is off, and its grants go on", async (t) => {
  const off = await startService({ passwordGrant: false });
  t.after(() => off.close());
  const client = await off.client({ grantTypes: ["password", "refresh_token"] });
  await off.account("ada", PASSWORD);
  const login = { grant_type: "password", username: "ada", password: PASSWORD, ...client.credentials };
  const unsupported = { status: 400, error: "unsupported_grant_type", cause: "unsupported_grant_type" };
  await off.refused(() => off.token(login), unsupported);
  tokensOf(await off.refresh(client, (await off.grant(client)).refreshToken));
  const { body } = await off.send("/.well-known/oauth-authorization-server");
  assert.equal((body["grant_types_supported"] as string[]).includes("password"), false);
  const { text } = await off.send("/docs/openapi.json");
  assert.doesNotMatch(text, /PasswordRequest|"password":\{"tokenUrl"/);
});
