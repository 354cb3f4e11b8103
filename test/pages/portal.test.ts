import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Page } from "playwright-core";
import { PORTAL_PAGES } from "../../packages/server/src/portal/pages.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { accessibilityFaults, browser, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 360_000 };
const IMAGES = join(import.meta.dirname, "../../docs/images");
const REFRESHING = "/docs/refreshing-tokens";
const DIAGNOSE = "/docs/diagnose";
/** The narrowest screen that WCAG 2.2 §1.4.10 asks for, and a desk's, CSS pixels. */
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1200, height: 800 };
/** Of the images, CSS pixels. */
const DESK = { width: 1200, height: 750 };
const PHONE = { width: 375, height: 750 };
/** Providers of the images: name, colour, logo; without a logo, their first letter stands on the colour. */
const BRANDS = [
  ["Example", "#2f63d6", null],
  [
    "Nimbus Hosting",
    "#c2185b",
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="12" fill="#c2185b"/>' +
      '<path d="M14 31a7 7 0 0 1 1-14 10 10 0 0 1 19 3 6 6 0 0 1-1 11z" fill="#fff"/></svg>',
  ],
] as const;

/** A page of the provider's with all that Markdown has. */
const OWN_PAGE = `# Rate limits

Text with \`code\`, **strong**, *emphasis*, a [link](https://example.com/${"long/".repeat(40)}).

| plan | requests a minute | ${"word ".repeat(20)} |
| ---- | ----------------- | --- |
| Free | 60 | \`${"wide".repeat(40)}\` |

## Headers

1. One
   - nested

     ~~~sh
     ${"curl ".repeat(80)}
     ~~~

> A quote

### Deeper

~~~php
<?php ${"echo ".repeat(80)}
~~~
`;

test("the portal, in Chromium", OPTIONS, async (t) => {
  const docsFolder = temporaryFolder();
  writeFileSync(join(docsFolder, "rate-limits.md"), OWN_PAGE);
  const site = await Site.open(t, "SQLite", {
    REGRANT_DOCS_FOLDER: docsFolder,
    REGRANT_PROVIDER_COLOR: "#c2185b",
    // A language that is written from right to left, with the English messages.
    REGRANT_MESSAGES: JSON.stringify({ ar: {} }),
  });

  // Sizes matter in one scheme; the other has its own colours alone.
  for (const [colorScheme, sizes] of [
    ["light", [WIDE, NARROW]],
    ["dark", [WIDE]],
  ] as const) {
    await t.test(`in ${colorScheme} is accessible and fits its screen`, async () => {
      // A page's own policy forbids the script that inspects it.
      const page = await site.visitor({ colorScheme, bypassCSP: true, javaScriptEnabled: true });
      const check = async (shown: string) => {
        for (const size of sizes) {
          await page.setViewportSize(size);
          assert.deepEqual(await accessibilityFaults(page), [], `${shown} at ${size.width}`);
          const width = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(width <= size.width, `${shown}: ${width} pixels wide`);
        }
      };
      for (const path of ["/docs", "/docs/rate-limits", REFRESHING, `${REFRESHING}?ui_locales=ar`]) {
        await page.goto(site.url + path);
        await check(path);
      }
      for (const secret of ["wrong", site.shop.client_secret]) {
        await page.goto(site.url + DIAGNOSE);
        await ask(page, site.shop.client_id, secret, "rgr_x");
        await check(`what ${DIAGNOSE} says`);
      }
    });
  }

  await t.test(
    "has pages that are accessible and fit a phone, also in French, whose texts are long",
    async () => {
      const page = await site.visitor({ viewport: WIDE, bypassCSP: true, javaScriptEnabled: true });
      for (const { slug } of PORTAL_PAGES) {
        await page.setViewportSize(WIDE);
        await page.goto(`${site.url}/docs/${slug}?ui_locales=fr`);
        assert.deepEqual(await accessibilityFaults(page), [], slug);
        await page.setViewportSize(NARROW);
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= NARROW.width, `${slug}: ${width} pixels wide`);
      }
    },
  );

  await t.test("has a menu on a phone, for the keyboard and without a script", async () => {
    const page = await site.visitor({ viewport: NARROW });
    await page.goto(site.url + REFRESHING);
    const menu = page.getByRole("navigation", { name: "Documentation" });
    assert.equal(await menu.isVisible(), false);
    await page.getByRole("button", { name: "Menu" }).focus();
    await page.keyboard.press("Enter");
    await menu.waitFor();
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    await menu.getByRole("link", { name: "Documentation" }).click();
    await page.waitForURL(/\/docs$/);
    await page.setViewportSize(WIDE);
    assert.equal(await menu.isVisible(), true);
    assert.equal(await page.getByRole("button", { name: "Menu" }).isVisible(), false);
  });

  await t.test("is left and entered by a link past its navigation", async () => {
    const page = await site.visitor();
    await page.goto(site.url + REFRESHING);
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Skip to the text");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").textContent(), "Endpoint");
  });

  await t.test("a language is chosen with the keyboard, without a script, and stays chosen", async () => {
    const page = await site.visitor();
    await page.goto(site.url + REFRESHING);
    assert.deepEqual(await shownLanguages(page), ["curl"]);
    const links = page.getByRole("group", { name: "Language of the example" }).getByRole("link");
    const labels = await links.allTextContents();
    assert.equal(labels.length, 9);
    await links.first().focus();
    for (const label of labels.slice(1)) {
      await page.keyboard.press("Tab");
      assert.equal(await page.locator(":focus").textContent(), label);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(/language=csharp/);
    assert.deepEqual(await shownLanguages(page), ["csharp"]);
    await page.goto(site.url + REFRESHING);
    assert.deepEqual(await shownLanguages(page), ["csharp"]);
  });

  await t.test("the pages are read in another language by a link", async () => {
    const page = await site.visitor();
    await page.goto(`${site.url}${REFRESHING}?client_id=abc`);
    await page.getByRole("link", { name: "Italiano" }).click();
    await page.waitForURL(/client_id=abc&ui_locales=it$/);
    assert.equal(await page.locator("html").getAttribute("lang"), "it");
  });

  await t.test("code is copied by a button, which is there only with a script", async () => {
    const without = await site.visitor();
    await without.goto(site.url + REFRESHING);
    assert.equal(await without.locator(".copy").first().isVisible(), false);
    const page = await site.visitor({
      javaScriptEnabled: true,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.goto(`${site.url}${REFRESHING}?language=php`);
    const example = page.locator("#example");
    await example.getByRole("button", { name: "Copy", exact: true }).click();
    await example.getByRole("status").filter({ hasText: "Copied" }).waitFor();
    const code = await example.locator('[data-language="php"]').textContent();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), code);
  });

  await t.test("code is coloured by a script that leaves its text alone", async () => {
    const page = await site.visitor({ javaScriptEnabled: true });
    await page.goto(`${site.url}${REFRESHING}?language=php`);
    const kinds = await page.evaluate<string[]>("[...CSS.highlights.keys()].sort()");
    assert.deepEqual(kinds, ["comment", "number", "string", "word"]);
    assert.equal(await page.locator("pre code *").count(), 0);
  });

  await t.test("what became of a refresh token is read without a script", async () => {
    const { client_id, client_secret } = site.shop;
    const [token = ""] = await site.service.issueGrants(site.shop, "ada", 1);
    await site.service.run(["client", "disable", client_id]);
    const page = await site.visitor();
    await page.goto(`${site.url}/docs`);
    await page.getByRole("navigation").getByRole("link", { name: "Why did my integration stop?" }).click();
    await ask(page, client_id, client_secret, token);
    assert.match(await page.locator(".status").innerText(), /Session ended.*client_disabled/s);
    assert.match(await page.locator(".steps").innerText(), /The provider disabled this client at /);
    const { pathname, search } = new URL(page.url());
    assert.deepEqual([pathname, search], [DIAGNOSE, ""]);
    assert.equal((await page.content()).includes(token), false);
  });
});

