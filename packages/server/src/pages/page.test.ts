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
  providerName: "Example",
  providerLogo: null,
  providerColor: "#2f63d6",
  scopeDescriptions: {
    read: { en: "See your orders", it: "Vedere i tuoi ordini" },
    write: { it: "Scrivere" },
  },
  messages: {},
};
const brand = brandOf(SETTINGS);
const english = brand.languages.choose("en", null);
const CLIENT = {
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

function consent(changes: Partial<Parameters<typeof consentPage>[2]> = {}): Page {
  return consentPage(brand, english, {
    action: "/oauth/consent",
    formToken: "token",
    signOutAction: "/oauth/sign-out",
    signOutToken: "token",
    client: CLIENT,
    scopes: ["read"],
    place: "client.example",
    name: "ada",
    ...changes,
  });
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
      assert.equal(text.includes("<script>"), false);
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
    assert.equal(brand.styleHash, `sha256-${hash("sha256", style, "base64")}`);
    assert.equal(page.scriptHash, `sha256-${hash("sha256", script, "base64")}`);
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

test("a self-registered client's logo is not shown, and a warning is", async () => {
  const page = consent({ client: { ...CLIENT, selfRegistered: true } });
  assert.deepEqual(page.images, []);
  assert.match(await textOf(page), /class="warn">This app registered itself\. Example has not checked/);
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
            place: "",
            name: "",
          }),
        )
      ).matchAll(/<li>(.*?)<\/li>/g),
    ].map(([, item]) => item);
  assert.deepEqual(await listed("it"), ["Vedere i tuoi ordini", "Scrivere", "<code>toString</code>"]);
  assert.deepEqual(await listed("en"), ["See your orders", "<code>write</code>", "<code>toString</code>"]);
});

test("a fault begins the title, which screen readers announce first", async () => {
  const fault = "Wrong password.";
  const page = signInPage(brand, english, { ...signInValues(), fault });
  assert.match(await textOf(page), /<title>Wrong password\. Sign in – Example<\/title>/);
});
