// How users have to authenticate: acr_values and acr (RFC 9470 §4 to §6).
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { DEVICE_CODE } from "../../client-settings/grant-types.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import type { Parameters, TestClient, TestService } from "../../testing.ts";
import { errorOf, SIGN_IN_CLIENT, TestBrowser, TestRequest, titleOf } from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";

const LOGIN = "https://login.provider.example/";
const PASSWORD = "correct horse battery staple";
const ADA = { username: "ada", password: PASSWORD };
const UNMET = "unmet_authentication_requirements";

const t = await startService({ loginUrl: LOGIN, acrValues: ["pwd", "mfa", "phr"] });
const own = await startService({ passwordAcr: "pwd" });
const plain = await startService();
after(() => Promise.all([t, own, plain].map((service) => service.close())));
const page = await t.client({ grantTypes: [], loginProvider: true });
const client = await t.client({ ...SIGN_IN_CLIENT, firstParty: true });
const resourceServer = await t.client({ grantTypes: [], resourceServer: true });

function challengeOf({ leadsTo = "" }: Shown): string {
  assert.ok(leadsTo.startsWith(LOGIN), leadsTo);
  return new URL(leadsTo).searchParams.get("login_challenge") ?? "";
}

function call(what: "request" | "accept", parameters: Parameters) {
  return t.post(`/oauth/login/${what}`, { ...page.credentials, ...parameters });
}

/** The login page signs the user in, who returns to the service. */
async function signIn(browser: TestBrowser, shown: Shown, acr?: string): Promise<Shown> {
  const answer = {
    login_challenge: challengeOf(shown),
    subject: "customer-7",
    ...(acr === undefined ? {} : { acr }),
  };
  const { body, text } = await call("accept", answer);
  const { redirect_to: to } = body;
  assert.ok(typeof to === "string", text);
  return browser.open(to);
}

/** Claims of the access token that a code gets, and the refresh token. */
async function redeem(request: TestRequest, shown: Shown, service: TestService = t) {
  const tokens = tokensOf(await service.token(request.redeem(request.codeOf(shown))));
  const { claims } = await service.verified(tokens.accessToken);
  return { ...tokens, claims };
}

async function pushedPath(request: TestRequest, { id, credentials }: TestClient, changes: Parameters) {
  const { body, text } = await t.post("/oauth/par", { ...request.parameters(changes), ...credentials });
  const { request_uri } = body;
  assert.ok(typeof request_uri === "string", text);
  return `/oauth/authorize?${new URLSearchParams({ client_id: id, request_uri }).toString()}`;
}

