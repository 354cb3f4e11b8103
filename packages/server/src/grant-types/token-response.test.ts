import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { SECOND, START } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import { openRefreshToken } from "../tokens/refresh-token.ts";

const t = await startService();
after(() => t.close());

const IAT = START / 1000;

test("an rfc9068 token has its header and claims (RFC 9068 §2), and verifies against the JWKS", async () => {
  const client = await t.client();
  const { refreshToken } = await t.grant(client, { subject: "subject-7", authTime: "now" });
  const grantId = openRefreshToken(refreshToken, t.deps.keys)?.grantId;
  const { accessToken } = tokensOf(await t.refresh(client, refreshToken));
  const { header, claims } = await t.verified(accessToken);
  assert.deepEqual(header, { typ: "at+jwt", alg: "EdDSA", kid: t.deps.keys.published[0]?.kid });
  const { jti, ...rest } = claims;
  assert.deepEqual(rest, {
    iss: "https://auth.example",
    aud: "https://auth.example",
    sub: "subject-7",
    client_id: client.id,
    iat: IAT,
    exp: IAT + 3600,
    scope: "read write",
    gid: grantId,
    auth_time: IAT,
  });
  assert.match(String(jti), /^[\w-]{22}$/);
});

test("claims that are not known are left out", async () => {
  const client = await t.client();
  const { accessToken } = await t.grant(client, { scope: "" });
  const { claims } = await t.verified(accessToken);
  assert.deepEqual(
    Object.keys(claims).toSorted(),
    ["aud", "client_id", "exp", "gid", "iat", "iss", "jti", "sub"].toSorted(),
  );
});

test("the audience is the client's, or the service's", async () => {
  const own = await t.client({ audience: "https://api.example" });
  assert.equal(decodeJwt((await t.grant(own)).accessToken).aud, "https://api.example");
  const service = await startService({ audience: "urn:all-apis" });
  const { accessToken } = await service.grant(await service.client());
  assert.equal(decodeJwt(accessToken).aud, "urn:all-apis");
  await service.close();
});

test("a passport token has Passport's header and claims in Passport's order", async () => {
  const client = await t.client({ profile: "passport", audience: "https://api.example" });
  const { accessToken } = await t.grant(client, { subject: "42", authTime: "now" });
  const { header, claims } = await t.verified(accessToken);
  assert.deepEqual(header, {
    typ: "JWT",
    alg: "EdDSA",
    jti: claims.jti,
    kid: t.deps.keys.published[0]?.kid,
  });
  const payload = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  assert.equal(
    payload,
    `{"aud":"${client.id}","jti":"${claims.jti}","iat":${IAT},"nbf":${IAT},"exp":${IAT + 3600},` +
      `"sub":"42","scopes":["read","write"]}`,
  );
  assert.match(String(claims.jti), /^[0-9a-f]{80}$/);
  const { claims: scopeless } = await t.verified((await t.grant(client, { scope: "" })).accessToken);
  assert.deepEqual(scopeless["scopes"], []);
});

test("instants are whole seconds, whatever the clock says", async () => {
  t.clock.at += 999;
  for (const profile of ["rfc9068", "passport"] as const) {
    const { claims } = await t.verified((await t.grant(await t.client({ profile }))).accessToken);
    assert.deepEqual([claims.iat, claims.exp], [IAT, IAT + 3600]);
  }
  t.clock.at -= 999;
});

test("each refresh has its own jti, of either profile", async () => {
  for (const profile of ["rfc9068", "passport"] as const) {
    const client = await t.client({ profile });
    let { refreshToken, accessToken } = await t.grant(client);
    const seen = new Set([decodeJwt(accessToken).jti]);
    for (let i = 0; i < 5; i++) {
      ({ refreshToken, accessToken } = tokensOf(await t.refresh(client, refreshToken)));
      seen.add(decodeJwt(accessToken).jti);
    }
    assert.equal(seen.size, 6);
  }
});

test("an access token never outlives its grant, and both say so", async () => {
  const client = await t.client({ accessTtl: 60, refreshIdleTtl: 100, refreshMaxTtl: 100 });
  const { refreshToken } = await t.grant(client);
  t.clock.at += 70 * SECOND;
  const { accessToken, expiresIn, refreshTokenExpiresIn } = tokensOf(await t.refresh(client, refreshToken));
  assert.deepEqual([expiresIn, refreshTokenExpiresIn], [30, 30]);
  assert.equal(decodeJwt(accessToken).exp, (t.clock.at + 30 * SECOND) / 1000);
  t.clock.at -= 70 * SECOND;
});

test("the refresh token's lifetime is the lesser of idle and absolute", async () => {
  const client = await t.client({ accessTtl: 60, refreshIdleTtl: 100, refreshMaxTtl: 250 });
  let { refreshToken, refreshTokenExpiresIn } = await t.grant(client);
  const left = [refreshTokenExpiresIn];
  for (let i = 0; i < 3; i++) {
    t.clock.at += 80 * SECOND;
    ({ refreshToken, refreshTokenExpiresIn } = tokensOf(await t.refresh(client, refreshToken)));
    left.push(refreshTokenExpiresIn);
  }
  assert.deepEqual(left, [100, 100, 90, 10]);
  t.clock.at -= 240 * SECOND;
});

test("lifetimes are each client's own, and a change of them counts from the next refresh", async () => {
  const client = await t.client({ accessTtl: 60, refreshIdleTtl: 1000 });
  const { refreshToken, expiresIn, refreshTokenExpiresIn } = await t.grant(client);
  assert.deepEqual([expiresIn, refreshTokenExpiresIn], [60, 1000]);
  await t.deps.store.clients.update(client.id, { accessTtl: 120, refreshIdleTtl: 500 }, "test");
  const next = tokensOf(await t.refresh(client, refreshToken));
  assert.deepEqual([next.expiresIn, next.refreshTokenExpiresIn], [120, 500]);
});

test("a narrowed scope narrows the access token only; the next refresh has all of it again", async () => {
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  const scopeOf = (accessToken: string) => decodeJwt(accessToken)["scope"];
  const narrow = tokensOf(await t.refresh(client, refreshToken, { scope: "write" }));
  assert.equal(scopeOf(narrow.accessToken), "write");
  const order = tokensOf(await t.refresh(client, narrow.refreshToken, { scope: " write  read write" }));
  assert.equal(scopeOf(order.accessToken), "write read");
  const whole = await t.refresh(client, order.refreshToken);
  assert.equal(scopeOf(tokensOf(whole).accessToken), "read write");
  assert.equal("scope" in whole.body, false);
});
