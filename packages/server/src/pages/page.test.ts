import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, test } from "node:test";
import { consentPage } from "./consent.ts";
import { errorPage } from "./error.ts";
import { brandOf } from "./page.ts";
import type { BrandSettings, Page } from "./page.ts";
import { formPostPage, redirectPage, redirectWarningPage } from "./redirect.ts";
import { signInPage } from "./sign-in.ts";

const HOSTILE = `"><script>alert('1')</script>&`;
const SETTINGS: BrandSettings = {
  issuer: "https://auth.example",
  providerName: "Example",
  providerLogo: null,
  providerColor: "#2f63d6",
  forgotPasswordUrl: null,
  signUpUrl: null,
  helpUrl: null,
  scopeDescriptions: {
    read: { en: "See your orders", it: "Vedere i tuoi ordini" },
    write: { it: "Scrivere" },
  },
  messages: {},
  authorizationDetailsTypes: {},
};
const brand = brandOf(SETTINGS);
const english = brand.languages.choose("en", null);
const CLIENT: Parameters<typeof consentPage>[2]["client"] = {
  name: HOSTILE,
  logoUri: "https://cdn.example/logo.png",
  clientUri: null,
  policyUri: null,
  tosUri: null,
  selfRegistered: false,
  metadataUri: null,
};

async function textOf({ document }: Page): Promise<string> {
  return String(await document);
}

const CONSENT = {
  action: "/oauth/consent",
  formToken: "token",
  signOutAction: "/oauth/sign-out",
  signOutToken: "token",
  client: CLIENT,
  scopes: ["read"],
  details: [],
  place: "client.example",
  name: "ada",
};

function consent(changes: Partial<typeof CONSENT> = {}): Page {
  return consentPage(brand, english, { ...CONSENT, ...changes });
}

describe("every value is escaped", () => {
  const pages: readonly [name: string, page: Page][] = [
    ["sign-in", signInPage(brand, english, signInValues())],
    ["consent", consent({ scopes: [HOSTILE], place: HOSTILE, name: HOSTILE })],
    ["redirect", redirectPage(brand, english, { client: HOSTILE, to: `https://a.example/?${HOSTILE}` })],
    [
      "warning",
      redirectWarningPage(brand, english, {
        client: HOSTILE,
        place: HOSTILE,
        to: `https://a.example/?${HOSTILE}`,
        fields: { [HOSTILE]: HOSTILE },
      }),
    ],
    ["error", errorPage(brand, english, { message: "error.request", details: HOSTILE })],
  ];
  for (const [name, page] of pages) {
    test(`on the page: ${name}`, async () => {
      const text = await textOf(page);
      assert.ok(text.includes("&lt;script&gt;alert("), "the value is shown");
      const ownScripts = page.scriptHash === null ? 0 : 1;
      assert.equal(text.split("<script>").length - 1, ownScripts);
      assert.equal(text.includes(HOSTILE), false);
    });
  }
});

function signInValues() {
  return { action: HOSTILE, formToken: HOSTILE, client: HOSTILE, username: HOSTILE, fault: HOSTILE };
}

describe("the content security policy gets", () => {
  test("the hash of the style that the page has, and of its script", async () => {
    const page = formPostPage(brand, english, { client: "Shop", to: "https://a.example/cb", fields: {} });
    const text = await textOf(page);
    const [, style = ""] = /<style>([^]*)<\/style>/.exec(text) ?? [];
    const [, script = ""] = /<script>([^]*)<\/script>/.exec(text) ?? [];
    assert.equal(page.styleHash, `sha256-${hash("sha256", style, "base64")}`);
    assert.equal(page.scriptHash, `sha256-${hash("sha256", script, "base64")}`);
  });

  test("no source whose host is more than a name or an address", () => {
    const images = (logoUri: string) => consent({ client: { ...CLIENT, logoUri } }).images;
    const hosts = ["a;frame-ancestors", "a'unsafe-inline'", "*", "a,b", "a_b.example", "a$b"];
    for (const host of hosts) assert.deepEqual(images(`https://${host}/x.png`), [], host);
    assert.deepEqual(images("https://[2001:db8::1]:8443/x.png"), ["https://[2001:db8::1]:8443"]);
    assert.deepEqual(images("https://bücher.example/x.png"), ["https://xn--bcher-kva.example"]);
  });

  test("each origin of an image once, and no script or other site of a plain page", () => {
    const page = consent();
    assert.deepEqual(page.images, ["https://cdn.example"]);
    assert.deepEqual([page.scriptHash, page.formAction], [null, "'self'"]);
  });

  test("a scheme as the target of a form that leads to a client", () => {
    const to = (uri: string) =>
      formPostPage(brand, english, { client: "Shop", to: uri, fields: {} }).formAction;
    assert.equal(to("https://a.example/cb"), "https:");
    assert.equal(to("http://127.0.0.1:4711/cb"), "http: https:");
  });
});

