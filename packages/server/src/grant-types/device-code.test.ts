import assert from "node:assert/strict";
import { after, test } from "node:test";
import { HOUR, SECOND, SIGN_IN, START } from "../store/contract/fixtures.ts";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { startService, tokensOf } from "../testing.ts";
import type { Parameters, TestClient } from "../testing.ts";
import { readUserCode, userCodeDigest } from "../tokens/user-code.ts";

const MCP = "https://mcp.example/mcp";
const t = await startService({ resources: [MCP], deviceRequestsPerMinute: 30 });
await t.deps.store.signIns.start(SIGN_IN);
after(() => t.close());

const SETTINGS = { grantTypes: [DEVICE_CODE, "refresh_token"] } as const;

interface Device {
  userCode: string;
  /** The token request that the device repeats. */
  poll: Parameters;
}

async function asked(client: TestClient, more: Parameters = {}): Promise<Device> {
  const answer = await t.post("/oauth/device_authorization", { ...client.credentials, ...more });
  assert.equal(answer.status, 200, answer.text);
  const { user_code: userCode, device_code } = answer.body as Record<string, string>;
  return {
    userCode: userCode ?? "",
    poll: { grant_type: DEVICE_CODE, device_code, ...client.credentials },
  };
}

async function answered({ userCode }: Device, allowed: boolean): Promise<void> {
  const digest = userCodeDigest(readUserCode(userCode) ?? "", t.deps.keys.masterKeys[0]);
  const answer = { subject: "ada", authTime: START - HOUR, allowed, signIn: SIGN_IN.digest };
  assert.equal(await t.deps.store.devices.decide(digest, answer), "decided");
}

const refusal = (error: string, cause = error) => ({ status: 400, error, cause });

test("a device is told a code to show, where to type it, and how often it may ask", async () => {
  const client = await t.client(SETTINGS, { isPublic: true });
  const answer = await t.post("/oauth/device_authorization", { ...client.credentials, scope: "read" });
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const { device_code, user_code, ...rest } = answer.body as Record<string, string>;
  assert.match(device_code ?? "", /^rgd_[\w-]{43}$/);
  assert.match(user_code ?? "", /^[B-Z]{4}-[B-Z]{4}$/);
  assert.deepEqual(rest, {
    verification_uri: "https://auth.example/device",
    verification_uri_complete: `https://auth.example/device?user_code=${user_code}`,
    expires_in: 600,
    interval: 5,
  });
  const { body } = await t.send("/.well-known/oauth-authorization-server");
  assert.equal(body["device_authorization_endpoint"], "https://auth.example/oauth/device_authorization");
});

test("a device waits until somebody allows it, and then has tokens that refresh", async () => {
  const client = await t.client(SETTINGS, { isPublic: true });
  const device = await asked(client, { scope: "read", resource: MCP });
  await t.refused(() => t.token(device.poll), refusal("authorization_pending"));
  await t.refused(() => t.token(device.poll), refusal("slow_down"));
  await answered(device, true);
  const answer = await t.token(device.poll);
  assert.equal(answer.body["scope"], "read");
  const { accessToken, refreshToken } = tokensOf(answer);
  const { sub, aud, scope, auth_time } = (await t.verified(accessToken)).claims;
  assert.deepEqual([sub, aud, scope, auth_time], ["ada", MCP, "read", (START - HOUR) / SECOND]);
  tokensOf(await t.refresh(client, refreshToken));
});

test("a device whose answer was lost gets the same tokens again, until it has refreshed", async () => {
  const client = await t.client(SETTINGS);
  const device = await asked(client);
  await answered(device, true);
  const first = await t.token(device.poll);
  t.clock.at += 119 * SECOND;
  const second = await t.token(device.poll);
  assert.deepEqual(tokensOf(second).accessToken, tokensOf(first).accessToken);
  assert.deepEqual(tokensOf(second).refreshToken, tokensOf(first).refreshToken);
  assert.equal(await t.counted("token", "reissued"), 1);
  const successor = tokensOf(await t.refresh(client, tokensOf(first).refreshToken));
  await t.refused(() => t.token(device.poll), refusal("invalid_grant", "device_code_spent"));
  t.clock.at += SECOND;
  await t.refused(() => t.token(device.poll), refusal("invalid_grant", "device_code_reused"));
  const revoked = { ...refusal("invalid_grant", "revoked"), reason: "revoked" };
  await t.refused(() => t.refresh(client, successor.refreshToken), revoked);
});

test("what was denied is refused, and what has expired is told so", async () => {
  const client = await t.client(SETTINGS);
  const [denied, late] = [await asked(client), await asked(client)];
  await answered(denied, false);
  await t.refused(() => t.token(denied.poll), refusal("access_denied", "device_denied"));
  t.clock.at += 600 * SECOND;
  await t.refused(() => t.token(late.poll), refusal("expired_token", "device_code_expired"));
});

test("a device code is its client's alone, and who presents a wrong one learns nothing", async () => {
  const client = await t.client(SETTINGS);
  const device = await asked(client);
  await answered(device, true);
  const other = await t.client(SETTINGS);
  const wrong: [Parameters, string][] = [
    [other.credentials, "device_code_client_mismatch"],
    [{ device_code: `rgd_${"A".repeat(43)}` }, "unknown_device_code"],
    [{ device_code: "x".repeat(10_000) }, "unknown_device_code"],
  ];
  const description = "The device code is invalid, was used, or was issued to another client.";
  for (const [changes, cause] of wrong) {
    const expected = { ...refusal("invalid_grant", cause), description };
    await t.refused(() => t.token({ ...device.poll, ...changes }), expected);
  }
  const missing = { ...device.poll, device_code: undefined };
  await t.refused(() => t.token(missing), {
    ...refusal("invalid_request", "parameter_missing"),
    parameter: "device_code",
  });
  const elsewhere = { ...device.poll, resource: MCP };
  await t.refused(() => t.token(elsewhere), refusal("invalid_target", "resource_mismatch"));
  tokensOf(await t.token(device.poll));
});

test("a request needs a client that may make it, a scope that it may have, and a resource that there is", async () => {
  const ask = (parameters: Parameters) => t.post("/oauth/device_authorization", parameters);
  const without = await t.client({ grantTypes: ["refresh_token"] });
  const notAllowed = refusal("unauthorized_client", "grant_type_not_allowed");
  await t.refused(() => ask(without.credentials), notAllowed, "device_authorization");
  const { credentials } = await t.client(SETTINGS);
  const wrong: [Parameters, ReturnType<typeof refusal>][] = [
    [{ client_secret: "wrong" }, { ...refusal("invalid_client", "wrong_secret"), status: 401 }],
    [{ scope: "admin" }, refusal("invalid_scope", "scope_exceeded")],
    [{ resource: "https://else.example" }, refusal("invalid_target", "resource_mismatch")],
  ];
  for (const [changes, expected] of wrong) {
    await t.refused(() => ask({ ...credentials, ...changes }), expected, "device_authorization");
  }
});

test("an address that asks too often has to wait, and another one has not", async () => {
  t.caller.address = "192.0.2.66";
  const { credentials } = await t.client(SETTINGS, { isPublic: true });
  const ask = () => t.post("/oauth/device_authorization", credentials);
  for (let i = 0; i < 30; i += 1) assert.equal((await ask()).status, 200);
  const tooMany = { status: 429, error: "invalid_request", cause: "too_many_device_requests" };
  const refused = await t.refused(ask, tooMany, "device_authorization");
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  t.caller.address = "192.0.2.67";
  assert.equal((await ask()).status, 200);
});
