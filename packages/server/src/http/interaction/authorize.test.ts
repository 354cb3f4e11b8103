import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { HOUR, SECOND } from "../../store/contract/fixtures.ts";
import type { NewSignIn } from "../../store/authorization.ts";
import type { ClientSettings } from "../../store/store.ts";
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
import { form, ISSUER, startService, tokensOf } from "../../testing.ts";
import type { Parameters, TestClient, TestService } from "../../testing.ts";

const PASSWORD = "correct horse battery staple";
const MCP = "https://mcp.example/mcp";

let t: TestService;
let ada: string;
before(async () => {
  t = await startService({ resources: [MCP] });
  ada = await t.account("ada", PASSWORD);
  await t.account("grace", PASSWORD);
});
after(() => t.close());

function signInClient(
  settings: Partial<ClientSettings> = {},
  options: { isPublic?: boolean } = {},
): Promise<TestClient> {
  return t.client({ ...SIGN_IN_CLIENT, ...settings }, options);
}

/** From the page that asks for it. */
function signIn(browser: TestBrowser, page: Shown, username = "ada"): Promise<Shown> {
  return browser.submit(page, { username, password: PASSWORD });
}

/** A browser in which somebody has allowed the client all it may have. */
async function consented(client: TestClient): Promise<TestBrowser> {
  const browser = new TestBrowser(t);
  const page = await signIn(browser, await browser.open(new TestRequest(client).path()));
  assert.equal(errorOf(await browser.submit(page, { answer: "allow" })), null);
  return browser;
}

/** A refusal that is shown and sent nowhere, with its cause in the log. */
async function isShown(shown: Promise<Shown>, status: number, cause: string): Promise<Shown> {
  const before = t.lines.length;
  const page = await shown;
  assert.equal(page.status, status, page.html);
  assert.equal(page.leadsTo, undefined);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  const [line] = t.log.slice(before).filter(({ msg }) => msg === "refused");
  assert.deepEqual([line?.["cause"], line?.["status"]], [cause, status]);
  return page;
}

