import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import {
  CALLBACK,
  errorOf,
  formOf,
  SIGN_IN_CLIENT,
  TestBrowser,
  TestRequest,
} from "../../testing-browser.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import type { TestClient, TestService } from "../../testing.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };

let t: TestService;
let client: TestClient;
before(async () => {
  t = await startService({ signingAlgorithm: "ES256" });
  await t.account(ADA.username, ADA.password);
  client = await t.client({ ...SIGN_IN_CLIENT, firstParty: true });
});
after(() => t.close());

/** The members of a signed response: of the service's key, for the client, and of a short life. */
async function opened(response: string, { id }: Pick<TestClient, "id">, service = t) {
  const { body } = await service.send("/.well-known/jwks.json");
  const keys = createLocalJWKSet(body as unknown as JSONWebKeySet);
  const currentDate = new Date(service.clock.at);
  const { payload, protectedHeader } = await jwtVerify(response, keys, {
    issuer: ISSUER,
    audience: id,
    algorithms: ["ES256", "PS256", "EdDSA"],
    currentDate,
  });
  assert.ok(protectedHeader.kid);
  const { exp = 0, iss, aud, ...members } = payload;
  const life = exp - service.clock.at / 1000;
  assert.ok(life > 10 && life <= 600, `valid for ${life} s`);
  assert.deepEqual([iss, aud], [ISSUER, id]);
  return members as Record<string, string>;
}

test("jwt and query.jwt: one signed parameter in the query, with the code or the error", async () => {
  const browser = new TestBrowser(t);
  for (const response_mode of ["jwt", "query.jwt"]) {
    const request = new TestRequest(client);
    const page = await browser.open(request.path({ response_mode }));
    const { leadsTo = "" } = page.leadsTo === undefined ? await browser.submit(page, ADA) : page;
    assert.ok(leadsTo.startsWith(`${CALLBACK}?`), leadsTo);
    const query = new URL(leadsTo).searchParams;
    assert.deepEqual([...query.keys()], ["response"], "nothing beside it");
    const { code = "", state, ...rest } = await opened(query.get("response") ?? "", client);
    assert.deepEqual([state, rest], [request.state, {}]);
    tokensOf(await t.token(request.redeem(code)));
  }
  const silent = new TestRequest(client);
  const path = silent.path({ response_mode: "jwt", prompt: "none" });
  const { leadsTo = "" } = await new TestBrowser(t).open(path);
  const query = new URL(leadsTo).searchParams;
  assert.deepEqual([...query.keys()], ["response"]);
  const { error, state } = await opened(query.get("response") ?? "", client);
  assert.deepEqual([error, state], ["login_required", silent.state]);
});

test("form_post.jwt: the form has the response alone, for a web address only", async () => {
  const request = new TestRequest(client);
  const page = await new TestBrowser(t).open(
    request.path({ response_mode: "form_post.jwt", prompt: "none" }),
  );
  const { action, hidden } = formOf(page);
  assert.equal(action, CALLBACK);
  assert.deepEqual(Object.keys(hidden), ["response"]);
  assert.equal((await opened(hidden["response"] ?? "", client))["error"], "login_required");
  const redirect_uri = "com.example.app:/done";
  const app = await t.client({ ...SIGN_IN_CLIENT, redirectUris: [redirect_uri] });
  const shown = await new TestBrowser(t).open(
    new TestRequest(app).path({ response_mode: "form_post.jwt", redirect_uri }),
  );
  assert.match(shown.leadsTo ?? "", /^com\.example\.app:\/done\?error=invalid_request&/);
});

test("a fragment is refused, signed or not; a client may be held to signed responses", async () => {
  for (const response_mode of ["fragment.jwt", "fragment", "JWT"]) {
    const shown = await new TestBrowser(t).open(new TestRequest(client).path({ response_mode }));
    assert.equal(errorOf(shown), "invalid_request", response_mode);
  }
  const strict = await t.client({ ...SIGN_IN_CLIENT, requireSignedResponse: true });
  const plain = { ...new TestRequest(strict).parameters(), ...strict.credentials };
  const refusal = { status: 400, error: "invalid_request", cause: "response_not_signed" };
  await t.refused(() => t.post("/oauth/par", plain), refusal, "push");
  const { status } = await t.post("/oauth/par", { ...plain, response_mode: "jwt" });
  assert.equal(status, 201);
});

test("a signed response is no access token", async () => {
  const path = new TestRequest(client).path({ response_mode: "jwt", prompt: "none" });
  const { leadsTo = "" } = await new TestBrowser(t).open(path);
  const { body } = await t.introspect(client, new URL(leadsTo).searchParams.get("response") ?? "");
  assert.deepEqual(body, { active: false });
});

test("the metadata name the modes and the algorithm", async () => {
  const { body } = await t.send("/.well-known/oauth-authorization-server");
  assert.deepEqual(body["response_modes_supported"], [
    "query",
    "form_post",
    "jwt",
    "query.jwt",
    "form_post.jwt",
  ]);
  assert.deepEqual(body["authorization_signing_alg_values_supported"], ["ES256"]);
});

test("PS256 signs tokens and responses", async () => {
  const rsa = await startService({ signingAlgorithm: "PS256" });
  try {
    const own = await rsa.client(SIGN_IN_CLIENT);
    const path = new TestRequest(own).path({ response_mode: "jwt", prompt: "none" });
    const { leadsTo = "" } = await new TestBrowser(rsa).open(path);
    await opened(new URL(leadsTo).searchParams.get("response") ?? "", own, rsa);
    const { header } = await rsa.verified((await rsa.grant(own)).accessToken);
    assert.equal(header.alg, "PS256");
  } finally {
    await rsa.close();
  }
});
