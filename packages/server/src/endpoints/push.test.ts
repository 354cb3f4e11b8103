import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SECOND } from "../store/contract/fixtures.ts";
import { CALLBACK, errorOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../testing-browser.ts";
import { startService, tokensOf } from "../testing.ts";
import type { TestResponse, Parameters, TestClient, TestService } from "../testing.ts";

const PASSWORD = "correct horse battery staple";
const ADA = { username: "ada", password: PASSWORD };

let t: TestService;
before(async () => {
  t = await startService();
  await t.account("ada", PASSWORD);
});
after(() => t.close());

const push = ({ credentials }: TestClient, request: TestRequest, changes: Parameters = {}) =>
  t.post("/oauth/par", { ...request.parameters(changes), ...credentials });

function pathOf({ id }: TestClient, { status, text, body }: TestResponse, more = ""): string {
  assert.equal(status, 201, text);
  const request_uri = String(body["request_uri"]);
  return `/oauth/authorize?${new URLSearchParams({ client_id: id, request_uri }).toString()}${more}`;
}

test("a pushed request is answered with a name of it, and leads to a code once (RFC 9126)", async () => {
  const client = await t.client({ ...SIGN_IN_CLIENT, requirePar: true });
  const request = new TestRequest(client);
  const answer = await push(client, request);
  assert.match(String(answer.body["request_uri"]), /^urn:ietf:params:oauth:request_uri:[\w-]{43}$/);
  assert.equal(answer.body["expires_in"], 600);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const browser = new TestBrowser(t);
  // What stands beside it is not of the request.
  const path = pathOf(client, answer, `&redirect_uri=https://evil.example&state=evil&scope=admin`);
  const consent = await browser.submit(await browser.open(path), ADA);
  const code = request.codeOf(await browser.submit(consent, { answer: "allow" }));
  tokensOf(await t.token(request.redeem(code)));
  const used = await browser.open(path);
  assert.equal(used.status, 400);
  assert.match(used.html, /has expired or was already used/);
});

test("signing in for a pushed request that asks for it is fresh enough once, and max_age likewise", async () => {
  const client = await t.client({ ...SIGN_IN_CLIENT, firstParty: true });
  for (const changes of [{ prompt: "login" }, { max_age: "0" }]) {
    const browser = new TestBrowser(t);
    await browser.submit(await browser.open(new TestRequest(client).path()), ADA);
    t.clock.at += SECOND;
    const request = new TestRequest(client);
    const page = await browser.open(pathOf(client, await push(client, request, changes)));
    assert.equal(titleOf(page), "Sign in");
    request.codeOf(await browser.submit(page, ADA));
  }
});

test("a pushed request's own hint and languages are those of the page", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const answer = await push(client, new TestRequest(client), { login_hint: "ada", ui_locales: "it" });
  const page = await new TestBrowser(t).open(pathOf(client, answer));
  assert.equal(titleOf(page), "Accedi");
  assert.match(page.html, /value="ada"/);
});

test("a pushed request is its client's own, and has its time", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const other = await t.client(SIGN_IN_CLIENT);
  const answer = await push(client, new TestRequest(client));
  assert.equal((await new TestBrowser(t).open(pathOf(other, answer))).status, 400);
  const page = await new TestBrowser(t).open(pathOf(client, answer));
  assert.equal(titleOf(page), "Sign in");
  t.clock.at += 600 * SECOND;
  assert.equal((await new TestBrowser(t).open(pathOf(client, answer))).status, 400);
});

test("a client that must push its requests may not do otherwise", async () => {
  const client = await t.client({ ...SIGN_IN_CLIENT, requirePar: true });
  assert.equal(errorOf(await new TestBrowser(t).open(new TestRequest(client).path())), "invalid_request");
});

test("what is wrong with a request is said when it is pushed, and nothing is kept", async () => {
  const client = await t.client(SIGN_IN_CLIENT, { isPublic: true });
  const request = new TestRequest(client);
  const cases: [changes: Parameters, error: string, cause: string, parameter?: string][] = [
    [{ redirect_uri: `${CALLBACK}/` }, "invalid_request", "redirect_uri_not_registered"],
    [{ request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request", "request_uri_pushed"],
    [{ code_challenge: undefined }, "invalid_request", "parameter_missing", "code_challenge"],
    [{ response_type: "token" }, "unsupported_response_type", "unsupported_response_type"],
    [{ scope: "admin" }, "invalid_scope", "scope_exceeded"],
    [{ resource: "https://else.example" }, "invalid_target", "resource_mismatch"],
  ];
  for (const [changes, error, cause, parameter] of cases) {
    await t.refused(
      () => push(client, request, changes),
      { status: 400, error, cause, ...(parameter && { parameter }) },
      "push",
    );
  }
  const secret = { client_secret: "wrong" };
  const confidential = await t.client(SIGN_IN_CLIENT);
  const refused = { status: 401, error: "invalid_client", cause: "wrong_secret" };
  await t.refused(
    () => t.post("/oauth/par", { ...request.parameters(), ...confidential.credentials, ...secret }),
    refused,
    "push",
  );
});

test("a client may push with HTTP Basic, from a page of another origin, and its secret is not kept", async () => {
  const client = await t.client(SIGN_IN_CLIENT);
  const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
  const request = new TestRequest(client);
  const parameters = request.parameters({ client_id: undefined });
  const answer = await t.post("/oauth/par", parameters, { authorization, origin: "https://client.example" });
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  assert.equal(titleOf(await new TestBrowser(t).open(pathOf(client, answer))), "Sign in");
});

test("an address can push so many requests a minute for public clients, and no limit stops a client that proves itself", async () => {
  const client = await t.client(SIGN_IN_CLIENT, { isPublic: true });
  const confidential = await t.client(SIGN_IN_CLIENT);
  t.caller.address = "198.51.100.7";
  try {
    for (let i = 0; i < 60; i += 1) assert.equal((await push(client, new TestRequest(client))).status, 201);
    const answer = await t.refused(
      () => push(client, new TestRequest(client)),
      { status: 429, error: "invalid_request", cause: "too_many_pushed_requests" },
      "push",
    );
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.equal((await push(confidential, new TestRequest(confidential))).status, 201);
  } finally {
    t.caller.address = "192.0.2.1";
  }
});