describe("signing in", () => {
  test("asks for a password and consent, and ends in tokens that refresh", async () => {
    const client = await signInClient();
    const request = new TestRequest(client);
    const browser = new TestBrowser(t);
    const page = await browser.open(request.path());
    assert.equal(titleOf(page), "Sign in");
    assert.match(page.html, /to continue to Shop/);
    const consent = await signIn(browser, page);
    assert.equal(titleOf(consent), "Allow access?");
    assert.match(consent.html, /You are signed in as ada\./);
    assert.match(consent.html, /You will return to client\.example\./);
    const left = await browser.submit(consent, { answer: "allow" });
    const code = request.codeOf(left);

    t.clock.at += SECOND;
    const { accessToken, refreshToken } = tokensOf(await t.token(request.redeem(code)));
    const { claims } = await t.verified(accessToken);
    assert.deepEqual([claims.sub, claims["scope"]], [ada, "read write"]);
    assert.equal(claims["auth_time"], (t.clock.at - SECOND) / SECOND);
    tokensOf(await t.refresh(client, refreshToken));
    const used = { status: 400, error: "invalid_grant", cause: "code_reused" };
    await t.refused(() => t.token(request.redeem(code)), used);
  });

  test("ends in a code that is redeemed within 60 s, and not from then on", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const newCode = async () => {
      const request = new TestRequest(client);
      return request.redeem(request.codeOf(await browser.open(request.path())));
    };
    const [early, late] = [await newCode(), await newCode()];
    t.clock.at += 60 * SECOND - 1;
    tokensOf(await t.token(early));
    t.clock.at += 1;
    await t.refused(() => t.token(late), { status: 400, error: "invalid_grant", cause: "code_expired" });
  });

  test("is not asked for again in the same browser, nor consent for the same scopes", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const shown = await browser.request(request.path());
    assert.equal(shown.status, 303);
    request.codeOf(shown);
    const narrower = new TestRequest(client);
    narrower.codeOf(await browser.open(narrower.path({ scope: "read" })));
    const other = await browser.open(new TestRequest(await signInClient()).path());
    assert.equal(titleOf(other), "Allow access?");
  });

  test("with a wrong password is refused, in the same words whatever was wrong", async () => {
    await t.account("disabled", PASSWORD);
    const { subject = "" } = (await t.deps.store.accounts.findByUsername("disabled")) ?? {};
    await t.deps.store.accounts.disable(subject, "test");
    const browser = new TestBrowser(t);
    const page = await browser.open(new TestRequest(await signInClient()).path());
    const attempts: [Parameters, string][] = [
      [{ username: "ada", password: "wrong" }, "wrong_password"],
      [{ username: "nobody", password: PASSWORD }, "unknown_account"],
      [{ username: "disabled", password: PASSWORD }, "account_disabled"],
      [{ username: "ada", password: "x".repeat(1025) }, "credentials_too_long"],
      [{ username: "x".repeat(321), password: PASSWORD }, "credentials_too_long"],
    ];
    for (const [fields, cause] of attempts) {
      const again = await isShown(browser.submit(page, fields), 400, cause);
      assert.match(again.html, /role="alert">The username or the password is wrong\./);
      assert.match(again.html, /aria-invalid="true" aria-describedby="fault"/);
      assert.equal(again.html.includes(PASSWORD), false);
      assert.equal(browser.cookies.has(SIGN_IN_COOKIE), false);
    }
    const missing = await isShown(
      browser.submit(page, { username: " ", password: "" }),
      400,
      "credentials_missing",
    );
    assert.match(missing.html, /Enter your username and password\./);
    // The page that reports a failure works itself.
    const retry = await browser.submit(page, { username: "ada", password: "wrong" });
    assert.match(retry.html, /value="ada"/);
    assert.equal(titleOf(await signIn(browser, retry)), "Allow access?");
    const log = t.lines.join("\n");
    assert.equal(log.includes(PASSWORD), false);
  });

  test("is limited as the password grant is, and says how long to wait", async () => {
    const browser = new TestBrowser(t);
    const page = await browser.open(new TestRequest(await signInClient()).path());
    for (let i = 0; i < 10; i += 1) await browser.submit(page, { username: "grace", password: "wrong" });
    const blocked = await isShown(signIn(browser, page, "grace"), 429, "too_many_failures");
    const seconds = blocked.headers.get("retry-after");
    assert.match(blocked.html, new RegExp(`Too many failed attempts\\. Try again in ${seconds} seconds\\.`));
  });

  test("can be cancelled, and the client is told", async () => {
    const browser = new TestBrowser(t);
    const page = await browser.open(new TestRequest(await signInClient()).path());
    const left = await browser.submit(page, { action: "cancel" });
    assert.equal(errorOf(left), "access_denied");
    assert.equal(new URL(left.leadsTo ?? "").searchParams.get("iss"), ISSUER);
  });

  test("takes a new cookie each time: one that somebody planted, or had before, is worth nothing", async () => {
    const client = await signInClient();
    const planted = "p".repeat(43);
    const browser = new TestBrowser(t);
    browser.cookies.set(SIGN_IN_COOKIE, planted);
    await signIn(browser, await browser.open(new TestRequest(client).path()));
    const first = browser.cookies.get(SIGN_IN_COOKIE) ?? "";
    assert.notEqual(first, planted);
    await signIn(browser, await browser.open(new TestRequest(client).path({ prompt: "login" })), "ada");
    assert.notEqual(browser.cookies.get(SIGN_IN_COOKIE), first);
    for (const value of [planted, first]) {
      const thief = new TestBrowser(t);
      thief.cookies.set(SIGN_IN_COOKIE, value);
      assert.equal(titleOf(await thief.open(new TestRequest(client).path())), "Sign in");
    }
  });

  test("does not begin with a password that was changed while it was checked", async (context) => {
    const subject = await t.account("changed", PASSWORD);
    const { signIns, accounts } = t.deps.store;
    const start = signIns.start.bind(signIns);
    context.mock.method(signIns, "start", async (signIn: NewSignIn) => {
      await accounts.setPasswordHash(subject, "$argon2id$other", "test");
      return start(signIn);
    });
    const browser = new TestBrowser(t);
    const page = await browser.open(new TestRequest(await signInClient()).path());
    const again = await isShown(signIn(browser, page, "changed"), 400, "wrong_password");
    assert.match(again.html, /role="alert">The username or the password is wrong\./);
    assert.equal(browser.cookies.has(SIGN_IN_COOKIE), false);
  });

  test("ends with its time, with another password, and by signing out", async () => {
    const client = await signInClient();
    const subject = await t.account("mary", PASSWORD);
    const browser = new TestBrowser(t);
    const isSignedIn = async () => titleOf(await browser.open(new TestRequest(client).path())) !== "Sign in";
    const enter = async () => signIn(browser, await browser.open(new TestRequest(client).path()), "mary");

    await enter();
    t.clock.at += 12 * HOUR - 1;
    assert.equal(await isSignedIn(), true);
    t.clock.at += 1;
    assert.equal(await isSignedIn(), false);

    await enter();
    await t.deps.store.accounts.setPasswordHash(
      subject,
      (await t.deps.store.accounts.find(subject))?.passwordHash ?? null,
      "test",
    );
    assert.equal(await isSignedIn(), false);

    await enter();
    const cookie = browser.cookies.get(SIGN_IN_COOKIE) ?? "";
    const page = await browser.open("/oauth/sign-out");
    assert.equal(titleOf(page), "Sign out?");
    assert.equal(await isSignedIn(), true, "asking ends nothing");
    assert.equal(titleOf(await browser.submit(page, {})), "You are signed out");
    assert.equal(browser.cookies.has(SIGN_IN_COOKIE), false);
    browser.cookies.set(SIGN_IN_COOKIE, cookie);
    assert.equal(await isSignedIn(), false);
  });
});

