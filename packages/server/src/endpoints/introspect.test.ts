import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { readAccessToken } from "../../../verify/src/access-token.ts";
import { Revocations } from "../../../verify/src/revocations.ts";
import type { Revocation } from "../../../verify/src/revocations.ts";
import { rotateSigningKey } from "../keys/rotation.ts";
import { SECOND, WINDOW } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestClient } from "../testing.ts";
import { openRefreshToken, sealRefreshToken } from "../tokens/refresh-token.ts";

const t = await startService();
after(() => t.close());
const client = await t.client();
const server = await t.client({ grantTypes: [], resourceServer: true });

const ISSUER = "https://auth.example";
const KEYS = {
  algorithm: "EdDSA",
  jwksMaxAge: 300,
  signingKeyMaxAge: 7_776_000,
  macKeyMaxAge: 31_536_000,
} as const;

async function seen(token: string, by: TestClient = server): Promise<Record<string, unknown>> {
  const { status, body } = await t.introspect(by, token);
  assert.equal(status, 200);
  if (body["active"] === false) assert.deepEqual(body, { active: false });
  return body;
}

async function isActive(token: string, by?: TestClient): Promise<unknown> {
  return (await seen(token, by))["active"];
}

function now(): number {
  return t.clock.at / SECOND;
}

test("an access token is described as it is, of either profile (RFC 7662 §2.2)", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const holder = await t.client({ profile });
    const { accessToken } = await t.grant(holder);
    assert.deepEqual(await seen(accessToken), {
      active: true,
      token_use: "access_token",
      token_type: "Bearer",
      client_id: holder.id,
      sub: "subject-1",
      scope: "read write",
      aud: profile === "passport" ? holder.id : ISSUER,
      iss: ISSUER,
      iat: now(),
      exp: now() + 3600,
      jti: decodeJwt(accessToken).jti,
    });
  }
});

test("a refresh token is described as it is", async () => {
  const { refreshToken } = await t.grant(client, { scope: "" });
  t.clock.at += 10 * SECOND;
  const next = tokensOf(await t.refresh(client, refreshToken));
  assert.deepEqual(await seen(next.refreshToken), {
    active: true,
    token_use: "refresh_token",
    client_id: client.id,
    sub: "subject-1",
    iss: ISSUER,
    iat: now(),
    exp: now() + 864_000,
    refresh_token_timeout: 864_000,
    authorization_expires_in: 31_536_000 - 10,
  });
});

test("a grant whose subject is called like its client ends in both profiles", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const holder = await t.client({ profile });
    const { accessToken, refreshToken } = await t.grant(holder, { subject: holder.id });
    assert.equal(await isActive(accessToken, holder), true);
    await t.revoke(holder, refreshToken);
    assert.equal(await isActive(accessToken, holder), false);
  }
});

test("a client sees what was issued to it, a resource server sees all", async () => {
  const { accessToken, refreshToken } = await t.grant(client);
  const other = await t.client();
  for (const token of [accessToken, refreshToken]) {
    assert.equal(await isActive(token, client), true);
    assert.equal(await isActive(token, other), false);
    assert.equal(await isActive(token, server), true);
  }
});

test("a public client may not ask, nor one that does not prove itself", async () => {
  const { accessToken } = await t.grant(client);
  const page = await t.client({}, { isPublic: true });
  const refused = { status: 400, error: "unauthorized_client", cause: "introspection_by_public_client" };
  await t.refused(() => t.introspect(page, accessToken), refused, "introspect");
  const nobody = { ...client, credentials: { client_id: client.id } };
  const failed = { status: 401, error: "invalid_client", cause: "secret_missing" };
  await t.refused(() => t.introspect(nobody, accessToken), failed, "introspect");
  const missing = { status: 400, error: "invalid_request", cause: "parameter_missing", parameter: "token" };
  await t.refused(() => t.introspect(client, ""), missing, "introspect");
});

test("the newest refresh token is active, a spent one never, and asking changes nothing", async () => {
  const { refreshToken: first } = await t.grant(client);
  assert.equal(await isActive(first), true);
  const { refreshToken: second } = tokensOf(await t.refresh(client, first));
  for (const [after, what] of [
    [WINDOW - 1, "inside the window, where a retry is answered"],
    [1, "after it, where a late retry would be answered"],
  ] as const) {
    t.clock.at += after;
    assert.equal(await isActive(first), false, what);
    assert.equal(await isActive(second), true, what);
  }
  tokensOf(await t.refresh(client, first));
  assert.equal(await isActive(first), false, "in the window that the late retry started");
  t.clock.at += WINDOW;
  assert.equal(await isActive(first), false, "after which it is reused");
  assert.equal(await isActive(second), true, "though asking revoked nothing");
  tokensOf(await t.refresh(client, second));
});

