import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DEVICE_CODE } from "../../client-settings/grant-types.ts";
import { SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { Parameters, TestClient, TestResponse, TestService } from "../../testing.ts";

const PASSWORD = "correct horse battery staple";
const SCOPE = "read offline_access";

let t: TestService;
let client: TestClient;
before(async () => {
  t = await startService({ providerName: "Example" });
  await t.account("ada", PASSWORD);
  const grantTypes = [...SIGN_IN_CLIENT.grantTypes, "password", "client_credentials", DEVICE_CODE] as const;
  client = await t.client({ ...SIGN_IN_CLIENT, grantTypes });
});
after(() => t.close());

/** What was asked for is answered, and the response and the token say that only `read` was granted. */
async function isRead(response: TestResponse): Promise<string> {
  assert.equal(response.status, 200, response.text);
  assert.equal(response.body["scope"], "read");
  const { claims } = await t.verified(String(response.body["access_token"]));
  assert.equal(claims["scope"], "read");
  return String(response.body["refresh_token"]);
}

async function atConsent(request: TestRequest, parameters: Parameters) {
  const browser = new TestBrowser(t);
  const page = await browser.open(request.path({ prompt: "consent", ...parameters }));
  return { browser, page: await browser.submit(page, { username: "ada", password: PASSWORD }) };
}

function isNotShown(page: Shown): void {
  assert.match(page.html, /<code>read<\/code>/);
  assert.doesNotMatch(page.html, /<[^>]*>offline_access/);
}

test("offline_access is no reason to refuse an authorization request, and no right of its own", async () => {
  const request = new TestRequest(client);
  const { browser, page } = await atConsent(request, { scope: SCOPE });
  assert.equal(titleOf(page), "Allow access?");
  isNotShown(page);
  const code = request.codeOf(await browser.submit(page, { answer: "allow" }));
  const refreshToken = await isRead(await t.token(request.redeem(code)));
  await isRead(await t.refresh(client, refreshToken, { scope: SCOPE }));
  // A request that names it or not is covered by the same consent.
  const again = new TestRequest(client);
  again.codeOf(await browser.open(again.path({ scope: SCOPE, prompt: "none" })));
});

test("a pushed request may name it", async () => {
  const request = new TestRequest(client);
  const pushed = await t.post("/oauth/par", {
    ...request.parameters({ scope: SCOPE }),
    ...client.credentials,
  });
  assert.equal(pushed.status, 201, pushed.text);
});

test("a device, a password and client credentials get what else they named", async () => {
  const user = { grant_type: "password", username: "ada", password: PASSWORD, ...client.credentials };
  const refreshToken = await isRead(await t.token({ ...user, scope: SCOPE }));
  await isRead(await t.refresh(client, refreshToken, { scope: "offline_access read" }));
  await isRead(await t.token({ grant_type: "client_credentials", ...client.credentials, scope: SCOPE }));

  const { body } = await t.post("/oauth/device_authorization", { ...client.credentials, scope: SCOPE });
  const { pathname, search } = new URL(String(body["verification_uri_complete"]));
  const browser = new TestBrowser(t);
  const signIn = await browser.open(pathname + search);
  const page = await browser.submit(signIn, { username: "ada", password: PASSWORD });
  isNotShown(page);
  await browser.submit(page, { answer: "allow" });
  const poll = { grant_type: DEVICE_CODE, device_code: String(body["device_code"]), ...client.credentials };
  await isRead(await t.token(poll));
});

test("alone it names no scope: all that the client may have, or that the grant has", async () => {
  const user = { grant_type: "password", username: "ada", password: PASSWORD, ...client.credentials };
  const all = await t.token({ ...user, scope: "offline_access" });
  assert.equal(all.body["scope"], "read write");
  const { refreshToken } = tokensOf(await t.token({ ...user, scope: "read" }));
  await isRead(await t.refresh(client, refreshToken, { scope: "offline_access" }));
});

test("with another scope that is too much, it is not what is refused", async () => {
  const refusal = { status: 400, error: "invalid_scope", cause: "scope_exceeded" };
  const { refreshToken } = await t.grant(client, { scope: "read" });
  await t.refused(() => t.refresh(client, refreshToken, { scope: "offline_access write" }), refusal);
});

test("a client that an operator gave it as a scope is granted it, and it is not shown as a right", async () => {
  const scopes = ["read", "offline_access"];
  const own = await t.client({ ...SIGN_IN_CLIENT, scopes });
  const request = new TestRequest(own);
  const { browser, page } = await atConsent(request, { scope: SCOPE });
  isNotShown(page);
  const code = request.codeOf(await browser.submit(page, { answer: "allow" }));
  const response = await t.token(request.redeem(code));
  assert.equal(response.body["scope"], SCOPE);
  const refreshed = await t.refresh(own, tokensOf(response).refreshToken, { scope: SCOPE });
  const { claims } = await t.verified(tokensOf(refreshed).accessToken);
  assert.deepEqual([claims["scope"], refreshed.body["scope"]], [SCOPE, undefined]);
});