describe("consent", () => {
  test("that is denied is told to the client, and asked for the next time", async () => {
    const client = await signInClient();
    const browser = new TestBrowser(t);
    const consent = await signIn(browser, await browser.open(new TestRequest(client).path()));
    assert.equal(errorOf(await browser.submit(consent, { answer: "deny" })), "access_denied");
    assert.equal(titleOf(await browser.open(new TestRequest(client).path())), "Allow access?");
  });

  test("is asked for again where one more scope is wanted, and remembers both", async () => {
    const client = await signInClient();
    const browser = new TestBrowser(t);
    const consent = await signIn(
      browser,
      await browser.open(new TestRequest(client).path({ scope: "read" })),
    );
    assert.doesNotMatch(consent.html, /<code>write<\/code>/);
    await browser.submit(consent, { answer: "allow" });
    const wider = await browser.open(new TestRequest(client).path({ scope: "write" }));
    assert.match(wider.html, /<code>write<\/code>/);
    await browser.submit(wider, { answer: "allow" });
    const both = new TestRequest(client);
    both.codeOf(await browser.open(both.path({ scope: "read write" })));
  });

  test("is not asked for a client of the provider's own", async () => {
    const client = await signInClient({ firstParty: true });
    const request = new TestRequest(client);
    const browser = new TestBrowser(t);
    const left = await signIn(browser, await browser.open(request.path()));
    request.codeOf(left);
    assert.equal(left.status, 200, "the client is left for by a page");
    const asked = await browser.open(new TestRequest(client).path({ prompt: "consent" }));
    assert.equal(titleOf(asked), "Allow access?");
  });

  test("is asked for each time by a public client that another program could pretend to be (RFC 8252 §8.6)", async () => {
    const redirectUris = ["http://127.0.0.1/callback", "com.example.app:/callback", CALLBACK];
    const client = await signInClient({ redirectUris }, { isPublic: true });
    const browser = await consented(client);
    for (const redirect_uri of ["http://127.0.0.1:49152/callback", "com.example.app:/callback"]) {
      const request = new TestRequest(client);
      const page = await browser.open(request.path({ redirect_uri }));
      assert.equal(titleOf(page), "Allow access?");
      assert.match(page.html, /You will return to (127\.0\.0\.1:49152|com\.example\.app)\./);
      request.codeOf(await browser.submit(page, { answer: "allow" }), redirect_uri);
      const silent = await browser.open(new TestRequest(client).path({ redirect_uri, prompt: "none" }));
      assert.match(silent.leadsTo ?? "", /error=consent_required/);
    }
    const request = new TestRequest(client);
    request.codeOf(await browser.open(request.path()));
  });

  test("is of whoever is signed in when it is given", async () => {
    const client = await signInClient();
    const browser = new TestBrowser(t);
    const consent = await signIn(browser, await browser.open(new TestRequest(client).path()));
    const other = await browser.open(new TestRequest(client).path({ prompt: "login" }));
    await t.account("second", PASSWORD);
    await signIn(browser, other, "second");
    const asked = await browser.submit(consent, { answer: "allow" });
    assert.equal(titleOf(asked), "Allow access?");
    assert.match(asked.html, /You are signed in as second\./);
  });

  test("after the sign-in has ended leads to signing in again", async () => {
    const client = await signInClient();
    const browser = new TestBrowser(t);
    const consent = await signIn(browser, await browser.open(new TestRequest(client).path()));
    t.clock.at += 12 * HOUR;
    assert.equal(titleOf(await browser.submit(consent, { answer: "allow" })), "Sign in");
  });

  test("can be left for another account, which ends the sign-in and keeps the request", async () => {
    const client = await signInClient();
    const request = new TestRequest(client);
    const browser = new TestBrowser(t);
    const consent = await signIn(browser, await browser.open(request.path()));
    const [, signOut = ""] = consent.html.split("<footer>");
    const page = await browser.submit({ ...consent, html: signOut }, {});
    assert.equal(titleOf(page), "Sign in");
    await t.account("third", PASSWORD);
    const asked = await signIn(browser, page, "third");
    assert.match(asked.html, /You are signed in as third\./);
    request.codeOf(await browser.submit(asked, { answer: "allow" }));
  });
});

