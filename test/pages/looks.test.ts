import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Page, Response } from "playwright-core";
import { colorsOf } from "../../packages/server/src/pages/design-tokens.ts";
import { accessibilityFaults, ADA, browser, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };
/** Of a page with all that it loads, bytes. */
const MAX_PAGE = 20 * 1024;
/** The provider's, by default. */
const COLOR = "#2f63d6";
/** The narrowest screen that WCAG 2.2 §1.4.10 asks for, and a desk's, CSS pixels. */
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 640, height: 720 };

/** Called with each page when it is there. */
type Look = (name: string, page: Page) => Promise<void>;

for (const [colorScheme, engine] of [
  ["light", "SQLite"],
  ["dark", "PostgreSQL"],
] as const) {
  test(
    `every page in ${colorScheme} is accessible, fits a phone and is light: ${engine}`,
    OPTIONS,
    async (t) => {
      const site = await Site.open(t, engine);
      // A page's own policy forbids the script that inspects it.
      const visitor = { colorScheme, viewport: WIDE, bypassCSP: true, javaScriptEnabled: true };
      const page = await site.visitor(visitor);
      let transferred: Promise<number>[] = [];
      page.on("response", (response) => {
        if (response.request().isNavigationRequest()) transferred = [];
        transferred.push(bytesOf(response));
      });
      const backgrounds = new Set<string>();
      const seen: string[] = [];
      await visitEveryPage(site, page, async (name, shown) => {
        seen.push(name);
        const bytes = (await Promise.all(transferred)).reduce((sum, size) => sum + size, 0);
        transferred = [];
        assert.ok(bytes > 0 && bytes < MAX_PAGE, `${name}: ${bytes} bytes`);
        assert.deepEqual(await accessibilityFaults(shown), [], name);
        backgrounds.add(await shown.evaluate("getComputedStyle(document.body).backgroundColor"));
        await shown.setViewportSize(NARROW);
        const width = await shown.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= NARROW.width, `${name}: ${width} pixels wide`);
        await shown.setViewportSize(WIDE);
      });
      assert.equal(new Set(seen).size, 21, "every page was there");
      const { page: background } = colorsOf(COLOR, colorScheme);
      const channels = [1, 3, 5].map((at) => Number.parseInt(background.slice(at, at + 2), 16));
      assert.deepEqual([...backgrounds], [`rgb(${channels.join(", ")})`]);
    },
  );
}

test(
  "the pages of the guide are drawn",
  {
    skip: browser.missing || (process.env["IMAGES"] === undefined && "only with IMAGES=1"),
    timeout: 180_000,
  },
  async (t) => {
    const site = await Site.open(t, "SQLite");
    const folder = join(import.meta.dirname, "../../docs/images");
    const wanted: Record<string, readonly ("light" | "dark" | "phone")[]> = {
      "sign-in": ["light", "dark"],
      consent: ["phone"],
      device: ["light"],
      applications: ["light"],
    };
    const page = await site.visitor({ javaScriptEnabled: true });
    await visitEveryPage(site, page, async (name, shown) => {
      for (const way of wanted[name] ?? []) {
        await shown.emulateMedia({ colorScheme: way === "dark" ? "dark" : "light" });
        await shown.setViewportSize(way === "phone" ? { width: 375, height: 700 } : WIDE);
        await shown.screenshot({ path: join(folder, `${name}-${way}.png`), fullPage: true, caret: "hide" });
      }
    });
  },
);

/** As one person would come to them. */
async function visitEveryPage(site: Site, page: Page, look: Look): Promise<void> {
  const { url } = site.request(site.shop, { scope: "read write" });
  await page.goto(url);
  await look("sign-in", page);
  await inItalian(page, url, "sign-in-italian", look);
  await page.goto(url);
  await signIn(page, { ...ADA, password: "wrong" });
  await page.getByRole("alert").waitFor();
  await look("wrong-password", page);
  await signIn(page);
  await shows(page, "Allow access?");
  await look("consent", page);
  await inItalian(page, url, "consent-italian", look);
  const agent = await site.register("An agent");
  await page.goto(site.request(agent).url);
  await shows(page, "Allow access?");
  await look("consent-self-registered", page);
  await page.goto(site.request(agent, { scope: "none-such" }).url);
  await page.getByRole("link", { name: "Continue" }).waitFor();
  await look("stray", page);
  await page.goto(url);
  await stayingHere(page, site.callback, async () => {
    await press(page, "Allow");
    await shows(page, "One moment");
    await look("redirect", page);
  });
  await page.goto(site.request(site.shop, { redirect_uri: "https://evil.example/" }).url);
  await look("error", page);
  await visitDevicePages(site, page, look);
  await visitApplications(site, page, look);
  await page.goto(`${site.url}/oauth/sign-out`);
  await look("sign-out", page);
  await press(page, "Sign out");
  await shows(page, "You are signed out");
  await look("signed-out", page);
}

async function visitDevicePages(site: Site, page: Page, look: Look): Promise<void> {
  await page.goto(`${site.url}/device`);
  await look("device-code", page);
  await page.goto(`${site.url}/device?user_code=BBBB-BBBB`);
  await look("device-wrong", page);
  const answers = [
    ["Allow", "Your device is connected", "device-connected"],
    ["Do not allow", "Your device was not connected", "device-denied"],
  ] as const;
  for (const [answer, title, name] of answers) {
    await page.goto((await site.device()).complete);
    if (name === "device-connected") await look("device", page);
    await press(page, answer);
    await shows(page, title);
    await look(name, page);
  }
}

async function visitApplications(site: Site, page: Page, look: Look): Promise<void> {
  const address = `${site.url}/oauth/applications`;
  for (const client of [site.shop, site.firstParty]) {
    const request = site.request(client);
    await page.goto(request.url);
    await request.redeem((await site.answer(page)).get("code") ?? "");
  }
  await site.age();
  await page.setExtraHTTPHeaders({ "accept-language": "it" });
  await page.goto(address);
  await look("applications-italian", page);
  await page.setExtraHTTPHeaders({});
  await page.goto(address);
  await look("applications", page);
  const shop = page.getByRole("region", { name: "Shop", exact: true });
  await shop.getByRole("button", { name: /^Extend access until .*: Shop$/ }).click();
  await page.getByText("Access extended.").waitFor();
  assert.equal(await shop.getByRole("button").count(), 1);
  await look("application-extended", page);
  for (const name of ["Shop", "Example’s own", "Television"]) {
    const application = page.getByRole("region", { name, exact: true });
    await application.getByRole("button", { name: /^Remove access/ }).click();
    await application.waitFor({ state: "detached" });
    if (name === "Shop") await look("application-ended", page);
  }
  await page.goto(address);
  await page.getByText("No app has access").waitFor();
  await look("no-applications", page);
}

async function inItalian(page: Page, url: string, name: string, look: Look): Promise<void> {
  await page.goto(`${url}&ui_locales=it`);
  assert.equal(await page.locator("html").getAttribute("lang"), "it");
  await look(name, page);
}

/** The page that goes on to the client by itself stays, so that it can be looked at. */
async function stayingHere(page: Page, callback: string, work: () => Promise<void>): Promise<void> {
  const pattern = `${callback}?*`;
  await page.route(pattern, (route) => route.abort("aborted"));
  await work();
  await page.unroute(pattern);
}

/** What a browser was sent; a redirect on the way has nothing to show. */
async function bytesOf(response: Response): Promise<number> {
  return response.status() === 303 ? 0 : (await response.body()).byteLength;
}
