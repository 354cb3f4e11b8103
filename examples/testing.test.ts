// Tests of programs around Regrant, without a network, a file or a wait. They run in node:test here, and as they stand in
// any runner that has `test` (docs/testing.md).
import { clientSecretPost, createTokenClient, memoryStore } from "@regrant/client";
import { createTestRegrant } from "@regrant/server/testing";
import type { TestClient, TestRegrant } from "@regrant/server/testing";
import { createVerifier } from "@regrant/verify";
import { requireToken } from "@regrant/verify/hono";
import { Hono } from "hono";
import assert from "node:assert/strict";
import { test } from "node:test";
import * as oauth from "openid-client";

test("the API takes valid tokens, and no others", async () => {
  await using auth = await createTestRegrant();
  const { issuer, fetch, clock } = auth;
  const verifier = createVerifier({ issuer, audience: issuer, fetch, now: clock.now });
  const api = new Hono().get("/orders", requireToken(verifier, { scope: "orders:read" }), (c) =>
    c.json({ of: c.var.accessToken.subject }),
  );
  const status = async (token: string) =>
    (await api.request("/orders", { headers: { Authorization: `Bearer ${token}` } })).status;

  const scope = "orders:read";
  assert.equal(await status(await auth.accessToken({ subject: "ada", scope })), 200);
  assert.equal(await status(await auth.accessToken({ scope: "profile" })), 403);
  assert.equal(await status(await auth.accessToken({ scope, expiresIn: -60 })), 401);
  assert.equal(await status(await auth.accessToken({ scope, audience: "https://other.example" })), 401);
  assert.equal(await status(await auth.accessToken({ scope, forged: true })), 401);

  const { accessToken } = await auth.tokens({ scope });
  assert.equal(await status(accessToken), 200);
  clock.advance(3600 + 10);
  assert.equal(await status(accessToken), 401);
});

test("the API refuses a token of a session that was revoked", async () => {
  await using auth = await createTestRegrant();
  const { issuer, fetch, clock, regrant } = auth;
  const { id: clientId, secret: clientSecret } = await auth.client({ resourceServer: true });
  const revocations = { clientId, clientSecret, pollInterval: 0 };
  const verifier = createVerifier({ issuer, audience: issuer, revocations, fetch, now: clock.now });
  const { accessToken } = await auth.tokens({ subject: "ada" });
  const request = new Request("https://api.example", { headers: { Authorization: `Bearer ${accessToken}` } });
  assert.equal((await verifier.verify(request)).outcome, "accepted");
  await regrant.admin.grants.revokeAll({ subject: "ada" });
  assert.equal((await verifier.verify(request)).outcome, "refused");
  verifier.close();
});

test("a lost response does not end the session", async () => {
  await using auth = await createTestRegrant();
  const { id: clientId, secret } = await auth.client();
  const client = createTokenClient({
    tokenEndpoint: `${auth.issuer}/oauth/token`,
    clientId,
    clientAuth: clientSecretPost(secret),
    key: "orders",
    store: memoryStore(),
    fetch: auth.fetch,
  });
  await client.set(await auth.regrant.issue({ clientId, subject: "ada" }));
  auth.loseNextResponse();
  const { accessToken } = await client.getToken({ mode: "force" });
  assert.ok(accessToken);
  assert.equal(auth.events.at(-1)?.type, "grant.retried");
});

test("a session ends when it was not used for the idle lifetime", async () => {
  await using auth = await createTestRegrant({ refreshIdleTtl: 10 * 86_400 });
  const tokens = await auth.tokens();
  auth.clock.advance(9 * 86_400);
  const fresh = await auth.refresh(tokens);
  auth.clock.advance(10 * 86_400);
  await assert.rejects(auth.refresh(fresh), /expired/);
});

test("a program that embeds the service is tested with it", async () => {
  const auth = await createTestRegrant({
    issuer: "https://example.com/auth",
    accounts: (username, password) => (password === "secret" ? username : null),
  });
  const app = new Hono().all("/auth/*", (c) => auth.regrant.fetch(c.req.raw));
  const { credentials } = await auth.client({ grantTypes: ["password"] });
  const body = (password: string) =>
    new URLSearchParams({ grant_type: "password", username: "ada", password, ...credentials });
  const status = async (password: string) =>
    (await app.request("https://example.com/auth/oauth/token", { method: "POST", body: body(password) }))
      .status;
  assert.equal(await status("secret"), 200);
  assert.equal(await status("guess"), 400);
  await auth.close();
});

test("a user signs in to the app, or does not want to", async () => {
  await using auth = await createTestRegrant();
  const client = await auth.client({
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris: ["https://app.example/callback"],
    scopes: ["orders:read"],
  });
  const app = await webApp(auth, client);
  const toSignIn = async () => (await app.request("/sign-in")).headers.get("Location") ?? "";
  const callback = await auth.authorize(await toSignIn(), { subject: "ada" });
  assert.equal(await (await app.request(callback)).text(), "You may: orders:read");
  const denied = await auth.authorize(await toSignIn(), { denies: true });
  assert.equal(await (await app.request(denied)).text(), "Not signed in: access_denied");
});

/** The program under test: it signs users in with a library that takes a `fetch`. */
async function webApp({ issuer, fetch }: TestRegrant, { id, secret }: TestClient): Promise<Hono> {
  const discovery = { [oauth.customFetch]: fetch as oauth.CustomFetch, algorithm: "oauth2" } as const;
  const config = await oauth.discovery(new URL(issuer), id, secret, undefined, discovery);
  const verifiers = new Map<string, string>(); // by state; a session of the browser in a real app
  const app = new Hono();
  app.get("/sign-in", async (c) => {
    const [state, verifier] = [oauth.randomState(), oauth.randomPKCECodeVerifier()];
    verifiers.set(state, verifier);
    const url = oauth.buildAuthorizationUrl(config, {
      redirect_uri: "https://app.example/callback",
      scope: "orders:read",
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return c.redirect(url.href);
  });
  app.get("/callback", async (c) => {
    const expectedState = c.req.query("state") ?? "";
    const pkceCodeVerifier = verifiers.get(expectedState) ?? "";
    return oauth
      .authorizationCodeGrant(config, new URL(c.req.url), { expectedState, pkceCodeVerifier })
      .then(({ scope }) => c.text(`You may: ${scope}`))
      .catch((error: Error & { error?: string }) => c.text(`Not signed in: ${error.error ?? error.message}`));
  });
  return app;
}
