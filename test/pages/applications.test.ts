import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { refresh } from "../token-request.ts";
import { otherSite } from "./other-site.ts";
import { browser, ENGINES, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };
/** ms */
const HOUR = 3_600_000;
/** ms; as `Site.age` takes from every grant. */
const HALF_YEAR = 15_768_000_000;

for (const engine of ENGINES.keys()) {
  test(
    `people see and end what has access, in Chromium without scripts, on ${engine}`,
    OPTIONS,
    async (t) => {
      const site = await Site.open(t, engine);
      const page = await site.visitor();
      const address = `${site.url}/oauth/applications`;

      await t.test("who has connected nothing is told so, after signing in", async () => {
        await page.goto(address);
        await shows(page, "Sign in");
        await signIn(page);
        await shows(page, "Connected apps");
        assert.equal(await page.getByRole("region").count(), 0);
      });

      await t.test(
        "each application is listed with its scopes, and access that is removed ends at once",
        async () => {
          const tokens = await connectBoth(site, page);
          await page.goto(address);
          const shop = page.getByRole("region", { name: "Shop" });
          assert.deepEqual(await shop.getByRole("listitem").allInnerTexts(), ["See your orders"]);
          const since = await shop.locator("time").first().getAttribute("datetime");
          assert.ok(Math.abs(Date.now() - Date.parse(since ?? "")) < HOUR, since ?? "no date");
          await shop.getByRole("button").click();
          await page.getByRole("status").waitFor();
          assert.equal(await shop.count(), 0);
          assert.equal(await page.getByRole("region", { name: "Example’s own" }).count(), 1);
          assert.equal((await refresh(site.url, site.shop, tokens.shop)).body.error, "invalid_grant");
          assert.equal((await refresh(site.url, site.firstParty, tokens.firstParty)).status, 200);
          // What was allowed is forgotten with it.
          await page.goto(site.request(site.shop).url);
          await shows(page, "Allow access?");
        },
      );

      await t.test("access that ends sooner than it need is extended with the keyboard alone", async () => {
        const own = page.getByRole("region", { name: "Example’s own" });
        await page.goto(address);
        assert.equal(await own.getByRole("button").count(), 1, "a new sign-in would give no more");
        const end = async () => Date.parse((await own.locator("time").last().getAttribute("datetime")) ?? "");
        const first = await end();
        await site.age();
        await page.goto(address);
        assert.equal(first - (await end()), HALF_YEAR);
        const extend = own.getByRole("button", { name: /^Extend access until / });
        while (!(await extend.evaluate((button) => button.matches(":focus"))))
          await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByText("Access extended.").waitFor();
        assert.equal(await extend.count(), 0);
        assert.ok((await end()) - first < HOUR && (await end()) >= first);
      });

      await t.test("another site ends nothing", async (t) => {
        const field = `<input name="client" value="${site.firstParty.client_id}">`;
        const form = `<form method="post" action="${address}">${field}<button>Win</button></form>`;
        await page.goto(await otherSite(t, form));
        await press(page, "Win");
        await page.getByText("was not sent from this site").waitFor();
        await page.goto(address);
        assert.equal(await page.getByRole("region", { name: "Example’s own" }).count(), 1);
      });
    },
  );
}

/** Gives both clients access. @returns their refresh tokens */
async function connectBoth(site: Site, page: Page): Promise<{ shop: string; firstParty: string }> {
  const shop = site.request(site.shop);
  await page.goto(shop.url);
  await press(page, "Allow");
  const ofShop = await shop.redeem((await site.answer(page)).get("code") ?? "");
  const own = site.request(site.firstParty);
  await page.goto(own.url);
  const ofOwn = await own.redeem((await site.answer(page)).get("code") ?? "");
  return { shop: ofShop.body.refresh_token ?? "", firstParty: ofOwn.body.refresh_token ?? "" };
}
