import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { de } from "../../pages/messages/de.ts";
import { en } from "../../pages/messages/en.ts";
import {
  FORM_COOKIE,
  formOf,
  SIGN_IN_CLIENT,
  SIGN_IN_COOKIE,
  TestBrowser,
  TestRequest,
  titleOf,
} from "../../testing-browser.ts";
import type { PageForm, Shown } from "../../testing-browser.ts";
import { form, ISSUER, startService } from "../../testing.ts";
import type { Parameters, TestClient, TestService } from "../../testing.ts";

const PASSWORD = "correct horse battery staple";
const ADA = { username: "ada", password: PASSWORD };
/** Bytes. */
const MAX_PAGE = 20 * 1024;

let t: TestService;
before(async () => {
  t = await startService({
    providerName: "Example & Sons",
    providerLogo: "https://cdn.example/logo.svg",
    scopeDescriptions: { read: { en: "See your <orders>", it: "Vedere i tuoi ordini" } },
    messages: {
      en: { "signIn.title": "Welcome" },
      "de-AT": { "signIn.title": "Servus" },
      pt: { "signIn.title": "Entrar" },
    },
  });
  await t.account("ada", PASSWORD);
});
after(() => t.close());

/** One that nobody has consented to. */
function newClient(): Promise<TestClient> {
  return t.client({
    ...SIGN_IN_CLIENT,
    name: `<img src=x onerror="alert(1)"> & 'Sons'`,
    logoUri: "https://shop.example/logo.png?a=1&b=2",
    policyUri: "https://shop.example/privacy",
  });
}

/** Each page once, by its name. */
async function everyPage(): Promise<Record<string, Shown>> {
  const client = await newClient();
  const browser = new TestBrowser(t);
  const signIn = await browser.request(new TestRequest(client).path());
  const wrong = await browser.submit(signIn, { ...ADA, password: "wrong" });
  const consent = await browser.submit(signIn, ADA);
  const leave = await browser.submit(consent, { answer: "allow" });
  const signOut = await browser.open("/oauth/sign-out");
  const signedOut = await browser.submit(signOut, {});
  const error = await browser.open(new TestRequest(client).path({ redirect_uri: "https://evil.example/" }));
  return { signIn, wrong, consent, leave, signOut, signedOut, error };
}

