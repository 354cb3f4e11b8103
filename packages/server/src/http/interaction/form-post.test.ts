import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CALLBACK,
  errorOf,
  formOf,
  SIGN_IN_CLIENT,
  TestBrowser,
  TestRequest,
} from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import type { Parameters, TestService } from "../../testing.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };
const FORM_POST = { response_mode: "form_post" };

let t: TestService;
before(async () => {
  t = await startService();
  await t.account(ADA.username, ADA.password);
});
after(() => t.close());

/** What a page of this mode posts to the client, which it must. */
function postedBy(page: Shown, callback = CALLBACK): Record<string, string> {
  assert.equal(page.status, 200, page.html);
  assert.equal(page.leadsTo, undefined, "nothing of the answer is in a URL");
  const { action, hidden } = formOf(page);
  assert.equal(action, callback);
  return hidden;
}

test("a request for form_post is answered by a form with code, state and issuer, after a form and without", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const browser = new TestBrowser(t);
  const request = new TestRequest(client);
  const consent = await browser.submit(await browser.open(request.path(FORM_POST)), ADA);
  const first = postedBy(await browser.submit(consent, { answer: "allow" }));
  const again = new TestRequest(client);
  const second = postedBy(await browser.open(again.path(FORM_POST)));
  for (const [asked, { code = "", ...rest }] of [
    [request, first],
    [again, second],
  ] as const) {
    assert.deepEqual(rest, { state: asked.state, iss: ISSUER });
    tokensOf(await t.token(asked.redeem(code)));
  }
});

test("its errors are answered so too, a pushed request's as well", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const request = new TestRequest(client);
  const errors: [Parameters, string][] = [
    [{ prompt: "none" }, "login_required"],
    [{ scope: "admin" }, "invalid_scope"],
    [{ response_type: "token" }, "unsupported_response_type"],
  ];
  for (const [changes, error] of errors) {
    const { error_description, ...posted } = postedBy(
      await new TestBrowser(t).open(request.path({ ...FORM_POST, ...changes })),
    );
    assert.deepEqual(posted, { error, state: request.state, iss: ISSUER });
    assert.ok(error_description);
  }
  const push = { ...request.parameters({ ...FORM_POST, prompt: "none" }), ...client.credentials };
  const { body } = await t.post("/oauth/par", push);
  const query = new URLSearchParams({ client_id: client.id, request_uri: String(body["request_uri"]) });
  const page = await new TestBrowser(t).open(`/oauth/authorize?${query.toString()}`);
  assert.equal(postedBy(page)["error"], "login_required");
});

test("its page runs one script, is kept nowhere, and shows a stranger's words as text", async () => {
  const redirect_uri = `${CALLBACK}?tenant='a'&b=<c>`;
  const client = await t.client({ ...SIGN_IN_CLIENT, redirectUris: [redirect_uri] });
  const state = `"><script>alert(1)</script>`;
  const page = await new TestBrowser(t).open(
    new TestRequest(client).path({ ...FORM_POST, redirect_uri, state, prompt: "none" }),
  );
  assert.equal(postedBy(page, redirect_uri)["state"], state);
  const scripts = [...page.html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script);
  assert.deepEqual(scripts, ["document.forms[0].submit()"]);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; /);
  assert.ok(policy.includes(`script-src 'sha256-${hash("sha256", scripts[0] ?? "", "base64")}';`), policy);
  assert.match(policy, /form-action https:; frame-ancestors 'none'; base-uri 'none'$/);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.equal(page.headers.get("referrer-policy"), "strict-origin");
  assert.equal(page.headers.get("x-frame-options"), "DENY");
});

test("an application's scheme is answered by its URL alone, as nothing can be posted to it", async () => {
  const redirect_uri = "com.example.app:/done";
  const client = await t.client({ ...SIGN_IN_CLIENT, redirectUris: [redirect_uri, CALLBACK] });
  const shown = await new TestBrowser(t).open(new TestRequest(client).path({ ...FORM_POST, redirect_uri }));
  assert.match(shown.leadsTo ?? "", /^com\.example\.app:\/done\?error=invalid_request&/);
  const refused = await new TestBrowser(t).open(new TestRequest(client).path({ response_mode: "fragment" }));
  assert.equal(errorOf(refused), "invalid_request");
});

test("a redirect URI that is not registered gets no form", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const redirect_uri = "https://evil.example/";
  const shown = await new TestBrowser(t).open(new TestRequest(client).path({ ...FORM_POST, redirect_uri }));
  assert.equal(shown.status, 400);
  assert.doesNotMatch(shown.html, /<form|evil\.example/);
});
