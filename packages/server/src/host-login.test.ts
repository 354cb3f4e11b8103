import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createRegrant } from "./regrant.ts";
import { TestClock } from "./test-kit/clock.ts";
import { form, ISSUER } from "./testing.ts";
import { CALLBACK, errorOf, TestBrowser, TestRequest } from "./testing-browser.ts";

const LOGIN = `${ISSUER}/account/sign-in`;
const clock = new TestClock();
const regrant = await createRegrant({
  issuer: ISSUER,
  database: "sqlite::memory:",
  signingAlgorithm: "EdDSA",
  logLevel: "silent",
  loginUrl: LOGIN,
  now: clock.now,
});
after(() => regrant.close());
const { client_id: id, client_secret: secret = "" } = await regrant.admin.clients.create({
  name: "Shop",
  grantTypes: ["authorization_code", "refresh_token"],
  redirectUris: [CALLBACK],
  scopes: ["read"],
  firstParty: true,
});
const credentials = { client_id: id, client_secret: secret };

/** A browser that the authorization endpoint has sent to the host's login page. */
async function atLoginPage(changes: Record<string, string> = {}) {
  const browser = new TestBrowser({ fetch: regrant.fetch, origin: ISSUER });
  const request = new TestRequest({ id, credentials });
  const { leadsTo = "" } = await browser.open(request.path(changes));
  assert.ok(leadsTo.startsWith(LOGIN), leadsTo);
  return { browser, request, challenge: new URL(leadsTo).searchParams.get("login_challenge") ?? "" };
}

test("a host's login page learns who asks, and signs a user in without a request to itself", async () => {
  const { browser, request, challenge } = await atLoginPage({ scope: "read", login_hint: "ada" });
  assert.deepEqual(await regrant.login.describe(challenge), {
    client: { client_id: id, client_name: "Shop", first_party: true },
    scope: "read",
    login_hint: "ada",
    expires_at: Math.floor(clock.at / 1000) + 1800,
  });
  const authTime = clock.at - 60_000;
  const user = { subject: "customer-7", name: "Ada", authTime };
  const to = await regrant.login.accept(challenge, user);
  assert.equal(await regrant.login.accept(challenge, user), to, "a repeated answer gives the same");
  const code = request.codeOf(await browser.open(to));
  const body = form(request.redeem(code));
  const response = await regrant.fetch(new Request(`${ISSUER}/oauth/token`, { method: "POST", body }));
  assert.equal(response.status, 200);
  const [grant] = (await regrant.admin.grants.list({ clientId: id })).items;
  assert.equal(grant?.subject, "customer-7");
  // Signed in from now on: the next request comes straight through.
  const next = new TestRequest({ id, credentials });
  next.codeOf(await browser.open(next.path()));
});

test("a host's login page refuses a user, and the client is told", async () => {
  const { browser, challenge } = await atLoginPage();
  assert.equal(errorOf(await browser.open(await regrant.login.reject(challenge))), "access_denied");
});

test("what is refused by HTTP is refused here, as an AdminError", async () => {
  const { challenge } = await atLoginPage();
  const { login } = regrant;
  const user = { subject: "customer-7" };
  for (const unknown of ["", "x", `${challenge}x`]) {
    await assert.rejects(login.describe(unknown), { name: "AdminError", code: "not_found" });
    await assert.rejects(login.accept(unknown, user), { code: "not_found" });
    await assert.rejects(login.reject(unknown), { code: "not_found" });
  }
  const invalid: [member: string, changes: object][] = [
    ["subject", { subject: "" }],
    ["subject", { subject: "a\nb" }],
    ["subject", { subject: "x".repeat(256) }],
    ["subject", { subject: 42 }],
    ["name", { name: "x".repeat(201) }],
    ["authTime", { authTime: clock.at + 61_000 }],
    ["authTime", { authTime: 0.5 }],
    ["acr", { acr: "mfa" }],
  ];
  for (const [member, changes] of invalid) {
    await assert.rejects(login.accept(challenge, { ...user, ...changes }), (error) => {
      const { code, violations } = error as { code: string; violations: { member: string }[] };
      return code === "invalid" && violations[0]?.member === member;
    });
  }
  await login.accept(challenge, user);
  await assert.rejects(login.accept(challenge, { subject: "else" }), { code: "conflict" });
  await assert.rejects(login.reject(challenge), { code: "conflict" });
  const { challenge: late } = await atLoginPage();
  clock.advance(1800);
  await assert.rejects(login.accept(late, user), { code: "not_found" });
});
