import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { SECOND } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestClient } from "../testing.ts";
import { openRefreshToken, sealRefreshToken } from "../tokens/refresh-token.ts";

const t = await startService();
after(() => t.close());
const client = await t.client({ grantTypes: ["refresh_token", "client_credentials"] });
const other = await t.client();

const REVOKED = { status: 400, error: "invalid_grant", reason: "revoked", cause: "revoked" };
const FOREIGN = {
  status: 400,
  error: "invalid_grant",
  reason: "invalid",
  description: "The token was not issued to this client.",
  cause: "token_client_mismatch",
};

/** 200 and `{}`, whatever became of it; the metric knows. */
async function revoked(outcome: string, token: string, by: TestClient = client): Promise<void> {
  const before = await t.counted("revoke", outcome);
  const { status, text } = await t.revoke(by, token);
  assert.deepEqual([status, text], [200, "{}"]);
  assert.equal(await t.counted("revoke", outcome), before + 1, `the metric of ${outcome}`);
}

async function isActive(token: string): Promise<unknown> {
  return (await t.introspect(client, token)).body["active"];
}

test("a refresh token of any generation ends its grant and the grant's access tokens", async () => {
  for (const generation of [0, 1, 3]) {
    const tokens = [await t.grant(client)];
    for (let i = 0; i < 3; i++) {
      tokens.push(tokensOf(await t.refresh(client, tokens.at(-1)?.refreshToken ?? "")));
    }
    t.clock.at += 3000 * SECOND;
    const [first, , , head] = tokens;
    assert.ok(first && head);
    assert.equal(await isActive(head.accessToken), true);
    await revoked("revoked", tokens[generation]?.refreshToken ?? "");
    await t.refused(() => t.refresh(client, head.refreshToken), REVOKED);
    assert.equal(await isActive(head.refreshToken), false);
    for (const { accessToken } of [first, head]) assert.equal(await isActive(accessToken), false);
    await revoked("already_revoked", head.refreshToken);
  }
});

test("a revocation is an event, with its cause and who asked", async () => {
  const { refreshToken } = await t.grant(client);
  await revoked("revoked", refreshToken);
  const { grantId } = openRefreshToken(refreshToken, t.deps.keys) ?? {};
  const events = await t.deps.store.events.list({ grantId, type: "grant.revoked" }, 10);
  assert.deepEqual(
    events.map(({ data }) => data),
    [{ reason: "revoked_by_client", actor: client.id, generation: 0 }],
  );
});

test("an access token ends alone, of either profile", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const holder = await t.client({ profile });
    const first = await t.grant(holder);
    const second = tokensOf(await t.refresh(holder, first.refreshToken));
    await revoked("access_token_revoked", first.accessToken, holder);
    const active = async (token: string) => (await t.introspect(holder, token)).body["active"];
    assert.equal(await active(first.accessToken), false);
    assert.equal(await active(second.accessToken), true);
    tokensOf(await t.refresh(holder, second.refreshToken));
    await revoked("access_token_revoked", first.accessToken, holder);
    const events = await t.deps.store.events.list({ clientId: holder.id, type: "access_token.revoked" }, 10);
    assert.equal(events.length, 1);
  }
});

test("a client's own access token can be revoked too", async () => {
  const { body } = await t.token({ grant_type: "client_credentials", ...client.credentials });
  const token = String(body["access_token"]);
  await revoked("access_token_revoked", token);
  assert.equal(await isActive(token), false);
});

test("what is no valid token is no error: what the client wants is already so (RFC 7009 §2.2)", async () => {
  const { refreshToken, accessToken } = await t.grant(client);
  const token = openRefreshToken(refreshToken, t.deps.keys);
  assert.ok(token);
  const otherSecret = { ...token, secret: randomBytes(16) };
  for (const garbage of [
    "garbage",
    "rgr_garbage",
    `rgr_${randomBytes(54).toString("base64url")}`,
    sealRefreshToken(otherSecret, t.deps.keys.macKeyAt(t.clock.at)),
    "a.b.c",
    `${accessToken.slice(0, -20)}${"A".repeat(20)}`,
  ]) {
    await revoked("unknown", garbage);
  }
  t.clock.at += 3600 * SECOND;
  await revoked("unknown", accessToken);
  tokensOf(await t.refresh(client, refreshToken));
});

test("a hint, right or wrong, changes nothing (RFC 7009 §2.1)", async () => {
  for (const hint of ["refresh_token", "access_token", "nonsense"]) {
    const { refreshToken } = await t.grant(client);
    await t.post("/oauth/revoke", { ...client.credentials, token: refreshToken, token_type_hint: hint });
    await t.refused(() => t.refresh(client, refreshToken), REVOKED);
  }
});

test("another client's token is refused, recorded, and goes on", async () => {
  const { refreshToken, accessToken } = await t.grant(client);
  await t.refused(() => t.revoke(other, refreshToken), FOREIGN, "revoke");
  await t.refused(() => t.revoke(other, accessToken), FOREIGN, "revoke");
  assert.equal(await isActive(accessToken), true);
  tokensOf(await t.refresh(client, refreshToken));
  const { grantId } = openRefreshToken(refreshToken, t.deps.keys) ?? {};
  const events = await t.deps.store.events.list({ grantId, type: "grant.client_mismatch" }, 10);
  assert.deepEqual(
    events.map(({ data }) => data),
    [{ presented_by: other.id }],
  );
});

test("a public client may revoke its own tokens", async () => {
  const page = await t.client({}, { isPublic: true });
  const { refreshToken } = await t.grant(page);
  await revoked("revoked", refreshToken, page);
  await t.refused(() => t.refresh(page, refreshToken), REVOKED);
});

test("without a token, or without a client, nothing is revoked", async () => {
  const missing = {
    status: 400,
    error: "invalid_request",
    description: "The token parameter is missing.",
    cause: "parameter_missing",
    parameter: "token",
  };
  await t.refused(() => t.revoke(client, ""), missing, "revoke");
  const { refreshToken } = await t.grant(client);
  const wrong = { ...client, credentials: { client_id: client.id, client_secret: "wrong" } };
  const failed = { status: 401, error: "invalid_client", cause: "wrong_secret" };
  await t.refused(() => t.revoke(wrong, refreshToken), failed, "revoke");
  tokensOf(await t.refresh(client, refreshToken));
});