describe("a request without a trusted redirect URI", () => {
  test("gets an error page and no redirect", async () => {
    const client = await signInClient();
    const disabled = await signInClient();
    await t.deps.store.clients.disable(disabled.id, "test");
    const several = await signInClient({ redirectUris: [CALLBACK, `${CALLBACK}/2`] });
    const cases: [string, number, string, RegExp][] = [
      [
        new TestRequest(client).path({ client_id: undefined }),
        400,
        "authorization_unknown_client",
        /is unknown/,
      ],
      [
        new TestRequest(client).path({ client_id: "x".repeat(300) }),
        400,
        "authorization_unknown_client",
        /is unknown/,
      ],
      [new TestRequest(disabled).path(), 400, "authorization_client_disabled", /is unknown/],
      [
        new TestRequest(several).path({ redirect_uri: undefined }),
        400,
        "redirect_uri_not_registered",
        /not registered/,
      ],
      [
        new TestRequest(await t.client({ redirectUris: [CALLBACK] })).path(),
        400,
        "authorization_code_not_allowed",
        /made a mistake/,
      ],
      ...[
        `client_id=${client.id}`,
        `redirect_uri=${encodeURIComponent(CALLBACK)}`,
        "request_uri=a&request_uri=a",
      ].map((again): [string, number, string, RegExp] => [
        `${new TestRequest(client).path()}&${again}`,
        400,
        "parameter_repeated",
        /made a mistake/,
      ]),
      [
        `${new TestRequest(several).path({ redirect_uri: undefined })}&state=2`,
        400,
        "redirect_uri_not_registered",
        /not registered/,
      ],
      [`${new TestRequest(client).path()}&client_secret=x`, 400, "secret_in_url", /made a mistake/],
      [
        new TestRequest(client).path({ request_uri: "urn:ietf:params:oauth:request_uri:x" }),
        400,
        "request_uri_unknown",
        /has expired/,
      ],
      [
        new TestRequest(client).path({ request_uri: "https://client.example/r" }),
        400,
        "request_uri_unknown",
        /has expired/,
      ],
    ];
    for (const redirect_uri of [
      "https://evil.example/callback",
      `${CALLBACK}/`,
      `${CALLBACK}?next=https://evil.example`,
      "https://client.example@evil.example/callback",
      "javascript:alert(1)",
      "//evil.example",
      "http://127.0.0.1/callback",
    ]) {
      cases.push([
        new TestRequest(client).path({ redirect_uri }),
        400,
        "redirect_uri_not_registered",
        /not registered/,
      ]);
    }
    for (const [path, status, cause, text] of cases) {
      const page = await isShown(new TestBrowser(t).request(path), status, cause);
      assert.match(page.html, text);
      assert.equal(page.html.includes("evil.example"), false, "a stranger's words are not shown");
    }
  });
});

