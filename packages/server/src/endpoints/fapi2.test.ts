import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { exportJWK, generateKeyPair } from "jose";
import type { CryptoKey } from "jose";
import * as openid from "openid-client";
import type { PublicJwk } from "../client-settings/jwks.ts";
import { CALLBACK, errorOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../testing-browser.ts";
import { ISSUER, startService } from "../testing.ts";
import type { TestClient, TestService } from "../testing.ts";

const ADA = { username: "ada", password: "correct horse battery staple" };

let t: TestService;
let client: TestClient;
let key: CryptoKey;
let jwk: PublicJwk;
before(async () => {
  // The settings are lenient, the profile is not.
  t = await startService({ signingAlgorithm: "PS256", assertionTokenUrl: true, assertionRs256: true });
  // The program's clock is the machine's.
  t.clock.at = Date.now();
  await t.account(ADA.username, ADA.password);
  const pair = await generateKeyPair("PS256");
  key = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "PS256" } as PublicJwk;
  client = await profiled();
});
after(() => t.close());

function profiled(more = {}): Promise<TestClient> {
  return t.client({ ...SIGN_IN_CLIENT, securityProfile: "fapi2", jwks: { keys: [jwk] }, ...more });
}

async function configured(
  { id }: TestClient,
  assertion: openid.ModifyAssertionOptions = {},
  { service }: TestService = t,
) {
  const auth = openid.PrivateKeyJwt({ key, kid: "one" }, assertion);
  const send = async (url: string | URL | Request, init: object = {}) =>
    service.fetch(new Request(url, init));
  const options = { algorithm: "oauth2", [openid.customFetch]: send } as const;
  return openid.discovery(new URL(ISSUER), id, undefined, auth, options);
}

test("openid-client goes through FAPI 2.0 with signed messages: PAR, private_key_jwt, DPoP, JAR and JARM", async () => {
  const strict = await profiled({ requireSignedRequest: true, requireSignedResponse: true });
  const config = await configured(strict);
  openid.useJwtResponseMode(config);
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const code_challenge = await openid.calculatePKCECodeChallenge(verifier);
  const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair("ES256"));
  const asked = {
    redirect_uri: CALLBACK,
    scope: "read",
    state,
    code_challenge,
    code_challenge_method: "S256",
  };
  const signed = await openid.buildAuthorizationUrlWithJAR(config, asked, { key, kid: "one" });
  const url = await openid.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP });
  const browser = new TestBrowser(t);
  const consent = await browser.submit(await browser.open(url.pathname + url.search), ADA);
  const { leadsTo = "" } = await browser.submit(consent, { answer: "allow" });
  const answer = new URL(leadsTo);
  assert.deepEqual([...answer.searchParams.keys()], ["response"]);
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  const tokens = await openid.authorizationCodeGrant(config, answer, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, "dpop");
  const { header, claims } = await t.verified(tokens.access_token);
  assert.equal(header.alg, "PS256");
  assert.ok((claims["cnf"] as { jkt?: string }).jkt);

  // FAPI 2.0 §5.3.2.1: a confidential client's refresh token is not bound to the key, and stays the same.
  const other = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair("ES256"));
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? "", {}, { DPoP: other });
  assert.equal(refreshed.refresh_token, tokens.refresh_token);
  const again = await t.verified(refreshed.access_token);
  assert.notDeepEqual(again.claims["cnf"], claims["cnf"]);
  await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token ?? ""), { status: 400 });
});

test("a request by query is refused, and a pushed one must be opened within 60 s", async () => {
  const shown = await new TestBrowser(t).open(new TestRequest(client).path());
  assert.equal(errorOf(shown), "invalid_request");

  const config = await configured(client);
  const request = new TestRequest(client);
  const { client_id: _, ...parameters } = request.parameters() as Record<string, string>;
  const push = () => openid.buildAuthorizationUrlWithPAR(config, parameters);
  const [opened, left] = [await push(), await push()];
  const browser = new TestBrowser(t);
  const page = await browser.open(opened.pathname + opened.search);
  t.clock.at += 61_000;
  const late = await new TestBrowser(t).open(left.pathname + left.search);
  assert.deepEqual([late.status, late.leadsTo], [400, undefined]);
  const consent = await browser.submit(page, ADA);
  assert.equal(titleOf(consent), "Allow access?", "whoever came in time may take longer");
  request.codeOf(await browser.submit(consent, { answer: "allow" }));
  t.clock.at = Date.now();
});

// FAPI 2.0 §5.3.2.2
test("a pushed request names its redirect_uri, also where only one is registered", async () => {
  const config = await configured(client);
  const {
    client_id: _,
    redirect_uri: _uri,
    ...parameters
  } = new TestRequest(client).parameters() as Record<string, string>;
  await assert.rejects(openid.buildAuthorizationUrlWithPAR(config, parameters), {
    status: 400,
    error: "invalid_request",
    error_description: "The redirect_uri parameter is missing.",
  });
});

test("whatever the settings accept, the profile wants the issuer as audience and no RS256", async () => {
  const refused = { status: 401 };
  const aud = await configured(client, {
    [openid.modifyAssertion]: (_header, payload) => {
      payload["aud"] = `${ISSUER}/oauth/token`;
    },
  });
  await assert.rejects(openid.refreshTokenGrant(aud, "rgr_x"), refused);
  const lenient = await t.client({
    ...SIGN_IN_CLIENT,
    tokenEndpointAuthMethod: "private_key_jwt",
    jwks: { keys: [jwk] },
  });
  const other = await configured(lenient, {
    [openid.modifyAssertion]: (_header, payload) => {
      payload["aud"] = `${ISSUER}/oauth/token`;
    },
  });
  await assert.rejects(openid.refreshTokenGrant(other, "rgr_x"), { status: 400, error: "invalid_grant" });
});

test("a service that signs with RS256 has no signed response for the profile", async () => {
  const rsa = await startService({ signingAlgorithm: "RS256" });
  try {
    const settings = { ...SIGN_IN_CLIENT, securityProfile: "fapi2", jwks: { keys: [jwk] } } as const;
    rsa.clock.at = Date.now();
    const own = await rsa.client(settings);
    const config = await configured(own, {}, rsa);
    const { client_id: _, ...parameters } = new TestRequest(own).parameters() as Record<string, string>;
    await openid.buildAuthorizationUrlWithPAR(config, parameters);
    await assert.rejects(
      openid.buildAuthorizationUrlWithPAR(config, { ...parameters, response_mode: "jwt" }),
      { status: 400, error: "invalid_request", error_description: /^The response mode must be/ },
    );
  } finally {
    await rsa.close();
  }
});

test("PAR may be required of all clients", async () => {
  const strict = await startService({ requirePar: true });
  try {
    const own = await strict.client(SIGN_IN_CLIENT);
    assert.equal(errorOf(await new TestBrowser(strict).open(new TestRequest(own).path())), "invalid_request");
    const { body } = await strict.send("/.well-known/oauth-authorization-server");
    assert.equal(body["require_pushed_authorization_requests"], true);
  } finally {
    await strict.close();
  }
});