describe("every page", () => {
  test("is small, not cached, not framed, runs no script but its own, and posts to this service only", async () => {
    for (const [name, { html, headers }] of Object.entries(await everyPage())) {
      assert.ok(Buffer.byteLength(html) < MAX_PAGE, `${name}: ${Buffer.byteLength(html)} bytes`);
      assert.equal(headers.get("cache-control"), "no-store", name);
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.equal(headers.get("referrer-policy"), "same-origin");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("access-control-allow-origin"), null);
      const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? "";
      const images = name === "consent" ? "https://cdn.example https://shop.example" : "https://cdn.example";
      const [, script] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
      assert.equal(script !== undefined, ["signIn", "wrong"].includes(name), `${name}: shows the password`);
      const source = (text: string) => `'sha256-${hash("sha256", text, "base64")}'`;
      const policy = [
        "default-src 'none'",
        `style-src ${source(style)}`,
        ...(script === undefined ? [] : [`script-src ${source(script)}`]),
        `img-src data: ${images}`,
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ];
      assert.equal(headers.get("content-security-policy"), policy.join("; "), name);
      assert.equal(html.match(/<script/g)?.length ?? 0, script === undefined ? 0 : 1);
      assert.doesNotMatch(html, /\son\w+="|javascript:|style="/i);
    }
  });

  test("says its language, its title and its provider, and shows nobody's words as HTML", async () => {
    for (const [name, { html }] of Object.entries(await everyPage())) {
      assert.match(html, /^<!doctype html>\s*<html lang="en" dir="ltr">/, name);
      assert.match(html, /<title>[^<]+ – Example &amp; Sons<\/title>/, name);
      assert.doesNotMatch(html, /<img src=x|See your <orders>/, name);
      assert.equal(html.match(/<h1>/g)?.length, 1, name);
    }
  });

  test("of a hint or username shows it as text", async () => {
    const browser = new TestBrowser(t);
    const login_hint = `"><script>alert(1)</script>`;
    const page = await browser.open(new TestRequest(await newClient()).path({ login_hint }));
    assert.match(page.html, /value="&quot;&gt;&lt;script&gt;/);
    const again = await browser.submit(page, { username: login_hint, password: "x" });
    assert.match(again.html, /value="&quot;&gt;&lt;script&gt;/);
  });
});

describe("every redirect", () => {
  test("is a 303 that is not cached, and tells no other site the URL that it comes from", async () => {
    const client = await newClient();
    const browser = new TestBrowser(t);
    const request = new TestRequest(client);
    const body = form(request.parameters());
    const posted = await browser.request("/oauth/authorize", { method: "POST", body });
    const signIn = await browser.open(request.path());
    const signedIn = await browser.send(formOf(signIn, ["username"]), ADA);
    const consent = await browser.open(signedIn.leadsTo ?? "");
    const reloaded = await browser.request(formOf(consent, ["form_token"]).action);
    await browser.submit(consent, { answer: "allow" });
    const toClient = await browser.request(request.path());
    const error = await browser.request(request.path({ response_type: "token" }));
    for (const [name, { status, headers }] of Object.entries({
      posted,
      signedIn,
      reloaded,
      toClient,
      error,
    })) {
      assert.equal(status, 303, name);
      assert.equal(headers.get("referrer-policy"), "same-origin", name);
      assert.equal(headers.get("cache-control"), "no-store", name);
    }
    assert.ok(request.codeOf(toClient));
  });
});

describe("the consent page", () => {
  test("says each scope in words, or by its name", async () => {
    const browser = new TestBrowser(t);
    const { html } = await browser.submit(await browser.open(new TestRequest(await newClient()).path()), ADA);
    assert.match(html, /<li>See your &lt;orders&gt;<\/li>/);
    assert.match(html, /<li><code>write<\/code><\/li>/);
    assert.match(
      html,
      /<a\s+href="https:\/\/shop\.example\/privacy"\s+target="_blank"\s+rel="noopener noreferrer"/,
    );
  });
});

describe("the language", () => {
  test("is the first that the person uiHints for and the service has", async () => {
    const cases: [string | undefined, string | undefined, string, string][] = [
      [undefined, undefined, "en", "Welcome"],
      ["it-IT,it;q=0.9,en;q=0.8", undefined, "it", "Accedi"],
      ["ja, en;q=0.5, it;q=0.7", undefined, "it", "Accedi"],
      ["it;q=0, en", undefined, "en", "Welcome"],
      ["*", undefined, "en", "Welcome"],
      ["en", "ja it", "it", "Accedi"],
      ["fr-CH, en;q=0.5", undefined, "fr", "Connexion"],
      ["en", "es-MX", "es", "Iniciar sesión"],
      ["de-AT", undefined, "de-AT", "Servus"],
      ["de", undefined, "de", "Anmelden"],
      ["ja", undefined, "en", "Welcome"],
      [";;;,q=,=", undefined, "en", "Welcome"],
    ];
    for (const [accept, ui_locales, tag, title] of cases) {
      const browser = new TestBrowser(t, accept === undefined ? {} : { "accept-language": accept });
      const page = await browser.open(new TestRequest(await newClient()).path({ ui_locales }));
      assert.match(page.html, new RegExp(`<html lang="${tag}" dir="ltr">`), accept);
      assert.equal(titleOf(page), title);
    }
  });

  test("lacks nothing in English that another has, and names the scopes", async () => {
    const browser = new TestBrowser(t, { "accept-language": "it" });
    const { html } = await browser.submit(await browser.open(new TestRequest(await newClient()).path()), ADA);
    assert.match(html, /Vedere i tuoi ordini/);
    const passwords = { "de-AT": de["signIn.password"], pt: en["signIn.password"] };
    for (const [tag, password] of Object.entries(passwords)) {
      const foreign = new TestBrowser(t, { "accept-language": tag });
      const page = await foreign.open(new TestRequest(await newClient()).path());
      assert.match(page.html, new RegExp(`lang="${tag}"`));
      assert.match(page.html, new RegExp(`>${password}<`));
    }
  });

  test("keeps its order around a name that is written from the right", async () => {
    const client = await t.client({ ...SIGN_IN_CLIENT, name: "متجر 1" });
    const response = await t.service.fetch(new Request(ISSUER + new TestRequest(client).path()));
    assert.match(await response.text(), /to continue to <bdi>متجر 1<\/bdi>/);
  });

  test("of a provider's own texts knows the keys: another is a fault at the start", async () => {
    await assert.rejects(
      startService({ messages: { en: { "signIn.titel": "x" } } }),
      /messages: unknown key "en: signIn\.titel"/,
    );
  });
});

describe("a form", () => {
  async function forms(): Promise<{
    browser: TestBrowser;
    signIn: PageForm;
    consent: PageForm;
    signOut: PageForm;
  }> {
    const browser = new TestBrowser(t);
    const page = await browser.open(new TestRequest(await newClient()).path());
    const consent = await browser.submit(page, ADA);
    const signOut = formOf(await browser.open("/oauth/sign-out"));
    return { browser, signIn: formOf(page), consent: formOf(consent, ["answer"]), signOut };
  }

  async function isSignedIn(browser: TestBrowser): Promise<boolean> {
    return titleOf(await browser.open(new TestRequest(await newClient()).path())) !== "Welcome";
  }

  test("that another site sends does nothing, whatever its token", async () => {
    const { browser, consent, signOut } = await forms();
    const foreign = [
      { origin: "https://evil.example" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      for (const [form, fields] of [
        [consent, { answer: "allow" }],
        [signOut, {}],
      ] as const) {
        const before = t.lines.length;
        const shown = await browser.send(form, fields, headers);
        assert.equal(shown.status, 403);
        assert.match(shown.html, new RegExp(en["error.foreign"]));
        assert.equal(t.log.slice(before).find(({ msg }) => msg === "refused")?.["cause"], "cross_site_form");
      }
    }
    assert.equal(await isSignedIn(browser), true);
    assert.equal((await browser.send(consent, { answer: "allow" })).status, 200, "still to be answered");
  });

  test("counts in the browser, for the user and for the request that it was shown for, and nowhere else", async () => {
    const { browser, signIn, consent, signOut } = await forms();
    const other = await forms();
    const wrongTokens: (string | undefined)[] = [
      undefined,
      "",
      "x",
      "A".repeat(43),
      other.consent.hidden["form_token"],
      signIn.hidden["form_token"],
      signOut.hidden["form_token"],
    ];
    for (const token of wrongTokens) {
      const hidden: Parameters = { form_token: token };
      const shown = await browser.send(
        { action: consent.action, hidden: {} },
        { ...hidden, answer: "allow" },
      );
      assert.equal(shown.status, 303, token);
      assert.ok(shown.leadsTo?.startsWith("/oauth/authorize?"));
    }
    const elsewhere = consent.action.replace("state=", "state=x");
    assert.notEqual(elsewhere, consent.action);
    const moved = await browser.send({ ...consent, action: elsewhere }, { answer: "allow" });
    assert.equal(moved.status, 303, "the token of another request");
    const signedOut = await browser.send({ action: signOut.action, hidden: {} }, {});
    assert.equal(signedOut.status, 303);
    assert.equal(await isSignedIn(browser), true);
    assert.equal((await browser.send(consent, { answer: "allow" })).status, 200);
    await t.account("grace", PASSWORD);
    const asked = await browser.open(new TestRequest(await newClient()).path({ prompt: "login" }));
    const asGrace = await browser.submit(asked, { ...ADA, username: "grace" });
    assert.match(asGrace.html, /You are signed in as grace\./);
    const ofAda = await browser.send(consent, { answer: "allow" });
    assert.equal(ofAda.status, 303, "the form of the user before");
  });

  test("of signing in does not sign in a browser that it was not shown in", async () => {
    const attacker = await forms();
    const victim = new TestBrowser(t);
    for (const cookie of [undefined, "v".repeat(22)]) {
      if (cookie !== undefined) victim.cookies.set(FORM_COOKIE, cookie);
      const shown = await victim.send(attacker.signIn, ADA);
      assert.equal(shown.status, 403);
      assert.match(shown.html, new RegExp(en["signIn.expired"]));
      assert.equal(victim.cookies.has(SIGN_IN_COOKIE), false);
    }
  });

  test("of a browser that says nothing of where it comes from counts by its token", async () => {
    const { browser, consent } = await forms();
    const { action, hidden } = consent;
    const body = new URLSearchParams({ ...hidden, answer: "deny" });
    const shown = await browser.request(action, { method: "POST", body });
    assert.equal(shown.status, 200);
  });
});

describe("the cookies", () => {
  test("are of this host alone, out of scripts' reach, and not sent with other sites' posts", async () => {
    const browser = new TestBrowser(t);
    const page = await browser.request(new TestRequest(await newClient()).path());
    const signedIn = await browser.send(formOf(page), ADA);
    const set = [...page.headers.getSetCookie(), ...signedIn.headers.getSetCookie()];
    assert.match(FORM_COOKIE, /^__Host-regrant-[0-9a-f]{8}-form$/);
    assert.match(SIGN_IN_COOKIE, /^__Host-regrant-[0-9a-f]{8}$/);
    assert.deepEqual(
      set.map((line) => line.replace(/=[\w-]{22,}/, "=…")),
      [
        `${FORM_COOKIE}=…; Path=/; HttpOnly; SameSite=Lax; Secure`,
        `${SIGN_IN_COOKIE}=…; Path=/; HttpOnly; SameSite=Lax; Secure`,
      ],
    );
  });

  test("of a sign-in stay when the browser is closed where the setting says so, and end with the sign-in", async () => {
    const kept = await startService({ staySignedIn: true, signInTtl: 90 * 86_400 });
    try {
      await kept.account("ada", PASSWORD);
      const shop = await kept.client(SIGN_IN_CLIENT);
      const browser = new TestBrowser(kept);
      const page = await browser.request(new TestRequest(shop).path());
      assert.doesNotMatch(
        page.headers.getSetCookie().join(),
        /Max-Age/,
        "nothing to keep before the sign-in",
      );
      const { headers } = await browser.send(formOf(page), ADA);
      const ttl = 90 * 86_400;
      assert.match(headers.getSetCookie().join(), new RegExp(`; HttpOnly; .*; Max-Age=${ttl}$`));
      kept.clock.at += (ttl - 1) * 1000;
      assert.equal(titleOf(await browser.open("/oauth/applications")), "Connected apps");
      kept.clock.at += 1000;
      assert.equal(titleOf(await browser.open("/oauth/applications")), "Sign in");
    } finally {
      await kept.close();
    }
  });

  test("have plain names where people reach the service over http, on their own machine", async () => {
    const plain = await startService({ issuer: "http://127.0.0.1:8787" });
    try {
      const shop = await plain.client(SIGN_IN_CLIENT);
      const response = await new TestBrowser(plain).request(new TestRequest(shop).path());
      assert.match(
        response.headers.getSetCookie().join(),
        /^regrant-[0-9a-f]{8}-form=[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/,
      );
    } finally {
      await plain.close();
    }
  });

  test("with a value that is not of ours are as good as none", async () => {
    for (const value of ["", "x", "a".repeat(44), `${"a".repeat(42)}'`, "a".repeat(100_000)]) {
      const browser = new TestBrowser(t);
      browser.cookies.set(SIGN_IN_COOKIE, value);
      browser.cookies.set(FORM_COOKIE, value);
      assert.equal(titleOf(await browser.open(new TestRequest(await newClient()).path())), "Welcome");
    }
  });
});

describe("the addresses of the pages", () => {
  test("lead back to the request when they are reloaded, and answer no other method", async () => {
    const browser = new TestBrowser(t);
    const query = new TestRequest(await newClient()).path().split("?")[1] ?? "";
    for (const path of ["/oauth/sign-in", "/oauth/consent"]) {
      const shown = await browser.request(`${path}?${query}`);
      assert.deepEqual([shown.status, shown.leadsTo], [303, `/oauth/authorize?${query}`]);
    }
    for (const path of ["/oauth/authorize", "/oauth/sign-in", "/oauth/consent", "/oauth/sign-out"]) {
      const shown = await browser.request(path, { method: "PUT" });
      assert.deepEqual([shown.status, shown.headers.get("allow")], [405, "GET, HEAD, POST"]);
      const preflight = await browser.request(
        path,
        { method: "OPTIONS" },
        { origin: "https://evil.example" },
      );
      assert.equal(preflight.headers.get("access-control-allow-origin"), null);
    }
  });

  test("are below the path that the service is mounted at", async () => {
    const mounted = await startService({ issuer: `${ISSUER}/auth` });
    try {
      await mounted.account("ada", PASSWORD);
      const shop = await mounted.client(SIGN_IN_CLIENT);
      const browser = new TestBrowser(mounted);
      const page = await browser.open(`/auth${new TestRequest(shop).path()}`);
      assert.ok(formOf(page).action.startsWith("/auth/oauth/sign-in?"));
      const consent = await browser.submit(page, ADA);
      assert.ok(formOf(consent).action.startsWith("/auth/oauth/consent?"));
      const left = await browser.submit(consent, { answer: "allow" });
      assert.match(left.leadsTo ?? "", /iss=https%3A%2F%2Fauth\.example%2Fauth$/);
    } finally {
      await mounted.close();
    }
  });
});
