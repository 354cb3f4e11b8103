import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import { DEVICE_CODE } from "../client-settings/grant-types.ts";
import { SECOND } from "../store/contract/fixtures.ts";
import { CALLBACK, SIGN_IN_CLIENT, TestBrowser, TestRequest } from "../testing-browser.ts";
import { form, ISSUER, startService, tokensOf } from "../testing.ts";
import type { TestClient, TestResponse, TestService } from "../testing.ts";
import { issueGrant } from "./issue-grant.ts";

// `resource` (RFC 8707) is compared as a URI wherever it is sent, and `aud` is what the configuration writes.

const ADA = { username: "ada", password: "correct horse battery staple" };
const MCP = "https://mcp.example.com";
const SPELLINGS = [MCP, `${MCP}/`, "HTTPS://MCP.example.com", `${MCP}:443`, `${MCP}/.`];
const OTHERS = [
  `${MCP}/mcp/`,
  `${MCP}/MCP`,
  `${MCP}:8443`,
  "http://mcp.example.com",
  `${MCP}/?`,
  `${MCP}/#`,
  "mcp",
];

let t: TestService;
let client: TestClient;
before(async () => {
  t = await startService({ resources: [MCP, `${MCP}/mcp`], deviceRequestsPerMinute: 1000 });
  await t.account(ADA.username, ADA.password);
  client = await t.client({
    ...SIGN_IN_CLIENT,
    firstParty: true,
    grantTypes: ["authorization_code", "refresh_token", "password", "client_credentials", DEVICE_CODE],
  });
});
after(() => t.close());

const TARGET = { status: 400, error: "invalid_target", cause: "resource_mismatch" };
const audienceOf = (answer: TestResponse) => decodeJwt(tokensOf(answer).accessToken).aud;
const token = (parameters: Record<string, string>) => t.token({ ...parameters, ...client.credentials });
const byPassword = (resource: string) => token({ grant_type: "password", ...ADA, resource });
const byItself = (resource: string) => token({ grant_type: "client_credentials", resource });

test("every endpoint takes the spellings of one URI, and answers in that of the configuration", async () => {
  const browser = new TestBrowser(t);
  await browser.submit(await browser.open(new TestRequest(client).path()), ADA);
  for (const resource of SPELLINGS) {
    assert.equal(audienceOf(await byPassword(resource)), MCP, resource);
    const own = await byItself(resource);
    assert.equal(decodeJwt(String(own.body["access_token"])).aud, MCP, resource);

    const request = new TestRequest(client);
    const code = request.codeOf(await browser.open(request.path({ resource })));
    const redeemed = await t.token(request.redeem(code, { resource: `${MCP}:443/` }));
    assert.equal(audienceOf(redeemed), MCP, resource);
    const { refreshToken } = tokensOf(redeemed);
    assert.equal(audienceOf(await t.refresh(client, refreshToken, { resource })), MCP, resource);

    const later = new TestRequest(client);
    const pushed = await t.post("/oauth/par", { ...later.parameters({ resource }), ...client.credentials });
    assert.equal(pushed.status, 201, pushed.text);
    const byReference = { client_id: client.id, request_uri: String(pushed.body["request_uri"]) };
    const left = await browser.open(`/oauth/authorize?${form(byReference).toString()}`);
    assert.equal(audienceOf(await t.token(later.redeem(later.codeOf(left), { resource: MCP }))), MCP);

    const device = await t.post("/oauth/device_authorization", { ...client.credentials, resource });
    const path = `/device?user_code=${String(device.body["user_code"])}`;
    await browser.submit(await browser.open(path), { answer: "allow" });
    t.clock.at += 10 * SECOND;
    const deviceCode = String(device.body["device_code"]);
    assert.equal(
      audienceOf(
        await token({ grant_type: DEVICE_CODE, device_code: deviceCode, resource: SPELLINGS[1] ?? "" }),
      ),
      MCP,
    );
  }
});

test("another URI is refused, and a slash at the end of a path makes another", async () => {
  const { refreshToken } = tokensOf(await byPassword(MCP));
  for (const resource of OTHERS) {
    await t.refused(() => byPassword(resource), TARGET);
    await t.refused(() => byItself(resource), TARGET);
    await t.refused(() => t.refresh(client, refreshToken, { resource }), TARGET);
    const parameters = { ...client.credentials, resource };
    await t.refused(() => t.post("/oauth/device_authorization", parameters), TARGET, "device_authorization");
    const pushed = { ...new TestRequest(client).parameters(), ...parameters };
    await t.refused(() => t.post("/oauth/par", pushed), TARGET, "push");
  }
  tokensOf(await t.refresh(client, refreshToken, { resource: `${MCP}/` }));
});

test("the client's own audience is compared alike", async () => {
  const own = await t.client({ audience: "https://api.example/", profile: "passport" });
  const { refreshToken } = await t.grant(own);
  const refreshed = tokensOf(await t.refresh(own, refreshToken, { resource: "https://API.example" }));
  tokensOf(
    await t.refresh(client, tokensOf(await byPassword(`${ISSUER}/`)).refreshToken, { resource: ISSUER }),
  );
  await t.refused(() => t.refresh(own, refreshed.refreshToken, { resource: MCP }), TARGET);
});

test("a grant whose resource was written otherwise is refreshed, and its tokens have the new spelling", async () => {
  const found = await t.deps.clients.get(client.id);
  assert.ok(found);
  const before = { resource: "https://MCP.example.com:443/", scope: "read", authTime: null, via: "test" };
  const issued = await issueGrant(t.deps, found, { subject: "ada", ...before });
  assert.ok("response" in issued);
  const refreshed = await t.refresh(client, issued.response.refreshToken ?? "", { resource: MCP });
  assert.equal(audienceOf(refreshed), MCP);
  assert.equal(audienceOf(await t.refresh(client, tokensOf(refreshed).refreshToken)), MCP);
});

test("several resources are an invalid target wherever they are sent", async () => {
  const several = { status: 400, error: "invalid_target", cause: "several_resources" };
  const send = (path: string, parameters: Record<string, string>) => () => {
    const body = new URLSearchParams({ ...parameters, ...client.credentials });
    for (const resource of [MCP, `${MCP}/mcp`]) body.append("resource", resource);
    return t.send(path, { method: "POST", body });
  };
  const { refreshToken } = tokensOf(await byPassword(MCP));
  const refresh = { grant_type: "refresh_token", refresh_token: refreshToken };
  await t.refused(send("/oauth/token", refresh), several);
  await t.refused(send("/oauth/token", { grant_type: "password", ...ADA }), several);
  await t.refused(send("/oauth/par", { redirect_uri: CALLBACK }), several, "push");
  await t.refused(send("/oauth/device_authorization", {}), several, "device_authorization");
  tokensOf(await t.refresh(client, refreshToken));
});