test("a page has the direction of its language, and names in elements of their own", async () => {
  const { languages } = brandOf({
    ...SETTINGS,
    messages: { ar: { "consent.asks": "يريد {client} الوصول." } },
  });
  const page = consentPage(brand, languages.choose("ar", null), {
    ...CONSENT,
    client: { ...CLIENT, name: "Shop!", clientUri: "https://shop.example/" },
  });
  const text = await textOf(page);
  assert.match(text, /<html lang="ar" dir="rtl">/);
  assert.match(text, /يريد <bdi>Shop!<\/bdi> الوصول\./);
  assert.match(text, /<header class="brand"><img [^>]*\/><bdi>Example<\/bdi><\/header>/);
  assert.match(text, /<bdi>Shop!<\/bdi>: <a href/);
  assert.match(text, /signed in as <bdi>ada<\/bdi>\./);
  assert.match(await textOf(consent()), /<html lang="en" dir="ltr">/);
});

test("the provider's pages are linked if there are any: help on every page, the others at the sign-in", async () => {
  const linked = brandOf({
    ...SETTINGS,
    forgotPasswordUrl: "https://example.com/forgot?a=1&b=2",
    signUpUrl: "https://example.com/sign-up",
    helpUrl: "https://example.com/help",
  });
  const links = async (page: Page) =>
    [...(await textOf(page)).matchAll(/<a href="(https:[^"]*)">([^<]*)</g)].map(([, url, text]) => [
      url,
      text,
    ]);
  const help = ["https://example.com/help", "Help"];
  assert.deepEqual(await links(signInPage(linked, english, signInValues())), [
    ["https://example.com/forgot?a=1&amp;b=2", "Forgot your password?"],
    ["https://example.com/sign-up", "Create an account"],
    help,
  ]);
  assert.deepEqual(await links(errorPage(linked, english, { message: "error.busy", details: null })), [help]);
  assert.deepEqual(await links(signInPage(brand, english, signInValues())), []);
});

test("every page brings an icon, whatever the provider's name begins with", async () => {
  const icons = ["Example", "élan", "<b>", "&", "👩‍👧 shop", "متجر", "\ud800"].map(async (providerName) => {
    const page = errorPage(brandOf({ ...SETTINGS, providerName }), english, {
      message: "error.busy",
      details: null,
    });
    const [, url = ""] =
      /<link rel="icon" href="data:image\/svg\+xml,([^"]*)"/.exec(await textOf(page)) ?? [];
    return />([^<>]*)<\/text>/.exec(decodeURIComponent(url))?.[1];
  });
  assert.deepEqual(await Promise.all(icons), ["E", "É", "&#60;", "&#38;", "👩‍👧", "م", "\ufffd"]);
});

test("a self-registered client's logo is not shown, and a warning is", async () => {
  const page = consent({ client: { ...CLIENT, selfRegistered: true } });
  assert.deepEqual(page.images, []);
  assert.match(
    await textOf(page),
    /class="warn">This app registered itself\. <bdi>Example<\/bdi> has not checked/,
  );
});

test("a scope is described in the language, else in English, else by its name", async () => {
  const listed = async (tag: string) =>
    [
      ...(
        await textOf(
          consentPage(brand, brand.languages.choose(tag, null), {
            action: "",
            formToken: "",
            signOutAction: "",
            signOutToken: "",
            client: CLIENT,
            scopes: ["read", "write", "toString"],
            details: [],
            place: "",
            name: "",
          }),
        )
      ).matchAll(/<li>(.*?)<\/li>/g),
    ].map(([, item]) => item);
  const name = (scope: string) => `<code><bdi>${scope}</bdi></code>`;
  const text = (description: string) => `<bdi>${description}</bdi>`;
  assert.deepEqual(await listed("it"), [text("Vedere i tuoi ordini"), text("Scrivere"), name("toString")]);
  assert.deepEqual(await listed("en"), [text("See your orders"), name("write"), name("toString")]);
});

test("a fault begins the title, which screen readers announce first", async () => {
  const fault = "Wrong password.";
  const page = signInPage(brand, english, { ...signInValues(), fault });
  assert.match(await textOf(page), /<title>Wrong password\. Sign in – Example<\/title>/);
});
