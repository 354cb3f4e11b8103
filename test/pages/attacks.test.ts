import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { Cookies } from "../../packages/server/src/http/interaction/cookies.ts";
import { otherSite } from "./other-site.ts";
import { ADA, browser, ENGINES, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };

for (const engine of ENGINES.keys()) {
  test(`attacks on people who sign in come to nothing, in Chromium, on ${engine}`, OPTIONS, async (t) => {
    const site = await Site.open(t, engine);

    await t.test(
      "an unregistered redirect URI gets no redirect, whatever else is wrong with the request",
      async () => {
        const { host } = new URL(site.callback);
        const uris = [
          "https://evil.example/callback",
          `${site.callback}.evil.example`,
          `http://${host}@evil.example/callback`,
          `http://ada:secret@${host}/callback`,
          `http://${host}.evil.example/callback`,
          `http://localhost:${new URL(site.callback).port}/callback`,
          `${site.callback}/more`,
          `${site.callback}/../callback`,
          `${site.callback}?more=1`,
          `${site.callback}#fragment`,
          `//${host}/callback`,
          "javascript:alert(1)",
          "data:text/html,evil",
        ];
        const page = await site.visitor();
        const asked = originsOf(page);
        for (const redirect_uri of uris) {
          const response = await page.goto(site.request(site.shop, { redirect_uri }).url);
          assert.equal(response?.status(), 400, redirect_uri);
          await shows(page, "Something went wrong");
          for (const changes of [{ response_type: "token" }, { scope: "none-such" }, { prompt: "none" }]) {
            const { url } = site.request(site.shop, { redirect_uri, ...changes });
            const response = await page.request.get(url, { maxRedirects: 0 });
            assert.equal(response.status(), 400, redirect_uri);
            assert.match(await response.text(), /Something went wrong/);
          }
        }
        const unknown = { ...site.shop, client_id: "5f0f1f0e-7a3c-4c5e-9d1a-000000000000" };
        await page.goto(site.request(unknown).url);
        await shows(page, "Something went wrong");
        assert.deepEqual([...asked], [new URL(site.url).origin]);
      },
    );

    await t.test("a form that another site sends does nothing", async (t) => {
      const page = await site.visitor();
      const { url } = site.request(site.shop);
      const consent = url.replace("/oauth/authorize", "/oauth/consent");
      const evil = await otherSite(
        t,
        `${forged(consent, { answer: "allow" })}
         ${forged(url.replace("/oauth/authorize", "/oauth/sign-in"), ADA)}
         ${forged(`${site.url}/oauth/sign-out`, {})}
         ${forged(`${site.url}/device`, { answer: "allow" })}`,
      );
      const send = async (form: number) => {
        await page.goto(evil);
        const answered = page.waitForResponse((response) => response.url().startsWith(site.url));
        await page.locator("form").nth(form).getByRole("button").click();
        return (await answered).status();
      };
      assert.equal(await send(1), 403, "signs nobody in");
      await page.goto(url);
      await shows(page, "Sign in");
      await signIn(page);
      await shows(page, "Allow access?");
      for (const form of [0, 1, 2, 3]) {
        assert.equal(await send(form), 403);
        await page.getByText("was not sent from this site").waitFor();
      }
      await page.goto(url);
      await shows(page, "Allow access?");
    });

    await t.test("a form with the token of another browser asks again", async () => {
      const [page, other] = [await site.visitor(), await site.visitor()];
      const { url } = site.request(site.shop);
      for (const visitor of [page, other]) {
        await visitor.goto(url);
        await signIn(visitor);
        await shows(visitor, "Allow access?");
      }
      const field = (visitor: Page) =>
        visitor.locator("form", { hasText: "Do not allow" }).locator("[name=form_token]");
      const stolen = await field(other).inputValue();
      assert.notEqual(stolen, await field(page).inputValue());
      await field(page).evaluate((input, value) => input.setAttribute("value", value), stolen);
      await press(page, "Allow");
      await page.waitForURL(/\/oauth\/authorize\?/);
      await shows(page, "Allow access?");
    });

    await t.test("a URL with the form's parameters does nothing", async () => {
      const page = await site.visitor();
      await page.goto(site.request(site.shop).url);
      await signIn(page);
      await shows(page, "Allow access?");
      const consent = site.request(site.shop, { answer: "allow" }).url.replace("authorize", "consent");
      await page.goto(consent);
      await shows(page, "Allow access?");
      await page.goto(`${site.url}/oauth/sign-out?answer=allow`);
      await page.goto(site.request(site.shop).url);
      await shows(page, "Allow access?");
    });

    await t.test("no page is shown in another site's frame", async (t) => {
      const page = await site.visitor();
      const { url } = site.request(site.shop);
      for (const framed of [url, `${site.url}/device`, `${site.url}/oauth/sign-out`]) {
        const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
        await page.goto(await otherSite(t, `<iframe src="${framed.replaceAll("&", "&amp;")}"></iframe>`));
        await refused;
        const frame = page.frames().find((each) => each !== page.mainFrame());
        assert.ok(frame);
        assert.equal(await frame.locator("main").count(), 0);
      }
    });

    await t.test("a sign-in takes a cookie of its own, whatever was planted before", async () => {
      const page = await site.visitor();
      const planted = "A".repeat(43);
      const signInCookie = new Cookies(site.url).nameOf("signIn");
      await page.context().addCookies([{ name: signInCookie, value: planted, url: site.url }]);
      await page.goto(site.request(site.shop).url);
      await shows(page, "Sign in");
      await signIn(page);
      await shows(page, "Allow access?");
      const cookie = (await page.context().cookies()).find(({ name }) => name === signInCookie);
      assert.ok(cookie !== undefined && cookie.value !== planted);
      assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.expires], [true, "Lax", -1]);
    });
  });
}

/** Where a page's requests go, as they come. */
function originsOf(page: Page): Set<string> {
  const origins = new Set<string>();
  page.on("request", (sent) => void origins.add(new URL(sent.url()).origin));
  return origins;
}

/** A form as an attacker would write it. */
function forged(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries({ form_token: "A".repeat(43), ...fields }).map(
    ([name, value]) => `<input name="${name}" value="${value}">`,
  );
  return `<form method="post" action="${action.replaceAll("&", "&amp;")}">${inputs.join("")}<button>Win</button></form>`;
}