describe("an invalid request", () => {
  test("gets an error response at its redirect URI, with state and iss, and its cause is logged", async () => {
    const client = await signInClient({}, { isPublic: true });
    const cases: [changes: Parameters, error: string, cause: string, parameter?: string][] = [
      [{ response_type: undefined }, "invalid_request", "parameter_missing", "response_type"],
      [{ response_type: "token" }, "unsupported_response_type", "unsupported_response_type"],
      [{ response_mode: "fragment" }, "invalid_request", "unsupported_response_mode"],
      [{ response_mode: "fragment.jwt" }, "invalid_request", "unsupported_response_mode"],
      [{ code_challenge: undefined }, "invalid_request", "parameter_missing", "code_challenge"],
      [
        { code_challenge: undefined, code_challenge_method: undefined },
        "invalid_request",
        "parameter_missing",
        "code_challenge",
      ],
      [{ code_challenge_method: undefined }, "invalid_request", "unsupported_code_challenge_method"],
      [{ code_challenge_method: "plain" }, "invalid_request", "unsupported_code_challenge_method"],
      [{ code_challenge: "a".repeat(42) }, "invalid_request", "parameter_malformed", "code_challenge"],
      [{ code_challenge: `${"a".repeat(42)}=` }, "invalid_request", "parameter_malformed", "code_challenge"],
      [{ scope: "read admin" }, "invalid_scope", "scope_exceeded"],
      [{ scope: 'a"b' }, "invalid_scope", "malformed_scope"],
      [{ resource: "https://else.example" }, "invalid_target", "resource_mismatch"],
      [{ request: "e30.e30." }, "invalid_request_object", "request_object_refused", "request"],
      [{ prompt: "none login" }, "invalid_request", "prompt_none_with_others"],
      [{ prompt: "none" }, "login_required", "login_required"],
      [{ max_age: "-1" }, "invalid_request", "max_age_malformed"],
    ];
    for (const [changes, error, cause, parameter] of cases) {
      const request = new TestRequest(client);
      const before = t.lines.length;
      const shown = await new TestBrowser(t).request(request.path(changes));
      assert.equal(shown.status, 303);
      assert.equal(errorOf(shown), error, cause);
      const answer = new URL(shown.leadsTo ?? "").searchParams;
      assert.deepEqual([...answer.keys()], ["error", "error_description", "state", "iss"]);
      assert.deepEqual([answer.get("state"), answer.get("iss")], [request.state, ISSUER]);
      const [line] = t.log.slice(before).filter(({ msg }) => msg === "refused");
      assert.deepEqual(
        [line?.["cause"], line?.["parameter"], line?.["endpoint"], line?.["client_id"]],
        [cause, parameter, "authorize", client.id],
      );
    }
  });

  test("keeps the state and the redirect URI's own query as they were", async () => {
    const redirect_uri = `${CALLBACK}?tenant=a%20b`;
    const client = await signInClient({ redirectUris: [redirect_uri] });
    const state = " a b&c=d#e\"'<>é\u2028+% ";
    const shown = await new TestBrowser(t).open(
      new TestRequest(client).path({ redirect_uri, state, prompt: "none" }),
    );
    assert.ok(shown.leadsTo?.startsWith(`${redirect_uri}&error=login_required`), shown.leadsTo);
    assert.equal(new URL(shown.leadsTo ?? "").searchParams.get("state"), state);
  });

  test("need not name the redirect URI where there is one, and then the token request need not either", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const code = request.codeOf(await browser.open(request.path({ redirect_uri: undefined })));
    tokensOf(await t.token(request.redeem(code, { redirect_uri: undefined })));
  });

  test("may omit PKCE only for a confidential client that is not required to use it", async () => {
    const without = { code_challenge: undefined, code_challenge_method: undefined };
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const code = request.codeOf(await browser.open(request.path(without)));
    tokensOf(await t.token(request.redeem(code, { code_verifier: undefined })));
    const open = await t.client(SIGN_IN_CLIENT, { isPublic: true });
    assert.equal(errorOf(await browser.open(new TestRequest(open).path(without))), "invalid_request");
    const strict = await signInClient({ requirePkce: true });
    assert.equal(errorOf(await browser.open(new TestRequest(strict).path(without))), "invalid_request");
    const service = await startService({ requirePkce: true });
    try {
      const other = await service.client(SIGN_IN_CLIENT);
      const shown = await new TestBrowser(service).open(new TestRequest(other).path(without));
      assert.equal(errorOf(shown), "invalid_request");
    } finally {
      await service.close();
    }
  });
});