test("the holder of a spent refresh token learns nothing of its session, whatever becomes of it", async () => {
  const { refreshToken: spent } = await t.grant(client);
  let { refreshToken: head } = tokensOf(await t.refresh(client, spent));
  const unknown = await t.introspect(client, "rgr_unknown");
  const told = async () => {
    const { text, status, headers } = await t.introspect(client, spent);
    headers.delete("x-request-id");
    return { text, status, headers: [...headers] };
  };
  const { text, status, headers } = unknown;
  headers.delete("x-request-id");
  const nothing = { text, status, headers: [...headers] };
  assert.equal(text, '{"active":false}');
  for (const pause of [0, SECOND, WINDOW / 2, WINDOW, 10 * WINDOW]) {
    t.clock.at += pause;
    assert.deepEqual(await told(), nothing, `${pause} ms later`);
    ({ refreshToken: head } = tokensOf(await t.refresh(client, head)));
    assert.deepEqual(await told(), nothing, "right after a rotation");
  }
  assert.equal((await t.revoke(client, head)).status, 200);
  assert.deepEqual(await told(), nothing, "after the end");
});

test("introspection is no use of a refresh token: it resets no timeout (draft-ietf-oauth-refresh-token-expiration §7)", async () => {
  const holder = await t.client({ accessTtl: 60, retryWindow: 30, refreshIdleTtl: 100, refreshMaxTtl: 150 });
  const { refreshToken: first } = await t.grant(holder);
  t.clock.at += 20 * SECOND;
  const { refreshToken } = tokensOf(await t.refresh(holder, first));
  const grantId = openRefreshToken(refreshToken, t.deps.keys)?.grantId ?? "";
  const [row, rotated] = [await t.deps.store.grants.find(grantId), now()];
  const lifetimes = async () => {
    const { exp, iat, refresh_token_timeout, authorization_expires_in } = await seen(refreshToken);
    return { exp, iat, refresh_token_timeout, authorization_expires_in };
  };
  const said = { exp: rotated + 100, iat: rotated };
  for (const [pause, timeout, ending] of [
    [0, 100, 130],
    [40, 60, 90],
    [59, 1, 31],
  ] as const) {
    t.clock.at += pause * SECOND;
    await seen(first);
    const members = { ...said, refresh_token_timeout: timeout, authorization_expires_in: ending };
    assert.deepEqual([await lifetimes(), await lifetimes()], [members, members]);
  }
  assert.deepEqual(await t.deps.store.grants.find(grantId), row);
  const types = (await t.deps.store.events.list({ grantId }, 100)).map(({ type }) => type);
  assert.deepEqual(types, ["grant.created"]);
  t.clock.at += SECOND;
  assert.equal(await isActive(refreshToken), false);
  const expired = { status: 400, error: "invalid_grant", reason: "expired", cause: "expired" };
  await t.refused(() => t.refresh(holder, refreshToken), expired);
});

test("of a refresh token ahead of its row only the end of the grant is known", async () => {
  const holder = await t.client({ refreshIdleTtl: 100 });
  const { refreshToken } = await t.grant(holder);
  const token = openRefreshToken(refreshToken, t.deps.keys);
  assert.ok(token);
  const ahead = sealRefreshToken({ ...token, generation: 7 }, t.deps.keys.macKeyAt(t.clock.at));
  const ending = now() + 31_536_000;
  t.clock.at += 200 * SECOND;
  assert.equal(await isActive(refreshToken), false, "it was not used in time");
  assert.deepEqual(await seen(ahead), {
    active: true,
    token_use: "refresh_token",
    client_id: holder.id,
    sub: "subject-1",
    scope: "read write",
    iss: ISSUER,
    exp: ending,
    authorization_expires_in: 31_535_800,
  });
  assert.equal(tokensOf(await t.refresh(holder, ahead)).refreshTokenExpiresIn, 100);
  const strict = await t.client({ lostWrites: "reject" });
  const { refreshToken: head } = await t.grant(strict);
  const other = openRefreshToken(head, t.deps.keys);
  assert.ok(other);
  const rejected = sealRefreshToken({ ...other, generation: 7 }, t.deps.keys.macKeyAt(t.clock.at));
  assert.equal(await isActive(rejected), false);
});

test("a refresh token that ran out is over, and its access token at its own end", async () => {
  const short = await t.client({ accessTtl: 60, refreshIdleTtl: 100 });
  const { refreshToken, accessToken } = await t.grant(short);
  t.clock.at += 60 * SECOND - 1;
  assert.equal(await isActive(accessToken), true);
  t.clock.at += 1;
  assert.equal(await isActive(accessToken), false);
  t.clock.at += 40 * SECOND - 1;
  assert.equal(await isActive(refreshToken), true);
  t.clock.at += 1;
  assert.equal(await isActive(refreshToken), false);
});

