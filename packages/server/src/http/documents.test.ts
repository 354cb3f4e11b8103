import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DocumentError } from "../clients/cimd/fetch-document.ts";
import { documentClientId } from "../clients/cimd/client-id-url.ts";
import { CALLBACK, TestBrowser, TestRequest, titleOf } from "../testing-browser.ts";
import type { Shown } from "../testing-browser.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestService } from "../testing.ts";

const PASSWORD = "correct horse battery staple";
const DOCUMENT = "https://app.example/oauth.json";
const GONE = "https://gone.example/oauth.json";
const WRONG = "https://wrong.example/oauth.json";
const CLIENT = { id: DOCUMENT, secret: "", credentials: { client_id: DOCUMENT } };

async function fetchDocument(url: string) {
  if (url === WRONG)
    return { body: { client_id: url, redirect_uris: ["app://callback"] }, maxAge: undefined };
  if (url !== DOCUMENT) throw new DocumentError("not_ok");
  const grant_types = ["authorization_code", "refresh_token"];
  const logo_uri = "https://app.example/logo.png";
  const body = { client_id: url, client_name: "Your Bank", redirect_uris: [CALLBACK], grant_types, logo_uri };
  return { body, maxAge: undefined };
}

let t: TestService;
let off: TestService;
before(async () => {
  const settings = { registrationScopes: ["read"], providerName: "Example" };
  t = await startService({ ...settings, clientMetadataDocuments: true }, { fetchDocument });
  off = await startService(settings, { fetchDocument });
  await t.account("ada", PASSWORD);
});
after(() => Promise.all([t.close(), off.close()]));

/** Asked for anew, whatever was allowed before. */
async function consentPage(request: TestRequest): Promise<{ browser: TestBrowser; page: Shown }> {
  const browser = new TestBrowser(t);
  const signIn = await browser.open(request.path({ prompt: "consent" }));
  return { browser, page: await browser.submit(signIn, { username: "ada", password: PASSWORD }) };
}

test("a client that nobody registered signs somebody in under the URL of its document, and refreshes", async () => {
  const request = new TestRequest(CLIENT);
  const { browser, page } = await consentPage(request);
  assert.equal(titleOf(page), "Allow access?");
  const left = await browser.submit(page, { answer: "allow" });
  const { accessToken, refreshToken } = tokensOf(await t.token(request.redeem(request.codeOf(left))));
  const { client_id, scope } = (await t.verified(accessToken)).claims;
  assert.deepEqual([client_id, scope], [DOCUMENT, "read"]);
  tokensOf(await t.refresh(CLIENT, refreshToken));
  const registration = await t.deps.store.registrations.find(documentClientId(DOCUMENT));
  assert.equal(registration?.usedAt, t.clock.at);
});

test("people are told where it comes from, and see nobody's picture but the provider's", async () => {
  const { page } = await consentPage(new TestRequest(CLIENT));
  assert.match(page.html, /This app comes from app\.example\. Example has not checked the app/);
  assert.doesNotMatch(page.html, /logo\.png/);
  // The icon is part of the page.
  assert.match(page.headers.get("content-security-policy") ?? "", /; img-src data:;/);
});

test("such a client may push its request, the very first one too", async () => {
  const request = new TestRequest(CLIENT);
  const pushed = await t.post("/oauth/par", request.parameters());
  assert.equal(pushed.status, 201, pushed.text);
  const query = new URLSearchParams({ client_id: DOCUMENT, request_uri: String(pushed.body["request_uri"]) });
  const page = await new TestBrowser(t).open(`/oauth/authorize?${query.toString()}`);
  assert.equal(titleOf(page), "Sign in");
});

test("the author of a document that leaves nothing to use reads on the page which member it is", async () => {
  const page = await new TestBrowser(t).open(new TestRequest(CLIENT).path({ client_id: WRONG }));
  assert.deepEqual([page.status, page.leadsTo, titleOf(page)], [400, undefined, "Something went wrong"]);
  const violation =
    "holds a value that is not a valid redirect URI: a scheme of an application must be named after a domain, " +
    "such as com.example.app";
  assert.ok(page.html.includes(`is not valid. The member redirect_uris ${violation}.`), page.html);
  const line = t.log.findLast(({ msg }) => msg === "refused");
  assert.deepEqual(
    [line?.["cause"], line?.["parameter"], line?.["violation"]],
    ["metadata_document_invalid", "redirect_uris", violation],
  );
});

test("it is known by its URL alone, and only where the document is right and documents are switched on", async () => {
  const refused = async (service: TestService, client_id: string) => {
    const page = await new TestBrowser(service).open(new TestRequest(CLIENT).path({ client_id }));
    assert.deepEqual([page.status, page.leadsTo, titleOf(page)], [400, undefined, "Something went wrong"]);
    const line = service.log.findLast(({ msg }) => msg === "refused");
    return [line?.["cause"], line?.["detail"]];
  };
  await consentPage(new TestRequest(CLIENT));
  const unknown = ["authorization_unknown_client", undefined];
  assert.deepEqual(await refused(t, documentClientId(DOCUMENT)), unknown);
  assert.deepEqual(await refused(t, GONE), ["metadata_document_refused", "not_ok"]);
  assert.deepEqual(await refused(t, "https://127.0.0.1/oauth.json"), unknown);
  assert.deepEqual(await refused(off, DOCUMENT), unknown);
  const path = "/.well-known/oauth-authorization-server";
  assert.equal((await t.send(path)).body["client_id_metadata_document_supported"], true);
  assert.equal("client_id_metadata_document_supported" in (await off.send(path)).body, false);
});
