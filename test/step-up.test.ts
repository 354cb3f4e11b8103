// Step-up authentication (RFC 9470) as a whole: an API refuses, its client sends the user to sign in again, the API accepts.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { stepUpOf } from "@regrant/client/fetch";
import { createRegrant } from "@regrant/server";
import { createVerifier, refusalResponse } from "@regrant/verify";
import { form, ISSUER } from "../packages/server/src/testing.ts";
import type { Parameters } from "../packages/server/src/testing.ts";
import { CALLBACK, TestBrowser, TestRequest } from "../packages/server/src/testing-browser.ts";

const LOGIN = `${ISSUER}/account/sign-in`;
const API = "https://api.example";
let now = Date.now();

const regrant = await createRegrant({
  issuer: ISSUER,
  database: "sqlite::memory:",
  signingAlgorithm: "EdDSA",
  logLevel: "silent",
  loginUrl: LOGIN,
  acrValues: ["pwd", "mfa"],
  resources: [API],
  now: () => now,
});
after(() => regrant.close());
const verifier = createVerifier({
  issuer: ISSUER,
  audience: API,
  now: () => now,
  fetch: async (url, init) => regrant.fetch(new Request(url, init)),
});
after(() => verifier.close());
const { client_id: id, client_secret: secret = "" } = await regrant.admin.clients.create({
  name: "Bank",
  grantTypes: ["authorization_code", "refresh_token"],
  redirectUris: [CALLBACK],
  audience: API,
  firstParty: true,
});
const credentials = { client_id: id, client_secret: secret };

/** A payment needs two factors, five minutes ago at most. */
function pay(accessToken: string) {
  const headers = { authorization: `Bearer ${accessToken}` };
  return verifier.verify({ headers }, { acrValues: ["mfa"], maxAge: 300 });
}

async function tokens(parameters: Parameters): Promise<Record<string, string>> {
  const body = form({ ...parameters, ...credentials });
  const response = await regrant.fetch(new Request(`${ISSUER}/oauth/token`, { method: "POST", body }));
  assert.equal(response.status, 200);
  return (await response.json()) as Record<string, string>;
}

/** The user signs in at the login page, with what the request asks for, or with a password. */
async function authorize(browser: TestBrowser, changes: Record<string, string> = {}) {
  const request = new TestRequest({ id, credentials });
  let shown = await browser.open(request.path(changes));
  const challenge =
    shown.leadsTo?.startsWith(LOGIN) && new URL(shown.leadsTo).searchParams.get("login_challenge");
  if (challenge) {
    const { acr_values: acr = "pwd" } = await regrant.login.describe(challenge);
    shown = await browser.open(await regrant.login.accept(challenge, { subject: "customer-7", acr }));
  }
  return tokens(request.redeem(request.codeOf(shown)));
}

test("an API that needs a stronger or a more recent sign-in gets it from its client", async () => {
  const browser = new TestBrowser({ fetch: regrant.fetch, origin: ISSUER });
  const first = await authorize(browser);
  const refused = await pay(first["access_token"] ?? "");
  assert.ok(refused.outcome === "refused");
  assert.deepEqual(
    [refused.refusal.cause, refused.refusal.status],
    ["insufficient_user_authentication", 401],
  );
  const stepUp = stepUpOf(refusalResponse(refused.refusal));
  assert.deepEqual(stepUp, { acrValues: ["mfa"], maxAge: 300 });
  const asked = { acr_values: stepUp.acrValues.join(" "), max_age: String(stepUp.maxAge) };

  const second = await authorize(browser, asked);
  const accepted = await pay(second["access_token"] ?? "");
  assert.ok(accepted.outcome === "accepted");
  assert.deepEqual([accepted.token.acr, accepted.token.authTime], ["mfa", Math.floor(now / 1000)]);

  now += 301_000;
  const { refresh_token = "" } = second;
  const refreshed = await tokens({ grant_type: "refresh_token", refresh_token });
  assert.equal((await pay(refreshed["access_token"] ?? "")).outcome, "refused", "a refresh is no sign-in");
  const third = await authorize(browser, asked);
  assert.equal((await pay(third["access_token"] ?? "")).outcome, "accepted");
});
