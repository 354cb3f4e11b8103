import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { updateClient } from "../../admin/clients.ts";
import { DEVICE_CODE } from "../../client-settings/grant-types.ts";
import type { ClientSettings } from "../../client-settings/settings.ts";
import {
  CALLBACK,
  errorOf,
  formOf,
  SIGN_IN_CLIENT,
  TestBrowser,
  TestRequest,
  titleOf,
} from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";
import { startService, tokensOf } from "../../testing.ts";
import type { TestClient, TestService } from "../../testing.ts";

// A page asks, and the client changes before the user answers: the answer is for what the page showed.

const ADA = { username: "ada", password: "correct horse battery staple" };
const OTHER = "https://else.example/callback";

let t: TestService;
before(async () => {
  t = await startService({
    registration: "open",
    registrationScopes: ["read", "write", "admin"],
    resources: ["https://mcp.example"],
  });
  await t.account(ADA.username, ADA.password);
});
after(() => t.close());

/** Neither scope nor redirect URI is in the request: both are the client's. */
async function asked(
  client: TestClient,
  more = {},
): Promise<{ browser: TestBrowser; request: TestRequest; page: Shown }> {
  const request = new TestRequest(client);
  const browser = new TestBrowser(t);
  const path = request.path({ redirect_uri: undefined, scope: undefined, ...more });
  const page = await browser.submit(await browser.open(path), ADA);
  assert.equal(titleOf(page), "Allow access?");
  return { browser, request, page };
}

const scopesIn = ({ html }: Shown) => [...html.matchAll(/<code>([^<]*)<\/code>/g)].map(([, name]) => name);

test("a client that changes itself while the user reads gets nothing until the user has seen it", async () => {
  const headers = { "content-type": "application/json" };
  const metadata = {
    redirect_uris: [CALLBACK],
    grant_types: SIGN_IN_CLIENT.grantTypes,
    client_name: "Notes",
  };
  const { body } = await t.send("/oauth/register", {
    method: "POST",
    headers,
    body: JSON.stringify({ ...metadata, scope: "read", token_endpoint_auth_method: "none" }),
  });
  const { client_id: id, registration_access_token: token } = body as Record<string, string>;
  const client = { id: id ?? "", secret: "", credentials: { client_id: id ?? "" } };
  const { browser, request, page } = await asked(client);
  assert.deepEqual(scopesIn(page), ["read"]);

  const changed = { ...metadata, client_name: "Else", redirect_uris: [OTHER], scope: "read write admin" };
  const put = await t.send(`/oauth/register/${id}`, {
    method: "PUT",
    headers: { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...changed, client_id: id, token_endpoint_auth_method: "none" }),
  });
  assert.equal(put.status, 200, put.text);
  const again = await browser.submit(page, { answer: "allow" });
  assert.deepEqual([titleOf(again), scopesIn(again)], ["Allow access?", ["read", "write", "admin"]]);
  assert.match(again.html, /Else/);
  assert.match(again.html, /else\.example/);

  const code = request.codeOf(await browser.submit(again, { answer: "allow" }), OTHER);
  const redeemed = await t.token(request.redeem(code, { redirect_uri: undefined }));
  assert.equal(redeemed.body["scope"], "read write admin");
});

test("a metadata document that changes while the user reads gets nothing until the user has seen it", async () => {
  const url = "https://app.example/oauth.json";
  const document = { client_id: url, client_name: "Notes", redirect_uris: [CALLBACK], scope: "read" };
  let body: object = document;
  const settings = { clientMetadataDocuments: true, registrationScopes: ["read", "admin"] };
  const service = await startService(settings, { fetchDocument: async () => ({ body, maxAge: undefined }) });
  try {
    await service.account(ADA.username, ADA.password);
    const request = new TestRequest({ id: url, credentials: { client_id: url } });
    const browser = new TestBrowser(service);
    const path = request.path({ redirect_uri: undefined });
    const page = await browser.submit(await browser.open(path), ADA);
    assert.deepEqual(scopesIn(page), ["read"]);
    service.clock.at += 301_000;
    body = { ...document, client_name: "Else", redirect_uris: [OTHER], scope: "read admin" };
    const again = await browser.submit(page, { answer: "allow" });
    assert.deepEqual([titleOf(again), scopesIn(again)], ["Allow access?", ["read", "admin"]]);
    request.codeOf(await browser.submit(again, { answer: "allow" }), OTHER);
  } finally {
    await service.close();
  }
});