describe("with the provider's login page", () => {
  test("a sign-in of another kind does not do: the page learns what is asked, says what it did, and the tokens say it", async () => {
    const browser = new TestBrowser(t);
    const first = new TestRequest(client);
    const weak = await redeem(first, await signIn(browser, await browser.open(first.path()), "pwd"));
    assert.equal(weak.claims["acr"], "pwd");

    const second = new TestRequest(client);
    const asked = await browser.open(second.path({ acr_values: "other phr mfa" }));
    const { body } = await call("request", { login_challenge: challengeOf(asked) });
    assert.equal(body["acr_values"], "phr mfa", "those that it can give, in the client's order");
    const strong = await redeem(second, await signIn(browser, asked, "mfa"));
    assert.equal(strong.claims["acr"], "mfa");

    const third = new TestRequest(client);
    third.codeOf(await browser.open(third.path({ acr_values: "mfa" })));
    third.codeOf(await browser.open(third.path({ acr_values: "pwd mfa" })));
    challengeOf(await browser.open(third.path({ acr_values: "pwd" })));
    challengeOf(await browser.open(third.path({ acr_values: "phr" })));
  });

  test("a refresh keeps it and raises nothing; introspection says it", async () => {
    const browser = new TestBrowser(t);
    const request = new TestRequest(client);
    const { refreshToken, claims } = await redeem(
      request,
      await signIn(browser, await browser.open(request.path()), "pwd"),
    );
    const refreshed = await t.post("/oauth/token", {
      ...client.credentials,
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      acr_values: "mfa",
      acr: "mfa",
    });
    const { accessToken } = tokensOf(refreshed);
    const after = (await t.verified(accessToken)).claims;
    assert.deepEqual([after["acr"], after["auth_time"]], ["pwd", claims["auth_time"]]);
    const { body } = await t.introspect(resourceServer, accessToken);
    assert.deepEqual([body["acr"], body["auth_time"]], ["pwd", claims["auth_time"]]);
  });

  test("a sign-in that still does not do ends the request, pushed or not, and is not asked for again", async () => {
    for (const acr of ["pwd", undefined]) {
      for (const isPushed of [false, true]) {
        const browser = new TestBrowser(t);
        const request = new TestRequest(client);
        const asked = { acr_values: "mfa" };
        const path = isPushed ? await pushedPath(request, client, asked) : request.path(asked);
        assert.equal(errorOf(await signIn(browser, await browser.open(path), acr)), UNMET);
      }
    }
  });

  test("a pushed request is as strict, and met by the sign-in that it leads to", async () => {
    const browser = new TestBrowser(t);
    const before = new TestRequest(client);
    before.codeOf(await signIn(browser, await browser.open(before.path()), "pwd"));
    const request = new TestRequest(client);
    const path = await pushedPath(request, client, { acr_values: "mfa", max_age: "0" });
    const { claims } = await redeem(request, await signIn(browser, await browser.open(path), "mfa"));
    assert.equal(claims["acr"], "mfa");
  });

  test("without a page, it is an error: for prompt=none a sign-in is required; what no sign-in has is refused at once", async () => {
    const browser = new TestBrowser(t);
    const first = new TestRequest(client);
    first.codeOf(await signIn(browser, await browser.open(first.path()), "pwd"));
    const silent = { acr_values: "mfa", prompt: "none" };
    assert.equal(errorOf(await browser.open(first.path(silent))), "login_required");
    assert.equal(errorOf(await browser.open(first.path({ acr_values: "other" }))), UNMET);
    await t.refused(
      () => t.post("/oauth/par", { ...first.parameters({ acr_values: "other" }), ...client.credentials }),
      { status: 400, error: UNMET, cause: UNMET },
      "push",
    );
    first.codeOf(await browser.open(first.path({ acr_values: " " })));
  });

  test("the page cannot say what is not configured", async () => {
    const browser = new TestBrowser(t);
    const login_challenge = challengeOf(await browser.open(new TestRequest(client).path()));
    for (const acr of ["other", "MFA", "pwd mfa"]) {
      await t.refused(
        () => call("accept", { login_challenge, subject: "customer-7", acr }),
        {
          status: 400,
          error: "invalid_request",
          cause: "acr_not_configured",
        },
        "login_accept",
      );
    }
  });

  test("a device's grant has that of the sign-in in which it was allowed", async () => {
    const settings = { name: "Television", grantTypes: [DEVICE_CODE], firstParty: true } as const;
    const television = await t.client(settings, { isPublic: true });
    const { body } = await t.post("/oauth/device_authorization", television.credentials);
    const browser = new TestBrowser(t);
    const { pathname, search } = new URL(String(body["verification_uri_complete"]));
    const confirm = await signIn(browser, await browser.open(pathname + search), "mfa");
    await browser.submit(confirm, { answer: "allow" });
    const poll = {
      grant_type: DEVICE_CODE,
      device_code: String(body["device_code"]),
      ...television.credentials,
    };
    const { claims } = await t.verified(tokensOf(await t.token(poll)).accessToken);
    assert.equal(claims["acr"], "mfa");
  });
});

describe("with Regrant's sign-in page", () => {
  test("a password has the acr that is configured, and no other can be had", async () => {
    await own.account("ada", PASSWORD);
    const shop = await own.client({ ...SIGN_IN_CLIENT, firstParty: true });
    const browser = new TestBrowser(own);
    const request = new TestRequest(shop);
    const shown = await browser.open(request.path({ acr_values: "mfa pwd" }));
    assert.match(titleOf(shown), /^Sign in/);
    const { claims } = await redeem(request, await browser.submit(shown, ADA), own);
    assert.equal(claims["acr"], "pwd");
    assert.equal(errorOf(await browser.open(request.path({ acr_values: "mfa" }))), UNMET);
  });

  test("where no sign-in has an acr, acr_values is ignored, and tokens have none", async () => {
    await plain.account("ada", PASSWORD);
    const shop = await plain.client({ ...SIGN_IN_CLIENT, firstParty: true });
    const browser = new TestBrowser(plain);
    const request = new TestRequest(shop);
    const shown = await browser.open(request.path({ acr_values: "mfa" }));
    const { claims } = await redeem(request, await browser.submit(shown, ADA), plain);
    assert.equal("acr" in claims, false);
  });

  test("the metadata name what can be had", async () => {
    const supported = async ({ service }: TestService) => {
      const url = `${ISSUER}/.well-known/oauth-authorization-server`;
      const metadata = await (await service.fetch(new Request(url))).json();
      return (metadata as Record<string, unknown>)["acr_values_supported"];
    };
    assert.deepEqual(await Promise.all([t, own, plain].map(supported)), [
      ["pwd", "mfa", "phr"],
      ["pwd"],
      undefined,
    ]);
  });
});