describe("prompt and max_age", () => {
  test("prompt=none gets a code where nothing is missing, and says what is", async () => {
    const client = await signInClient();
    const browser = new TestBrowser(t);
    const silent = () => browser.open(new TestRequest(client).path({ prompt: "none" }));
    assert.equal(errorOf(await silent()), "login_required");
    const consent = await signIn(browser, await browser.open(new TestRequest(client).path()));
    assert.equal(errorOf(await silent()), "consent_required");
    await browser.submit(consent, { answer: "allow" });
    assert.equal(errorOf(await silent()), null);
  });

  test("prompt=login and select_account ask for the password once more, and once only", async () => {
    for (const prompt of ["login", "select_account"]) {
      const client = await signInClient();
      const browser = await consented(client);
      const request = new TestRequest(client);
      const page = await browser.open(request.path({ prompt }));
      assert.equal(titleOf(page), "Sign in");
      t.clock.at += SECOND;
      const code = request.codeOf(await signIn(browser, page));
      const { claims } = await t.verified(tokensOf(await t.token(request.redeem(code))).accessToken);
      assert.equal(claims["auth_time"], t.clock.at / SECOND);
    }
  });

  test("prompt=consent asks though it is remembered", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const page = await browser.open(request.path({ prompt: "consent" }));
    assert.equal(titleOf(page), "Allow access?");
    request.codeOf(await browser.submit(page, { answer: "allow" }));
  });

  test("prompt=login consent asks for both, in turn", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const page = await browser.open(request.path({ prompt: "login consent" }));
    const consent = await signIn(browser, page);
    assert.equal(titleOf(consent), "Allow access?");
    request.codeOf(await browser.submit(consent, { answer: "allow" }));
  });

  test("max_age asks for the password where it was given longer ago", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    t.clock.at += 60 * SECOND;
    const request = new TestRequest(client);
    request.codeOf(await browser.open(request.path({ max_age: "60" })));
    t.clock.at += 1;
    const page = await browser.open(request.path({ max_age: "60" }));
    assert.equal(titleOf(page), "Sign in");
    request.codeOf(await signIn(browser, page));
    t.clock.at += 1;
    assert.equal(titleOf(await browser.open(request.path({ max_age: "0" }))), "Sign in");
  });
});

