import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { dashboardScreen, renderScreen } from "@regrant/console";
import { brandOf } from "../../packages/server/src/pages/page.ts";
import { launch } from "../browser.ts";
import { PAGES } from "../../packages/server/src/http/console/pages.ts";
import { post } from "../token-request.ts";
import { accessibilityFaults, browser, press, shows, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };
const OLGA = { username: "olga", password: "a pass phrase of the operator" };
/** The narrowest screen that WCAG 2.2 §1.4.10 asks for, and a desk's, CSS pixels. */
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1200, height: 800 };
/** ms */
const HOUR = 3_600_000;
/** What must never become an element. */
const HOSTILE = `"><img src=x onerror=alert(1)>'`;

/** A console with something to show: an operator, a client and grants, whose names attack the pages. */
class ConsoleSite {
  readonly site: Site;
  readonly clientId: string;
  readonly subject: string;

  private constructor(site: Site, clientId: string, subject: string) {
    this.site = site;
    this.clientId = clientId;
    this.subject = subject;
  }

  static async open(t: TestContext, engine: string): Promise<ConsoleSite> {
    const site = await Site.open(t, engine, { REGRANT_ADMIN: "on" });
    const { service } = site;
    const create = ["account", "create", "--username", OLGA.username, "--password-stdin", "--operator"];
    await service.run(create, OLGA.password);
    const { client_id: clientId } = await service.createClient("--name", HOSTILE);
    const subject = `subject ${HOSTILE}`;
    await service.run(["grant", "issue", "--client", clientId, "--subject", subject, "--count", "3"]);
    await service.run(["registration-token", "create", "--name", HOSTILE]);
    return new ConsoleSite(site, clientId, subject);
  }

  get url(): string {
    return `${this.site.url}/console`;
  }

  /** A browser that fails the test if a page runs what is not its own. */
  async page(colorScheme: "light" | "dark"): Promise<Page> {
    const page = await this.site.visitor({
      colorScheme,
      viewport: WIDE,
      javaScriptEnabled: true,
      bypassCSP: true,
    });
    page.on("dialog", (dialog) => assert.fail(`a script ran: ${dialog.message()}`));
    page.on("pageerror", (error) => assert.fail(error.message));
    return page;
  }

  async signIn(page: Page): Promise<void> {
    await page.goto(this.url);
    await page.getByLabel("Username").fill(OLGA.username);
    await page.getByLabel("Password").fill(OLGA.password);
    await press(page, "Sign in");
    await shows(page, "Dashboard");
  }

