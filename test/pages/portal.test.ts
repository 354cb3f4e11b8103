import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { accessibilityFaults, browser, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };
const IMAGES = join(import.meta.dirname, "../../docs/images");
const REFRESHING = "/docs/refreshing-tokens";
/** The narrowest screen that WCAG 2.2 §1.4.10 asks for, and a desk's, CSS pixels. */
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1200, height: 800 };

for (const colorScheme of ["light", "dark"] as const) {
  test(`the portal in ${colorScheme} is accessible and fits a phone and a desk`, OPTIONS, async (t) => {
    const site = await Site.open(t, "SQLite", { REGRANT_PROVIDER_COLOR: "#c2185b" });
    // A page's own policy forbids the script that inspects it.
    const page = await site.visitor({ colorScheme, bypassCSP: true, javaScriptEnabled: true });
    for (const path of ["/docs", REFRESHING, `${REFRESHING}?ui_locales=de&language=java`]) {
      for (const size of [WIDE, NARROW]) {
        await page.setViewportSize(size);
        await page.goto(site.url + path);
        assert.deepEqual(await accessibilityFaults(page), [], `${path} at ${size.width}`);
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= size.width, `${path}: ${width} pixels wide`);
      }
    }
  });
}

test("a language is chosen with the keyboard, without a script, and stays chosen", OPTIONS, async (t) => {
  const site = await Site.open(t, "SQLite");
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

test(
  "the images of the guide are drawn",
  { ...OPTIONS, skip: browser.missing || (process.env["IMAGES"] === undefined && "only with IMAGES=1") },
  async (t) => {
    const images = [
      ["desk", "light", { width: 1100, height: 800 }, "#example", ["Example", "#2f63d6"]],
      ["phone", "dark", { width: 360, height: 720 }, "", ["Nimbus Hosting", "#c2185b"]],
    ] as const;
    for (const [name, colorScheme, viewport, fragment, [provider, color]] of images) {
      const brand = { REGRANT_PROVIDER_NAME: provider, REGRANT_PROVIDER_COLOR: color };
      const site = await Site.open(t, "SQLite", { ...brand, REGRANT_ISSUER: "https://auth.example.com" });
      const page = await site.visitor({ colorScheme, viewport });
      await page.goto(`${site.url}${REFRESHING}?language=php${fragment}`);
      await page.screenshot({ path: join(IMAGES, `portal-${name}.png`) });
    }
  },
);

/** The languages of the examples that can be seen. */
async function shownLanguages(page: Page): Promise<string[]> {
  const shown: string[] = [];
  for (const code of await page.locator("#example code[data-language]").all()) {
    if (await code.isVisible()) shown.push((await code.getAttribute("data-language")) ?? "");
  }
  return shown;
}