describe("a resource", () => {
  test("that the service has tokens for becomes their audience (RFC 8707)", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const code = request.codeOf(await browser.open(request.path({ resource: MCP })));
    const { accessToken } = tokensOf(await t.token(request.redeem(code, { resource: MCP })));
    assert.equal((await t.verified(accessToken)).claims.aud, MCP);
  });
});

describe("a repeated parameter", () => {
  const answerTo = async (path: string, browser = new TestBrowser(t)) => {
    const shown = await browser.open(path);
    assert.ok(shown.leadsTo?.startsWith(CALLBACK), shown.leadsTo ?? shown.html);
    const answer = new URL(shown.leadsTo ?? "").searchParams;
    return [answer.get("error"), answer.get("state")];
  };

  test("is told to the client, whose own redirect URI it is", async () => {
    const request = new TestRequest(await signInClient());
    for (const again of ["scope=read&scope=read", "utm=1&utm=2", "prompt=none&prompt=", "code_challenge=x"]) {
      assert.deepEqual(
        await answerTo(`${request.path()}&${again}`),
        ["invalid_request", request.state],
        again,
      );
    }
    assert.deepEqual(
      await answerTo(`${request.path()}&state=2`),
      ["invalid_request", null],
      "neither state is right",
    );
    const unnamed = request.path({ redirect_uri: undefined });
    assert.deepEqual(await answerTo(`${unnamed}&utm=1&utm=2`), ["invalid_request", request.state]);
  });

  test("beside a pushed request is told to the redirect URI that was pushed", async () => {
    const client = await signInClient();
    const request = new TestRequest(client);
    const { body } = await t.post("/oauth/par", { ...request.parameters(), ...client.credentials });
    const pushed = new URLSearchParams({ client_id: client.id, request_uri: String(body["request_uri"]) });
    const path = `/oauth/authorize?${pushed.toString()}&state=1&state=2`;
    assert.deepEqual(await answerTo(path), ["invalid_request", request.state]);
  });

  test("that is a resource is an invalid target (RFC 8707)", async () => {
    const request = new TestRequest(await signInClient());
    const target = ["invalid_target", request.state];
    const path = request.path({ resource: MCP });
    assert.deepEqual(
      await answerTo(`${path}&resource=${encodeURIComponent("https://auth.example")}`),
      target,
    );
    assert.deepEqual(await answerTo(`${path}&resource=${encodeURIComponent(MCP)}`), target);
    assert.deepEqual(await answerTo(`${path}&resource=x&scope=a&scope=b`), [
      "invalid_request",
      request.state,
    ]);
  });

  test("of a posted request is told in the same way", async () => {
    const request = new TestRequest(await signInClient());
    const post = async (more: [string, string][]) => {
      const body = new URLSearchParams([...new URL(`${ISSUER}${request.path()}`).searchParams, ...more]);
      const shown = await new TestBrowser(t).request("/oauth/authorize", { method: "POST", body });
      assert.equal(shown.status, 303, shown.html);
      return shown.leadsTo ?? "";
    };
    const resources: [string, string][] = [
      ["resource", MCP],
      ["resource", MCP],
    ];
    assert.deepEqual(await answerTo(await post(resources)), ["invalid_target", request.state]);
    const unknown: [string, string][] = [
      ["x".repeat(20_000), "1"],
      ["x".repeat(20_000), "2"],
    ];
    const leadsTo = await post(unknown);
    assert.ok(leadsTo.length < 1000);
    assert.deepEqual(await answerTo(leadsTo), ["invalid_request", request.state]);
    const shown = await new TestBrowser(t).open(await post([["redirect_uri", CALLBACK]]));
    assert.deepEqual([shown.status, shown.leadsTo], [400, undefined]);
  });

  test("of a stranger's client is a page that leads nowhere by itself", async () => {
    const request = new TestRequest(await signInClient({ selfRegistered: true }));
    const shown = await new TestBrowser(t).open(`${request.path()}&utm=1&utm=2&prompt=none`);
    assert.deepEqual([shown.status, shown.leadsTo], [200, undefined]);
    assert.match(shown.html, /If you know client\.example, you can go back there/);
  });

  test("of one of our forms' URLs is a page", async () => {
    const request = new TestRequest(await signInClient());
    const path = `${request.path().replace("/authorize", "/sign-in")}&scope=read&scope=write`;
    const shown = await new TestBrowser(t).request(path);
    assert.deepEqual([shown.status, shown.leadsTo], [400, undefined]);
  });
});

