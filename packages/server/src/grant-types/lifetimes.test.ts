import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { DAY, HOUR, newCode, SECOND, SIGN_IN } from "../store/contract/fixtures.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestClient, TestResponse } from "../testing.ts";
import { readUserCode, userCodeDigest } from "../tokens/user-code.ts";
import { codeDigest } from "./authorization-code.ts";

// draft-ietf-oauth-refresh-token-expiration-03 §5 and §6. Introspection is in endpoints/introspect.test.ts.

const t = await startService();
await t.deps.store.signIns.start(SIGN_IN);
after(() => t.close());

const CALLBACK = "https://client.example/callback";
const GRANT_TYPES = ["authorization_code", DEVICE_CODE, "password", "refresh_token"] as const;
const LIFETIMES = { accessTtl: 60, refreshIdleTtl: 7 * 86_400, refreshMaxTtl: 10 * 86_400, retryWindow: 30 };
const MEMBERS = [
  "refresh_token_expires_in",
  "refresh_token_timeout",
  "authorization_expires_in",
  "refresh_token_retry_window",
];

/** The members about lifetimes that a successful response has. */
function lifetimesIn({ status, text, body }: TestResponse): Record<string, unknown> {
  assert.equal(status, 200, text);
  return Object.fromEntries(MEMBERS.filter((name) => name in body).map((name) => [name, body[name]]));
}

/** What a response says where the refresh token may stay unused for `timeout` s, and the grant ends in `ending` s. */
function lifetimes(timeout: number, ending: number, retryWindow = LIFETIMES.retryWindow) {
  return {
    refresh_token_expires_in: timeout,
    refresh_token_timeout: timeout,
    authorization_expires_in: ending,
    refresh_token_retry_window: retryWindow,
  };
}

/** The first response by each grant type that creates a grant. */
const FIRST: Record<string, (client: TestClient) => Promise<TestResponse>> = {
  async password({ credentials }) {
    const username = randomBytes(8).toString("hex");
    await t.account(username, "correct horse");
    return t.token({ grant_type: "password", username, password: "correct horse", ...credentials });
  },
  async authorization_code({ id, credentials }) {
    const code = `rgc_${randomBytes(32).toString("base64url")}`;
    const code_verifier = randomBytes(32).toString("base64url");
    const challenge = hash("sha256", code_verifier, "buffer");
    await t.deps.store.codes.issue(newCode(id, { digest: codeDigest(code), challenge }));
    const request = { grant_type: "authorization_code", code, code_verifier, redirect_uri: CALLBACK };
    return t.token({ ...request, ...credentials });
  },
  async device_code({ credentials }) {
    const { body } = await t.post("/oauth/device_authorization", credentials);
    const digest = userCodeDigest(readUserCode(String(body["user_code"])) ?? "", t.deps.keys.masterKeys[0]);
    await t.deps.store.devices.decide(digest, {
      subject: "ada",
      authTime: t.clock.at - HOUR,
      allowed: true,
      signIn: SIGN_IN.digest,
    });
    return t.token({ grant_type: DEVICE_CODE, device_code: String(body["device_code"]), ...credentials });
  },
};

for (const [grantType, first] of Object.entries(FIRST)) {
  test(`each response with a refresh token says its lifetimes: ${grantType}, and the refresh after it`, async () => {
    const settings = { ...LIFETIMES, grantTypes: GRANT_TYPES, redirectUris: [CALLBACK] };
    const client = await t.client(settings);
    const response = await first(client);
    assert.deepEqual(lifetimesIn(response), lifetimes(604_800, 864_000));
    t.clock.at += DAY;
    const refreshed = await t.refresh(client, tokensOf(response).refreshToken);
    assert.deepEqual(lifetimesIn(refreshed), lifetimes(604_800, 777_600));
    const alone = await t.client({ ...settings, grantTypes: GRANT_TYPES.slice(0, 3) });
    assert.deepEqual(lifetimesIn(await first(alone)), {}, "no refresh token, no lifetime of one");
  });
}

test("a client credentials response has no lifetime of a grant", async () => {
  const client = await t.client({ grantTypes: ["client_credentials", "refresh_token"] });
  const response = await t.token({ grant_type: "client_credentials", ...client.credentials });
  assert.deepEqual(lifetimesIn(response), {});
});

test("the draft's example: the timeout starts again with each refresh, and ends with the authorization", async () => {
  const client = await t.client(LIFETIMES);
  let { refreshToken } = await t.grant(client);
  const said: unknown[] = [];
  for (const days of [0, 2, 5]) {
    t.clock.at += days * DAY;
    const response = await t.refresh(client, refreshToken);
    said.push(lifetimesIn(response));
    ({ refreshToken } = tokensOf(response));
  }
  assert.deepEqual(said, [
    lifetimes(604_800, 864_000),
    lifetimes(604_800, 691_200),
    lifetimes(259_200, 259_200),
  ]);
  const expired = { status: 400, error: "invalid_grant", reason: "expired", cause: "expired" };
  t.clock.at += 3 * DAY;
  await t.refused(() => t.refresh(client, refreshToken), expired);

  const held = await t.grant(client);
  t.clock.at += 8 * DAY;
  await t.refused(() => t.refresh(client, held.refreshToken), expired);
});

test("a refresh token is accepted for as long as was said, and no longer", async () => {
  const client = await t.client(LIFETIMES);
  const [one, other] = [await t.grant(client), await t.grant(client)];
  const { body } = await t.refresh(client, one.refreshToken);
  tokensOf(await t.refresh(client, other.refreshToken));
  t.clock.at += Number(body["refresh_token_timeout"]) * SECOND - 1;
  tokensOf(await t.refresh(client, String(body["refresh_token"])));
  t.clock.at += 1;
  const expired = { status: 400, error: "invalid_grant", reason: "expired", cause: "expired" };
  await t.refused(() => t.refresh(client, other.refreshToken), expired);
});

test("a retry, in time or late, gets what is left by then", async () => {
  const client = await t.client(LIFETIMES);
  const { refreshToken } = await t.grant(client);
  assert.deepEqual(lifetimesIn(await t.refresh(client, refreshToken)), lifetimes(604_800, 864_000));
  t.clock.at += 10 * SECOND;
  assert.deepEqual(lifetimesIn(await t.refresh(client, refreshToken)), lifetimes(604_790, 863_990));
  const { refreshToken: other } = await t.grant(client);
  tokensOf(await t.refresh(client, other));
  t.clock.at += HOUR;
  assert.deepEqual(lifetimesIn(await t.refresh(client, other)), lifetimes(601_200, 860_400));
});

test("the retry window is the client's own, as its settings are now", async () => {
  const client = await t.client({ ...LIFETIMES, rotation: "never" });
  const { refreshToken } = await t.grant(client);
  await t.deps.store.clients.update(client.id, { retryWindow: 45, refreshIdleTtl: 3600 }, "test");
  t.clock.at += 60 * SECOND;
  const response = await t.refresh(client, refreshToken);
  assert.deepEqual(lifetimesIn(response), lifetimes(3600, 863_940, 45));
});
