import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { SECOND } from "../../store/contract/fixtures.ts";
import { ISSUER, startService, tokensOf } from "../../testing.ts";
import type { TestResponse, Parameters } from "../../testing.ts";
import {
  CALLBACK,
  errorOf,
  formOf,
  SIGN_IN_CLIENT,
  SIGN_IN_COOKIE,
  TestBrowser,
  TestRequest,
  titleOf,
} from "../../testing-browser.ts";
import type { Shown } from "../../testing-browser.ts";

const LOGIN = "https://login.provider.example/sign-in?theme=dark";
const MINUTE = 60 * SECOND;

const t = await startService({ loginUrl: LOGIN });
after(() => t.close());
const page = await t.client({ grantTypes: [], loginProvider: true });
const client = await t.client({ ...SIGN_IN_CLIENT, firstParty: true });

/** The challenge with which a browser was sent to the login page. */
function challengeOf({ leadsTo = "" }: Shown): string {
  assert.ok(leadsTo.startsWith(LOGIN), leadsTo);
  return new URL(leadsTo).searchParams.get("login_challenge") ?? "";
}

function call(
  what: "request" | "accept" | "reject",
  parameters: Parameters,
  by = page,
): Promise<TestResponse> {
  return t.post(`/oauth/login/${what}`, { ...by.credentials, ...parameters });
}

/** What the provider tells the browser to open. */
async function redirectOf(answer: Promise<TestResponse>): Promise<string> {
  const { status, body, text, headers } = await answer;
  assert.equal(status, 200, text);
  assert.deepEqual(Object.keys(body), ["redirect_to"]);
  assert.equal(headers.get("access-control-allow-origin"), null);
  assert.ok(String(body["redirect_to"]).startsWith(`${ISSUER}/oauth/login/return?`));
  return String(body["redirect_to"]);
}

/** A browser at the login page, for a new request. */
async function atLoginPage(changes: Parameters = {}, whose = client) {
  const browser = new TestBrowser(t);
  const request = new TestRequest(whose);
  const challenge = challengeOf(await browser.open(request.path(changes)));
  return { browser, request, challenge };
}

function accepted(challenge: string, more: Parameters = {}): Promise<string> {
  return redirectOf(call("accept", { login_challenge: challenge, subject: "customer-7", ...more }));
}

describe("the provider's own login page", () => {
  test("is not told of the logo of a client that registered itself", async () => {
    const pages = { logoUri: "https://shop.example/logo.png", clientUri: "https://shop.example/" };
    const stranger = await t.client({ ...SIGN_IN_CLIENT, ...pages, selfRegistered: true });
    const { challenge } = await atLoginPage({}, stranger);
    const { body } = await call("request", { login_challenge: challenge });
    const { logo_uri, client_uri } = body["client"] as Record<string, string>;
    assert.deepEqual([logo_uri, client_uri], [undefined, "https://shop.example/"]);
  });

  test("signs somebody in, who comes back to the client with a code", async () => {
    const { browser, request, challenge } = await atLoginPage({ scope: "read" });
    const to = await accepted(challenge, { name: "Ada" });
    const code = request.codeOf(await browser.open(to));
    const { accessToken } = tokensOf(await t.token(request.redeem(code)));
    const { claims } = await t.verified(accessToken);
    assert.deepEqual(
      [claims.sub, claims["scope"], claims["auth_time"]],
      ["customer-7", "read", t.clock.at / SECOND],
    );
    // Signed in from now on: the next request comes straight through.
    const next = new TestRequest(client);
    next.codeOf(await browser.open(next.path()));
  });

  test("learns who asks and for what", async () => {
    const shop = await t.client({ ...SIGN_IN_CLIENT, logoUri: "https://shop.example/logo.png" });
    const asked = { scope: "read", prompt: "login", max_age: "60", login_hint: "ada", ui_locales: "it" };
    const { challenge } = await atLoginPage(asked, shop);
    const { status, body } = await call("request", { login_challenge: challenge });
    assert.equal(status, 200);
    assert.deepEqual(body, {
      client: {
        client_id: shop.id,
        client_name: "Shop",
        first_party: false,
        logo_uri: "https://shop.example/logo.png",
      },
      ...asked,
      expires_at: t.clock.at / SECOND + 1800,
    });
  });

  test("may let nobody in: the client is told that access was denied", async () => {
    const { browser, challenge } = await atLoginPage();
    const shown = await browser.open(await redirectOf(call("reject", { login_challenge: challenge })));
    assert.equal(errorOf(shown), "access_denied");
    assert.equal(browser.cookies.has(SIGN_IN_COOKIE), false);
  });

  test("is followed by consent where that is needed, and says whom it signed in", async () => {
    const shop = await t.client(SIGN_IN_CLIENT);
    const { browser, request, challenge } = await atLoginPage({}, shop);
    const consent = await browser.open(await accepted(challenge, { name: "Ada <b>" }));
    assert.equal(titleOf(consent), "Allow access?");
    assert.ok(consent.html.includes("Ada &lt;b&gt;"));
    request.codeOf(await browser.submit(consent, { answer: "allow" }));
  });

  test("says when somebody authenticated, and whoever did too long ago is not asked for ever", async () => {
    const authTime = String(t.clock.at / SECOND - 100);
    const { browser, request, challenge } = await atLoginPage({ max_age: "1000" });
    const code = request.codeOf(await browser.open(await accepted(challenge, { auth_time: authTime })));
    const { claims } = await t.verified(tokensOf(await t.token(request.redeem(code))).accessToken);
    assert.equal(claims["auth_time"], Number(authTime));

    const pushing = new TestRequest(client);
    const pushed = await t.post("/oauth/par", {
      ...pushing.parameters({ prompt: "login" }),
      ...client.credentials,
    });
    const path = `/oauth/authorize?client_id=${client.id}&request_uri=${String(pushed.body["request_uri"])}`;
    const other = new TestBrowser(t);
    const stale = await accepted(challengeOf(await other.open(path)), { auth_time: authTime });
    assert.equal(errorOf(await other.open(stale)), "unmet_authentication_requirements");
  });
});

