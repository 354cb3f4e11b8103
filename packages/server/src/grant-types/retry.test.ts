import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import { rotateMacKey, rotateSigningKey } from "../keys/rotation.ts";
import { SECOND } from "../store/contract/fixtures.ts";
import type { ClientSettings } from "../store/store.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, Parameters, TestService } from "../testing.ts";

const ed = await startService({ signingAlgorithm: "EdDSA" });
const rsa = await startService({ signingAlgorithm: "RS256" });
const ec = await startService({ signingAlgorithm: "ES256" });
after(() => Promise.all([ed.close(), rsa.close(), ec.close()]));

const KEYS = {
  algorithm: "EdDSA",
  jwksMaxAge: 300,
  signingKeyMaxAge: 7_776_000,
  macKeyMaxAge: 31_536_000,
} as const;

/** A grant's first refresh, to be sent again and again. */
async function startSession(t: TestService, settings: Partial<ClientSettings> = {}) {
  const client = await t.client(settings);
  const { refreshToken } = await t.grant(client, { authTime: "now" });
  return (more?: Parameters): Promise<TestResponse> => t.refresh(client, refreshToken, more);
}

for (const [algorithm, t] of [
  ["EdDSA", ed],
  ["RS256", rsa],
] as const) {
  for (const profile of ["rfc9068", "passport"] as const) {
    test(`${algorithm}, ${profile}: a retry gets both tokens again, byte for byte, and the time that is left`, async () => {
      const send = await startSession(t, { profile });
      const first = tokensOf(await send());
      assert.deepEqual([first.expiresIn, first.refreshTokenExpiresIn], [3600, 864_000]);
      for (const seconds of [1, 9, 19]) {
        t.clock.at += seconds * SECOND;
        const retry = tokensOf(await send());
        assert.equal(retry.accessToken, first.accessToken);
        assert.equal(retry.refreshToken, first.refreshToken);
        assert.equal(retry.expiresIn, Number(decodeJwt(first.accessToken).exp) - t.clock.at / SECOND);
      }
      t.clock.at += SECOND - 1;
      const last = tokensOf(await send());
      assert.deepEqual([last.expiresIn, last.refreshTokenExpiresIn], [3571, 863_970]);
      assert.equal(last.accessToken, first.accessToken);
      t.clock.at += 1;
    });
  }
}

test("ES256: a retry gets the same refresh token, and an access token with the same claims", async () => {
  const send = await startSession(ec);
  const first = tokensOf(await send());
  ec.clock.at += 5 * SECOND;
  const retry = tokensOf(await send());
  assert.equal(retry.refreshToken, first.refreshToken);
  assert.notEqual(retry.accessToken, first.accessToken);
  assert.deepEqual(decodeJwt(retry.accessToken), decodeJwt(first.accessToken));
});

test("200 at once get one and the same answer", async () => {
  const send = await startSession(ed);
  const answers = await Promise.all(Array.from({ length: 200 }, () => send()));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
});

test("a retry with another scope gets the same refresh token and its own access token", async () => {
  const send = await startSession(ed);
  const whole = tokensOf(await send());
  const narrow = tokensOf(await send({ scope: "read" }));
  assert.equal(narrow.refreshToken, whole.refreshToken);
  const [of, ofNarrow] = [decodeJwt(whole.accessToken), decodeJwt(narrow.accessToken)];
  assert.deepEqual([of["scope"], ofNarrow["scope"]], ["read write", "read"]);
  assert.notEqual(of.jti, ofNarrow.jti);
});

test("a retry across a rotation of the signing key is signed with the key of the rotation", async () => {
  const t = await startService();
  const send = await startSession(t);
  const kid = await rotateSigningKey(t.deps, KEYS, "test");
  t.clock.at += 290 * SECOND;
  const first = await send();
  t.clock.at += 20 * SECOND;
  const retry = await send();
  assert.equal(tokensOf(retry).accessToken, tokensOf(first).accessToken);
  const fresh = await startSession(t);
  const { header } = await t.verified(tokensOf(await fresh()).accessToken);
  assert.equal(header.kid, kid);
  await t.close();
});

test("a retry across a rotation of the MAC key gets the identical refresh token, and both go on", async () => {
  const t = await startService();
  const client = await t.client();
  const { refreshToken } = await t.grant(client);
  const first = tokensOf(await t.refresh(client, refreshToken));
  assert.equal(await rotateMacKey(t.deps, "test"), 2);
  t.clock.at += 10 * SECOND;
  const retry = tokensOf(await t.refresh(client, refreshToken));
  assert.equal(retry.refreshToken, first.refreshToken);
  assert.equal(macKeyOf(retry.refreshToken), 1);
  const next = tokensOf(await t.refresh(client, retry.refreshToken));
  assert.equal(macKeyOf(next.refreshToken), 2);
  tokensOf(await t.refresh(client, next.refreshToken));
  await t.close();
});

function macKeyOf(refreshToken: string): number {
  return Buffer.from(refreshToken.slice(4), "base64url").readUInt8(1);
}

test("a retry after a restart of the service gets the identical tokens", async () => {
  const before = await startService();
  const client = await before.client();
  const { refreshToken } = await before.grant(client);
  const first = tokensOf(await before.refresh(client, refreshToken));
  await before.close();
  const again = await startService({}, { folder: before.folder, clock: before.clock });
  again.clock.at += SECOND;
  const retry = tokensOf(await again.refresh(client, refreshToken));
  assert.deepEqual(
    [retry.accessToken, retry.refreshToken, retry.expiresIn],
    [first.accessToken, first.refreshToken, 3599],
  );
  await again.close();
});

test("a late retry gets the same refresh token and a new access token, issued now", async () => {
  const send = await startSession(ed);
  const first = tokensOf(await send());
  ed.clock.at += 3600 * SECOND;
  const late = tokensOf(await send());
  assert.equal(late.refreshToken, first.refreshToken);
  assert.equal(late.expiresIn, 3600);
  assert.equal(late.refreshTokenExpiresIn, 864_000 - 3600);
  const [of, ofLate] = [decodeJwt(first.accessToken), decodeJwt(late.accessToken)];
  assert.equal(Number(ofLate.iat) - Number(of.iat), 3600);
  assert.notEqual(ofLate.jti, of.jti);
});

test("the retry window is the client's own", async () => {
  const client = await ed.client({ retryWindow: 5, lateRetry: "refuse" });
  const { refreshToken } = await ed.grant(client);
  tokensOf(await ed.refresh(client, refreshToken));
  ed.clock.at += 5 * SECOND - 1;
  tokensOf(await ed.refresh(client, refreshToken));
  ed.clock.at += 1;
  const reused = { status: 400, error: "invalid_grant", reason: "reused", cause: "reused" };
  await ed.refused(() => ed.refresh(client, refreshToken), reused);
});