test("whatever the page showed of the client is asked about again once it has changed", async () => {
  const changes: Partial<ClientSettings>[] = [
    { name: "Else" },
    { scopes: ["read"] },
    { scopes: ["read", "write", "admin"] },
    { redirectUris: [OTHER] },
    { logoUri: "https://else.example/logo.png" },
    { clientUri: "https://else.example/" },
    { policyUri: "https://else.example/policy" },
    { tosUri: "https://else.example/tos" },
    { selfRegistered: true },
  ];
  for (const change of changes) {
    for (const answer of ["allow", "deny"]) {
      const client = await t.client(SIGN_IN_CLIENT);
      const { browser, page } = await asked(client);
      await updateClient(t.deps, client.id, change, "operator");
      const again = await browser.submit(page, { answer });
      assert.equal(titleOf(again), "Allow access?", JSON.stringify(change));
      const left = await browser.submit(again, { answer });
      const [to = CALLBACK] = change.redirectUris ?? [];
      assert.ok(left.leadsTo?.startsWith(`${to}?${answer === "allow" ? "code" : "error"}=`), left.html);
    }
  }
});

test("what the page does not show may change meanwhile", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const { browser, request, page } = await asked(client);
  await updateClient(t.deps, client.id, { accessTtl: 600, redirectUris: [CALLBACK, OTHER] }, "operator");
  await updateClient(t.deps, client.id, { redirectUris: [CALLBACK] }, "operator");
  request.codeOf(await browser.submit(page, { answer: "allow" }));
});

test("a client that became first-party meanwhile is not asked about again", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const { browser, request, page } = await asked(client);
  await updateClient(t.deps, client.id, { firstParty: true }, "operator");
  request.codeOf(await browser.submit(page, { answer: "allow" }));
});

test("one page's digest is not valid with another page's token", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const { browser, page } = await asked(client);
  await updateClient(t.deps, client.id, { scopes: ["read", "write", "admin"] }, "operator");
  const later = await browser.open(formOf(page, ["answer"]).action.replace("/consent", "/authorize"));
  const { action, hidden } = formOf(page, ["answer"]);
  const [mac] = hidden["form_token"]?.split(".") ?? [];
  const [, shown] = formOf(later, ["answer"]).hidden["form_token"]?.split(".") ?? [];
  for (const form_token of [`${mac}.${shown}`, `${mac}`, `${mac}.`, `.${shown}`, shown]) {
    const answer = await browser.send({ action, hidden: {} }, { form_token, answer: "allow" });
    assert.deepEqual([answer.status, answer.leadsTo?.startsWith("/oauth/authorize?")], [303, true]);
  }
  assert.equal(await t.counted("consent", "form_expired"), 5);
});

test("a scope that is not the client's any more is an error, though it was shown", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const { browser, page } = await asked(client, { scope: "read write" });
  await updateClient(t.deps, client.id, { scopes: ["read"] }, "operator");
  assert.equal(errorOf(await browser.submit(page, { answer: "allow" })), "invalid_scope");
});

test("a device's client that changed its name meanwhile is shown again", async () => {
  const grantTypes = [DEVICE_CODE, "refresh_token"] as const;
  const television = await t.client({ name: "Television", grantTypes }, { isPublic: true });
  for (const answer of ["allow", "deny"]) {
    const { body } = await t.post("/oauth/device_authorization", television.credentials);
    const browser = new TestBrowser(t);
    const path = `/device?user_code=${String(body["user_code"])}`;
    const page = await browser.submit(await browser.open(path), ADA);
    assert.equal(titleOf(page), "Connect this device?");
    await updateClient(t.deps, television.id, { name: `Bank, to ${answer}` }, "operator");
    const again = await browser.submit(page, { answer });
    assert.equal(titleOf(again), "Connect this device?");
    assert.match(again.html, /Bank, to/);
    const poll = {
      grant_type: DEVICE_CODE,
      device_code: String(body["device_code"]),
      ...television.credentials,
    };
    const pending = { status: 400, error: "authorization_pending", cause: "authorization_pending" };
    await t.refused(() => t.token(poll), pending);
    t.clock.at += 10_000;
    await browser.submit(again, { answer });
    if (answer === "allow") tokensOf(await t.token(poll));
    else
      await t.refused(() => t.token(poll), { status: 400, error: "access_denied", cause: "device_denied" });
  }
});