describe("a login challenge", () => {
  test("is of use once, and who goes back is led through anew", async () => {
    const { browser, challenge } = await atLoginPage();
    const to = await accepted(challenge);
    assert.equal(await accepted(challenge), to, "a repeated answer gives the same");
    await browser.open(to);
    browser.cookies.delete(SIGN_IN_COOKIE);
    const again = await browser.open(to);
    assert.notEqual(challengeOf(again), challenge);
    const refused = { status: 409, error: "invalid_request", cause: "login_already_answered" };
    await t.refused(
      () => call("accept", { login_challenge: challenge, subject: "customer-7" }),
      refused,
      "login_accept",
    );
  });

  test("is answered in one way", async () => {
    const { challenge } = await atLoginPage();
    await accepted(challenge);
    const refused = { status: 409, error: "invalid_request", cause: "login_already_answered" };
    await t.refused(() => call("reject", { login_challenge: challenge }), refused, "login_reject");
    await t.refused(
      () => call("accept", { login_challenge: challenge, subject: "else" }),
      refused,
      "login_accept",
    );
  });

  test("ends after half an hour, before the answer and after it", async () => {
    const { browser, challenge } = await atLoginPage();
    const to = await accepted(challenge);
    t.clock.at += 30 * MINUTE;
    const refused = { status: 400, error: "invalid_request", cause: "login_challenge_unknown" };
    await t.refused(() => call("request", { login_challenge: challenge }), refused, "login_request");
    await t.refused(
      () => call("accept", { login_challenge: challenge, subject: "x" }),
      refused,
      "login_accept",
    );
    assert.notEqual(challengeOf(await browser.open(to)), challenge);
  });

  test("that was invented or changed is refused", async () => {
    const { challenge } = await atLoginPage();
    for (const login_challenge of [
      undefined,
      "x",
      `${challenge}x`,
      challenge.replace(/^./, (first) => (first === "A" ? "B" : "A")),
    ]) {
      const refused = { status: 400, error: "invalid_request", cause: "login_challenge_unknown" };
      await t.refused(() => call("accept", { login_challenge, subject: "x" }), refused, "login_accept");
    }
  });

  test("is answered by the login page alone", async () => {
    const { challenge } = await atLoginPage();
    const stranger = await t.client();
    for (const what of ["request", "accept", "reject"] as const) {
      const parameters = { login_challenge: challenge, subject: "customer-7" };
      const other = { status: 400, error: "unauthorized_client", cause: "not_login_provider" };
      await t.refused(() => call(what, parameters, stranger), other, `login_${what}`);
      const wrong = { status: 401, error: "invalid_client", cause: "wrong_secret" };
      const guess = { ...parameters, client_secret: "guess" };
      await t.refused(() => call(what, guess), wrong, `login_${what}`);
    }
  });

  test("is answered with a subject, a name and an instant that make sense", async () => {
    const { challenge } = await atLoginPage();
    const bad: [cause: string, parameters: Parameters, parameter?: string][] = [
      ["parameter_missing", { subject: undefined }, "subject"],
      ["parameter_malformed", { subject: "a\u0000b" }, "subject"],
      ["parameter_malformed", { subject: "a\nb" }, "subject"],
      ["parameter_malformed", { subject: "x".repeat(256) }, "subject"],
      ["parameter_malformed", { name: "x".repeat(201) }, "name"],
      ["parameter_malformed", { name: "A\u0085da" }, "name"],
      ["auth_time_malformed", { auth_time: "yesterday" }],
      ["auth_time_malformed", { auth_time: String(t.clock.at / SECOND + 61) }],
    ];
    for (const [cause, parameters, parameter] of bad) {
      const send = () => call("accept", { login_challenge: challenge, subject: "customer-7", ...parameters });
      await t.refused(
        send,
        { status: 400, error: "invalid_request", cause, ...(parameter && { parameter }) },
        "login_accept",
      );
    }
  });
});

