import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { createTestRegrant } from "@regrant/server/testing";
import type { TestRegrant, TestTokens } from "@regrant/server/testing";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { form } from "../testing.ts";
import { TestRequest } from "../testing-browser.ts";

/** Verifies as an API does, by the JWKS that the service publishes and the test's clock. */
async function verified({ fetch, issuer, clock }: TestRegrant, token: string) {
  const jwks = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const options = { issuer, audience: issuer, typ: "at+jwt", currentDate: new Date(clock.at) };
  return (await jwtVerify(token, createLocalJWKSet(jwks), options)).payload;
}

function refreshRequest({ refreshToken, client }: TestTokens): RequestInit {
  const parameters = { grant_type: "refresh_token", refresh_token: refreshToken };
  return { method: "POST", body: new URLSearchParams({ ...parameters, ...client.credentials }) };
}

test("a client and its tokens are one call, and a refresh another", async () => {
  await using auth = await createTestRegrant();
  const first = await auth.tokens({ subject: "ada", scope: "orders:read" });
  assert.equal(first.expiresIn, 3600);
  const { sub, scope, client_id } = await verified(auth, first.accessToken);
  assert.deepEqual([sub, scope, client_id], ["ada", "orders:read", first.client.id]);
  const second = await auth.refresh(first);
  assert.notEqual(second.refreshToken, first.refreshToken);
  const other = await auth.tokens({ client: second.client });
  assert.equal((await verified(auth, other.accessToken)).sub, "customer-7");
});

test("the clock stands still until it is moved, and lifetimes follow it", async () => {
  await using auth = await createTestRegrant({ refreshIdleTtl: 86_400 });
  const tokens = await auth.tokens();
  auth.clock.advance(3600);
  await assert.rejects(verified(auth, tokens.accessToken), errors.JWTExpired);
  const fresh = await auth.refresh(tokens);
  await verified(auth, fresh.accessToken);
  auth.clock.advance(86_400);
  await assert.rejects(auth.refresh(fresh), /400 .*"error_reason":"expired"/);
});

test("tokens are signed that the service would sign, and those that an API must refuse", async () => {
  await using auth = await createTestRegrant({ audience: "https://api.example" });
  const claims = async (token: Parameters<TestRegrant["accessToken"]>[0]) =>
    verified(auth, await auth.accessToken({ audience: auth.issuer, ...token }));
  const good = await claims({ subject: "ada", scope: "a b", claims: { tenant: "t1", jti: undefined } });
  assert.deepEqual([good.sub, good["scope"], good["tenant"], good.jti], ["ada", "a b", "t1", undefined]);
  await assert.rejects(claims({ expiresIn: -1 }), errors.JWTExpired);
  await assert.rejects(claims({ audience: "https://other.example" }), errors.JWTClaimValidationFailed);
  await assert.rejects(claims({ issuer: "https://other.example" }), errors.JWTClaimValidationFailed);
  await assert.rejects(claims({ forged: true }), errors.JWSSignatureVerificationFailed);
  const token = await auth.accessToken();
  const { aud } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
    aud: string;
  };
  assert.equal(aud, "https://api.example");
});

test("a response is lost after the request was processed, and the retry gets the same tokens", async () => {
  await using auth = await createTestRegrant();
  const tokens = await auth.tokens();
  const refresh = () => auth.fetch(`${auth.issuer}/oauth/token`, refreshRequest(tokens));
  auth.loseNextResponse();
  await assert.rejects(refresh(), { name: "TypeError", message: /response was lost/ });
  const retried = await refresh();
  assert.deepEqual([retried.status, auth.events.at(-1)?.type], [200, "grant.retried"]);
});

test("no other server is reachable, and an abort is heard", async () => {
  await using auth = await createTestRegrant();
  await assert.rejects(auth.fetch("https://elsewhere.example/"), { name: "TypeError", message: /alone/ });
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(auth.fetch(auth.issuer, { signal }), { message: "enough" });
});

test("services are apart from each other, and leave nothing behind", async (t) => {
  // What would be written goes into the working directory, which other tests share.
  const folder = process.cwd();
  t.after(() => process.chdir(folder));
  process.chdir(temporaryFolder());
  const services = await Promise.all(Array.from({ length: 4 }, () => createTestRegrant()));
  const [one, two] = services;
  assert.ok(one && two);
  const tokens = await one.tokens();
  await assert.rejects(two.refresh(tokens), /401 /);
  assert.deepEqual(
    two.events.filter(({ type }) => !type.startsWith("key.")),
    [],
  );
  for (const each of services) await each.close();
  await one.close();
  assert.deepEqual(readdirSync("."), []);
});

test("events are kept, and the host's own options count", async () => {
  const heard: string[] = [];
  await using auth = await createTestRegrant({
    issuer: "https://example.com/auth",
    accounts: (username, password) => (password === "secret" ? username : null),
    onEvent: ({ type }) => heard.push(type),
  });
  const client = await auth.client({ grantTypes: ["password", "refresh_token"] });
  const body = (password: string) =>
    new URLSearchParams({ grant_type: "password", username: "ada", password, ...client.credentials });
  const status = async (password: string) =>
    (await auth.fetch(`${auth.issuer}/oauth/token`, { method: "POST", body: body(password) })).status;
  assert.deepEqual([await status("secret"), await status("guess")], [200, 400]);
  assert.equal(auth.events.at(-1)?.subject, "ada");
  assert.deepEqual(
    auth.events.map(({ type }) => type),
    heard,
  );
});

test("an authorization request is answered as a user would", async () => {
  await using auth = await createTestRegrant();
  const redirectUris = ["https://app.example/callback"];
  const { id, credentials } = await auth.client({
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris,
    scopes: ["read"],
  });
  const request = new TestRequest({ id, credentials });
  const url = (more: Record<string, string> = {}) =>
    `${auth.issuer}${request.path({ redirect_uri: redirectUris[0], scope: "read", ...more })}`;
  const callback = await auth.authorize(url(), { subject: "ada" });
  const answer = new URL(callback.url).searchParams;
  assert.deepEqual([answer.get("state"), answer.get("iss")], [request.state, auth.issuer]);
  const redeemed = request.redeem(answer.get("code") ?? "", { redirect_uri: redirectUris[0] });
  const response = await auth.fetch(`${auth.issuer}/oauth/token`, { method: "POST", body: form(redeemed) });
  const { access_token = "" } = (await response.json()) as Record<string, string>;
  assert.equal((await verified(auth, access_token)).sub, "ada");

  const posted = await auth.authorize(url({ response_mode: "form_post", prompt: "login consent" }));
  assert.deepEqual([posted.method, (await posted.formData()).get("state")], ["POST", request.state]);
  const denied = await auth.authorize(url(), { denies: true });
  assert.equal(new URL(denied.url).searchParams.get("error"), "access_denied");
  await assert.rejects(auth.authorize(url({ client_id: "nobody" })), /unknown_client|invalid_client/);
});
