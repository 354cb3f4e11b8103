import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CALLBACK,
  errorOf,
  formOf,
  SIGN_IN_CLIENT,
  TestBrowser,
  TestRequest,
} from "../../testing-browser.ts";
import { form, startService } from "../../testing.ts";
import type { TestService } from "../../testing.ts";

// RFC 9700 §4.11.2: whoever may register a client must not get a way to send people anywhere from here.

const ADA = { username: "ada", password: "correct horse battery staple" };

let t: TestService;
before(async () => {
  t = await startService();
  await t.account(ADA.username, ADA.password);
});
after(() => t.close());

const selfRegistered = () => t.client({ ...SIGN_IN_CLIENT, selfRegistered: true });

test("an error for a self-registered client is shown with a link, without an automatic redirect", async () => {
  const request = new TestRequest(await selfRegistered());
  const shown = await new TestBrowser(t).open(request.path({ scope: "admin" }));
  assert.deepEqual([shown.status, shown.leadsTo], [200, undefined]);
  assert.doesNotMatch(shown.html, /http-equiv|<script/);
  assert.match(shown.html, /If you know client\.example, you can go back there/);
  const [, link] = /<a href="([^"]*)"/.exec(shown.html) ?? [];
  const answer = new URL(link?.replaceAll("&amp;", "&") ?? "");
  assert.equal(answer.origin + answer.pathname, CALLBACK);
  assert.equal(answer.searchParams.get("error"), "invalid_scope");
});

test("by form_post it is a button that sends it", async () => {
  const request = new TestRequest(await selfRegistered());
  const shown = await new TestBrowser(t).open(request.path({ scope: "admin", response_mode: "form_post" }));
  assert.doesNotMatch(shown.html, /<script/);
  const { action, hidden } = formOf(shown);
  assert.deepEqual([action, hidden["error"], hidden["state"]], [CALLBACK, "invalid_scope", request.state]);
});

test("what its person denied, and what it asks silently of a person who is signed in, goes back to it as to any other", async () => {
  const client = await selfRegistered();
  const browser = new TestBrowser(t);
  const consent = await browser.submit(await browser.open(new TestRequest(client).path()), ADA);
  assert.equal(errorOf(await browser.submit(consent, { answer: "deny" })), "access_denied");
  const silent = (changes = {}) => browser.open(new TestRequest(client).path({ prompt: "none", ...changes }));
  assert.equal(errorOf(await silent()), "consent_required");
  assert.equal(errorOf(await silent({ scope: "admin" })), "invalid_scope");
});

test("without a sign-in a silent request leads nowhere by itself, in whichever way it is sent", async () => {
  const client = await selfRegistered();
  const pushed = await t.post("/oauth/par", {
    ...new TestRequest(client).parameters({ prompt: "none" }),
    ...client.credentials,
  });
  const byReference = form({ client_id: client.id, request_uri: String(pushed.body["request_uri"]) });
  const paths = [
    ...[
      {},
      { scope: "admin" },
      { response_type: "token" },
      { code_challenge: "x" },
      { prompt: "none login" },
    ].flatMap((changes) =>
      ["query", "form_post"].map((response_mode) =>
        new TestRequest(client).path({ prompt: "none", response_mode, ...changes }),
      ),
    ),
    `/oauth/authorize?${byReference.toString()}`,
  ];
  for (const path of paths) {
    const shown = await new TestBrowser(t).open(path);
    assert.deepEqual([shown.status, shown.leadsTo], [200, undefined], path);
    assert.doesNotMatch(shown.html, /http-equiv|<script/);
    assert.match(shown.html, /If you know client\.example, you can go back there/);
  }
  // A client that the provider registered is answered at once.
  const own = new TestRequest(await t.client(SIGN_IN_CLIENT));
  assert.equal(errorOf(await new TestBrowser(t).open(own.path({ prompt: "none" }))), "login_required");
});

test("a fault of a client that the provider registered goes back to it at once", async () => {
  const request = new TestRequest(await t.client(SIGN_IN_CLIENT));
  assert.equal(errorOf(await new TestBrowser(t).open(request.path({ scope: "admin" }))), "invalid_scope");
});

test("with a login page of the provider's, the sign-in path leads nowhere by itself either", async () => {
  const service = await startService({ loginUrl: "https://login.provider.example/" });
  const client = await service.client({ ...SIGN_IN_CLIENT, selfRegistered: true });
  const path = new TestRequest(client).path({ scope: "admin" }).replace("/oauth/authorize", "/oauth/sign-in");
  const shown = await new TestBrowser(service).request(path);
  assert.deepEqual([shown.status, shown.leadsTo], [200, undefined]);
  assert.match(shown.html, /If you know client\.example, you can go back there/);
  await service.close();
});