describe("whoever tries to sign in as somebody else by a login challenge", () => {
  test("gets nothing from a victim who is signed in at the provider and opens the attacker's challenge", async () => {
    const attacker = await atLoginPage();
    const to = await accepted(attacker.challenge, { subject: "victim" });
    // The provider sends the victim's browser there.
    const victim = new TestBrowser(t);
    await victim.open(new TestRequest(client).path());
    const shown = await victim.open(to);
    assert.equal(shown.status, 403);
    assert.match(shown.html, /signing in with another browser/);
    assert.equal(victim.cookies.has(SIGN_IN_COOKIE), false);
    assert.equal(t.log.at(-1)?.["cause"], "login_browser_mismatch");
    // The attacker's own browser does not know the verifier, which stands in the victim's.
    for (const verifier of ["", "x".repeat(43)]) {
      const query = new URLSearchParams({ login_challenge: attacker.challenge, login_verifier: verifier });
      const guess = await attacker.browser.open(`/oauth/login/return?${query.toString()}`);
      assert.equal(guess.status, 400);
      assert.equal(t.log.at(-1)?.["cause"], "login_challenge_unknown");
    }
    const [other] = [await atLoginPage()];
    const own = new URL(await accepted(other.challenge)).searchParams.get("login_verifier") ?? "";
    const mixed = new URLSearchParams({ login_challenge: attacker.challenge, login_verifier: own });
    assert.equal((await attacker.browser.open(`/oauth/login/return?${mixed.toString()}`)).status, 400);
  });

  test("cannot sign a victim in as themselves, by a link to the answer", async () => {
    const attacker = await atLoginPage();
    const to = await accepted(attacker.challenge, { subject: "attacker" });
    for (const victim of [new TestBrowser(t), (await atLoginPage()).browser]) {
      assert.equal((await victim.open(to)).status, 403);
      assert.equal(victim.cookies.has(SIGN_IN_COOKIE), false);
    }
  });

  test("gets a new cookie with the sign-in, whatever the browser had", async () => {
    const { browser, challenge } = await atLoginPage();
    await browser.open(await accepted(challenge));
    const before = browser.cookies.get(SIGN_IN_COOKIE);
    const request = new TestRequest(client);
    const second = challengeOf(await browser.open(request.path({ prompt: "login" })));
    request.codeOf(await browser.open(await accepted(second, { subject: "customer-8" })));
    const after = browser.cookies.get(SIGN_IN_COOKIE);
    assert.ok(before !== undefined && after !== undefined && before !== after);
    const old = new TestBrowser(t);
    old.cookies.set(SIGN_IN_COOKIE, before);
    challengeOf(await old.open(new TestRequest(client).path()));
  });
});

describe("with a login page of the provider's", () => {
  test("no form of Regrant's leads there by a redirect, and none takes a password", async () => {
    const shop = await t.client(SIGN_IN_CLIENT);
    const { browser, challenge } = await atLoginPage({}, shop);
    const consent = await browser.open(await accepted(challenge));
    const signOut = formOf({
      ...consent,
      html: consent.html.replace(/^[^]*sign-out/, '<form method="post" action="/oauth/sign-out'),
    });
    const left = await browser.send(signOut, {});
    assert.equal(left.status, 303);
    const between = await browser.request(left.leadsTo ?? "");
    assert.equal(between.status, 200, "a page, since form-action holds for redirects");
    assert.match(between.html, /Taking you to the sign-in page/);
    challengeOf(between);
    const password = await browser.request(
      `/oauth/sign-in?${new URL(left.leadsTo ?? "", ISSUER).search.slice(1)}`,
      {
        method: "POST",
        body: new URLSearchParams({ username: "ada", password: "x" }),
      },
    );
    assert.equal(password.status, 303);
  });

  test("an account of Regrant's that is disabled is not let in", async () => {
    const subject = await t.account("bob", "correct horse battery staple");
    await t.deps.store.accounts.disable(subject, "test");
    const { browser, challenge } = await atLoginPage();
    assert.equal(errorOf(await browser.open(await accepted(challenge, { subject }))), "access_denied");
    assert.equal(browser.cookies.has(SIGN_IN_COOKIE), false);
  });

  test("whoever comes to connect a device signs in there as well, and comes back to the code", async () => {
    const browser = new TestBrowser(t);
    const challenge = challengeOf(await browser.open("/device?user_code=WDJBMJHT"));
    const back = await browser.request(await accepted(challenge));
    assert.equal(back.leadsTo, "/device?user_code=WDJBMJHT");
    const reloaded = await new TestBrowser(t).request("/oauth/sign-in?page=device&user_code=WDJBMJHT");
    assert.equal(reloaded.status, 200, "a page, since a form may stand before it");
    challengeOf(reloaded);
  });

  test("prompt=none is answered without it", async () => {
    const shown = await new TestBrowser(t).open(new TestRequest(client).path({ prompt: "none" }));
    assert.equal(errorOf(shown), "login_required");
    assert.ok(shown.leadsTo?.startsWith(CALLBACK));
  });
});