describe("a long request", () => {
  const send = (browser: TestBrowser, parameters: Parameters, method: string): Promise<Shown> =>
    method === "POST"
      ? browser.send({ action: "/oauth/authorize", hidden: {} }, parameters)
      : browser.request(`/oauth/authorize?${form(parameters).toString()}`);

  test("goes on to the code where it fits into the URLs of the pages, by GET and by POST", async () => {
    for (const method of ["GET", "POST"]) {
      const browser = new TestBrowser(t);
      const request = new TestRequest(await signInClient());
      // Escaped, each character takes three.
      const state = `${request.state}${"/".repeat(5000)}`;
      const asked = await send(browser, request.parameters({ state }), method);
      const page = method === "POST" ? await browser.open(asked.leadsTo ?? "") : asked;
      const left = await browser.submit(await signIn(browser, page), { answer: "allow" });
      assert.equal(new URL(left.leadsTo ?? "").searchParams.get("state"), state);
    }
  });

  test("is refused on a page where it does not, alike by GET and by POST", async () => {
    for (const state of ["s".repeat(16_500), "/".repeat(6000)]) {
      for (const method of ["GET", "POST"]) {
        const request = new TestRequest(await signInClient());
        const parameters = request.parameters({ state });
        const page = await isShown(
          send(new TestBrowser(t), parameters, method),
          414,
          "authorization_request_too_long",
        );
        assert.match(page.html, /invalid_request: The authorization request is too long\./);
      }
    }
  });

  test("fits where it has been pushed", async () => {
    const client = await signInClient();
    const request = new TestRequest(client);
    const state = "s".repeat(40_000);
    const pushed = await t.post("/oauth/par", { ...request.parameters({ state }), ...client.credentials });
    const browser = new TestBrowser(t);
    const query = form({ client_id: client.id, request_uri: String(pushed.body["request_uri"]) });
    const page = await signIn(browser, await browser.open(`/oauth/authorize?${query.toString()}`));
    const left = await browser.submit(page, { answer: "allow" });
    assert.equal(new URL(left.leadsTo ?? "").searchParams.get("state"), state);
  });
});

describe("a request that is posted", () => {
  test("goes on as a GET, so that the sign-in's cookie comes along", async () => {
    const client = await signInClient();
    const browser = await consented(client);
    const request = new TestRequest(client);
    const { action, hidden } = { action: "/oauth/authorize", hidden: {} };
    const shown = await browser.send({ action, hidden }, request.parameters(), {
      origin: "https://client.example",
      "sec-fetch-site": "cross-site",
    });
    assert.equal(shown.status, 303);
    request.codeOf(await browser.open(shown.leadsTo ?? ""));
    assert.equal(
      formOf(await new TestBrowser(t).open(shown.leadsTo ?? "")).action.startsWith("/oauth/sign-in?"),
      true,
    );
  });
});