  async search(page: Page, text: string): Promise<void> {
    await page.keyboard.press("/");
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
}

/** Called with each page when it is there. */
type Look = (name: string, page: Page) => Promise<void>;

async function showEveryPage(site: ConsoleSite, page: Page, look: Look): Promise<void> {
  await page.goto(`${site.url}/link`);
  await look("link", page);
  await page.goto(`${site.url}/sign-in`);
  await look("sign-in", page);
  await site.signIn(page);
  await look("dashboard", page);
  await site.search(page, site.subject);
  await shows(page, "Subject");
  await look("subject", page);
  await page.getByRole("main").getByRole("link").first().click();
  await page.getByText("Timeline").waitFor();
  await look("grant", page);
  await press(page, "Extend");
  await page.getByText("The grant ends later now.").waitFor();
  await press(page, "Revoke…");
  await look("question", page);
  await press(page, "Revoke the grant");
  await page.getByText("The grant is revoked.").waitFor();
  await look("grant-revoked", page);
  await showClientPages(site, page, look);
  for (const path of Object.keys(PAGES).filter((each) => each !== "" && !each.includes(":"))) {
    const query = path === "/account" ? "?subject=olga" : "";
    await page.goto(`${site.url}${path}${query}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await look(path.slice(1).replace("/", "-"), page);
  }
  await page.goto(`${site.url}/grants/00000000-0000-7000-8000-000000000000`);
  await shows(page, "Not found");
  await look("not-found", page);
  await press(page, "Sign out");
  await shows(page, "Sign in");
}

async function showClientPages(site: ConsoleSite, page: Page, look: Look): Promise<void> {
  await page.goto(`${site.url}/clients`);
  await page.getByRole("link", { name: HOSTILE, exact: true }).click();
  await look("client", page);
  await press(page, "Make a new secret…");
  await press(page, "Make a new secret");
  await page.getByText("is shown only now").waitFor();
  await look("secret", page);
  await page.goto(`${site.url}/clients/${site.clientId}/edit`);
  await look("client-edit", page);
  await page.getByLabel("Retry window, s").fill("0");
  await press(page, "Save");
  await page.getByRole("alert").waitFor();
  await look("client-faults", page);
  await page.getByLabel("Retry window, s").fill("60");
  await press(page, "Save");
  await page.getByText("The settings are saved.").waitFor();
}

for (const [colorScheme, engine] of [
  ["light", "SQLite"],
  ["dark", "PostgreSQL"],
] as const) {
  test(
    `every page of the console in ${colorScheme} is accessible and fits a phone: ${engine}`,
    OPTIONS,
    async (t) => {
      const site = await ConsoleSite.open(t, engine);
      const page = await site.page(colorScheme);
      const seen: string[] = [];
      await showEveryPage(site, page, async (name, shown) => {
        seen.push(name);
        await keepImage(`${name}-${colorScheme}`, shown);
        assert.deepEqual(await accessibilityFaults(shown), [], name);
        await shown.setViewportSize(NARROW);
        const width = await shown.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= NARROW.width, `${name}: ${width} pixels wide`);
        await keepImage(`${name}-phone-${colorScheme}`, shown);
        await shown.setViewportSize(WIDE);
      });
      assert.equal(new Set(seen).size, 23, seen.join(" "));
    },
  );
}

test("the dashboard's charts are accessible and fit a phone", OPTIONS, async (t) => {
  const running = await launch(t, browser);
  const none = { providerLogo: null, forgotPasswordUrl: null, signUpUrl: null, helpUrl: null };
  const settings = {
    issuer: "https://auth.example",
    providerName: "Example",
    providerColor: "#2f63d6",
    ...none,
  };
  const { icon, styles } = brandOf({
    ...settings,
    scopeDescriptions: {},
    authorizationDetailsTypes: {},
    messages: {},
  });
  const now = Date.UTC(2026, 0, 4);
  const hours = Array.from({ length: 72 }, (_, i) => ({
    hour: new Date(now - (71 - i) * HOUR).toISOString(),
    refreshes: { rotated: 100 + (i % 24) * 20, retried: i % 7 },
    refusals: { expired: i % 5, [HOSTILE]: i % 4 },
    events: i % 20 === 0 ? { "grant.reused": 2, "grant.concurrent_use": 1 } : {},
  }));
  const ending = [{ day: "2026-01-05", count: 3, idle: 20 }];
  const active_grants = { count: 10_000_000, counted_at: new Date(now).toISOString() };
  const shown = { provider: "Example", icon, style: styles.console.text, base: "/console", docs: null };
  const shell = {
    ...shown,
    sections: ["dashboard"] as const,
    operator: "olga",
    formToken: "x",
    now,
    notice: null,
  };
  const statistics = { active_grants, ending, hours, database_bytes: 5e9 };
  const screen = dashboardScreen(shell, statistics, { items: [], next: null }, {});
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await (await running.newContext({ colorScheme, viewport: WIDE })).newPage();
    await page.setContent(String(await renderScreen(shell, screen)));
    assert.equal(await page.locator("svg").count(), 4);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.setViewportSize(NARROW);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), NARROW.width);
  }
});

test(
  "the page of the guide is drawn",
  {
    skip: browser.missing || (process.env["IMAGES"] === undefined && "only with IMAGES=1"),
    timeout: 180_000,
  },
  async (t) => {
    const site = await ConsoleSite.open(t, "SQLite");
    const { service, shop, url } = site.site;
    const issue = ["grant", "issue", "--client", shop.client_id, "--subject", "user-4711", "--json"];
    const issued = JSON.parse(await service.run(issue)) as { refresh_token: string };
    const { client_id, client_secret } = shop;
    const refresh = async (refresh_token: string) => {
      const parameters = { grant_type: "refresh_token", client_id, client_secret, refresh_token };
      return String((await post(`${url}/oauth/token`, parameters)).body["refresh_token"]);
    };
    const second = await refresh(issued.refresh_token);
    await refresh(await refresh(second));
    await refresh(issued.refresh_token);
    const page = await site.page("light");
    await site.signIn(page);
    await page.goto(`${site.url}/account?subject=user-4711`);
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByText("Timeline").waitFor();
    const path = join(import.meta.dirname, "../../docs/images/console-grant.png");
    await page.screenshot({ path, caret: "hide" });
  },
);

/** Keeps an image of the page in the folder that IMAGES_TO names, if it does. */
async function keepImage(name: string, page: Page): Promise<void> {
  const folder = process.env["IMAGES_TO"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, caret: "hide" });
}