test("what ends a grant ends its tokens, wherever it came from", async () => {
  const revoke = (id: string) => t.deps.store.grants.revoke(id, "revoked_by_operator", "test");
  const { accessToken, refreshToken } = await t.grant(client);
  assert.equal(await revoke(String(decodeJwt(accessToken)["gid"])), true);
  for (const token of [accessToken, refreshToken]) assert.equal(await isActive(token), false);

  const reused = await t.grant(client);
  let { refreshToken: head } = reused;
  for (let i = 0; i < 2; i++) head = tokensOf(await t.refresh(client, head)).refreshToken;
  t.clock.at += WINDOW;
  await t.refresh(client, reused.refreshToken);
  for (const token of [reused.accessToken, head]) assert.equal(await isActive(token), false);
});

test("tokens of a disabled client are over, and do not come back with it", async () => {
  const holder = await t.client({ grantTypes: ["refresh_token", "client_credentials"] });
  const { accessToken, refreshToken } = await t.grant(holder);
  const { body } = await t.token({ grant_type: "client_credentials", ...holder.credentials });
  const own = String(body["access_token"]);
  t.clock.at += 1;
  await t.deps.store.clients.disable(holder.id, "test");
  for (const token of [accessToken, refreshToken, own]) assert.equal(await isActive(token), false);
  await t.deps.store.clients.enable(holder.id, "test");
  for (const token of [accessToken, refreshToken, own]) assert.equal(await isActive(token), false);
});

test("a client's own tokens of before it was disabled do not come back with it, nor for @regrant/verify", async () => {
  const reader = await t.client({ resourceServer: true });
  const job = await t.client({ grantTypes: ["client_credentials"] });
  const ownToken = async () => {
    const { body } = await t.token({ grant_type: "client_credentials", ...job.credentials });
    return String(body["access_token"]);
  };
  const active = async (token: string) => (await t.introspect(reader, token)).body["active"];
  const agreed = async (token: string) => {
    const { body } = await t.post("/oauth/revocations", reader.credentials);
    const revocations = new Revocations();
    for (const revocation of body["revoked"] as Revocation[]) revocations.add(revocation);
    const { claims } = await t.verified(token);
    const verified = readAccessToken("rfc9068", claims);
    assert.ok(verified);
    assert.equal(!revocations.covers(verified, undefined), await active(token));
    return active(token);
  };
  const old = await ownToken();
  assert.equal(await agreed(old), true);
  t.clock.at += SECOND;
  await t.deps.store.clients.disable(job.id, "test");
  assert.equal(await active(old), false);
  await t.deps.store.clients.enable(job.id, "test");
  assert.equal(await agreed(old), false);
  // Another node may have issued it before it knew.
  t.clock.at += 2 * SECOND;
  assert.equal(await agreed(await ownToken()), false);
  t.clock.at += SECOND;
  const next = await ownToken();
  assert.equal(await agreed(next), true);
  assert.equal(await agreed(old), false);
});

test("tokens of a disabled account are over", async () => {
  const subject = await t.account("ada", "correct horse");
  const { accessToken, refreshToken } = await t.grant(client, { subject });
  await t.deps.store.accounts.disable(subject, "test");
  for (const token of [accessToken, refreshToken]) assert.equal(await isActive(token), false);
});

test("garbage is inactive, and so is a token of another service", async () => {
  const elsewhere = await startService();
  const foreign = await elsewhere.grant(await elsewhere.client());
  await elsewhere.close();
  const { accessToken } = await t.grant(client);
  const [header = "", payload = "", signature = ""] = accessToken.split(".");
  const unsigned = Buffer.from('{"typ":"at+jwt","alg":"none"}').toString("base64url");
  for (const garbage of [
    "garbage",
    "rgr_garbage",
    foreign.accessToken,
    foreign.refreshToken,
    `${unsigned}.${payload}.`,
    `${header}.${payload}.`,
    `${header}.${payload}x.${signature}`,
    `${header}.${payload}.${signature}.`,
  ]) {
    assert.equal(await isActive(garbage), false, garbage);
  }
});

test("a token signed by a retired key is active as long as it lives", async () => {
  const { accessToken } = await t.grant(client);
  await rotateSigningKey(t.deps, KEYS, "test");
  t.clock.at += 400 * SECOND;
  const { header } = await t.verified((await t.grant(client)).accessToken);
  assert.equal(header.kid, t.deps.keys.published[1]?.kid);
  assert.equal(await isActive(accessToken), true);
});

test("answers are counted as active or inactive", async () => {
  const { accessToken } = await t.grant(client);
  const before = await Promise.all([t.counted("introspect", "active"), t.counted("introspect", "inactive")]);
  await seen(accessToken);
  await seen("garbage");
  const counted = await Promise.all([t.counted("introspect", "active"), t.counted("introspect", "inactive")]);
  assert.deepEqual(
    counted,
    before.map((count) => count + 1),
  );
});