test(
  "the images of the guide are drawn",
  { ...OPTIONS, skip: browser.missing || (process.env["IMAGES"] === undefined && "only with IMAGES=1") },
  async (t) => {
    for (const [providerName, color, logo] of BRANDS) {
      const site = await Site.open(t, "SQLite", {
        REGRANT_PROVIDER_NAME: providerName,
        REGRANT_PROVIDER_COLOR: color,
        REGRANT_ISSUER: "https://auth.example.com",
        ...(logo === null ? {} : { REGRANT_PROVIDER_LOGO: "https://logo.example/logo.svg" }),
      });
      const page = await site.visitor({ javaScriptEnabled: true });
      await page.route("https://logo.example/**", (route) =>
        route.fulfill({ contentType: "image/svg+xml", body: logo ?? "" }),
      );
      for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
        const colorScheme = (device === "desk") === (logo === null) ? "light" : "dark";
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const fragment = logo === null ? "" : "#example";
        await page.goto(`${site.url}${REFRESHING}?language=php${fragment}`);
        await page.screenshot({ path: join(IMAGES, `portal-${device}-${colorScheme}.png`) });
      }
    }
    await drawExplanation(t);
  },
);

/** The session of a client whose store was restored from an old copy. */
async function drawExplanation(t: TestContext): Promise<void> {
  const site = await Site.open(t, "SQLite", { REGRANT_RETRY_WINDOW: "1" });
  const { client_id, client_secret } = await site.service.createClient("--grant-type", "refresh_token");
  const [old = ""] = await site.service.issueGrants({ client_id, client_secret }, "ada", 1);
  const refresh = async (refresh_token: string) => {
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      client_id,
      client_secret,
      refresh_token,
    });
    const response = await fetch(`${site.url}/oauth/token`, { method: "POST", body });
    return ((await response.json()) as { refresh_token: string }).refresh_token;
  };
  let newest = old;
  for (let i = 0; i < 5; i++) newest = await refresh(newest);
  await setTimeout(3000);
  await refresh(old);
  const page = await site.visitor({ viewport: DESK });
  await page.goto(site.url + DIAGNOSE);
  await ask(page, client_id, client_secret, old);
  await page.screenshot({ path: join(IMAGES, "portal-explanation.png") });
}

/** Fills in and sends the form of the page that explains. */
async function ask(page: Page, clientId: string, secret: string, token: string): Promise<void> {
  await page.getByLabel("Client ID").fill(clientId);
  await page.getByLabel("Client secret").fill(secret);
  await page.getByLabel("Refresh token").fill(token);
  await page.getByRole("button", { name: "Explain" }).click();
  await page.locator(".status,[role=alert]").waitFor();
}

/** The languages of the examples that can be seen. */
async function shownLanguages(page: Page): Promise<string[]> {
  const shown: string[] = [];
  for (const code of await page.locator("#example code[data-language]").all()) {
    if (await code.isVisible()) shown.push((await code.getAttribute("data-language")) ?? "");
  }
  return shown;
}
