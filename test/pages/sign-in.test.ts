import assert from "node:assert/strict";
import { test } from "node:test";
import { ADA, browser, ENGINES, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };

for (const engine of ENGINES.keys()) {
  test(`people sign in and consent, in Chromium without scripts, on ${engine}`, OPTIONS, async (t) => {
    const site = await Site.open(t, engine);

    await t.test("a wrong password and an unknown name get one message, tied to both fields", async () => {
      const page = await site.visitor();
      await page.goto(site.request(site.shop).url);
      const told: string[] = [];
      for (const username of [ADA.username, "nobody"]) {
        await signIn(page, { username, password: "wrong" });
        const message = page.getByRole("alert");
        told.push(await message.innerText());
        for (const field of [page.getByLabel("Username"), page.getByLabel("Password")]) {
          assert.equal(await field.getAttribute("aria-invalid"), "true");
          assert.equal(await field.getAttribute("aria-describedby"), await message.getAttribute("id"));
        }
        assert.equal(await page.getByLabel("Username").inputValue(), username);
        assert.equal(await page.getByLabel("Password").inputValue(), "");
      }
      assert.deepEqual(told, [told[0], told[0]]);
      assert.match(told[0] ?? "", /username or the password is wrong/);
    });

    await t.test("who cancels or denies is back at the client with access_denied", async () => {
      const page = await site.visitor();
      await page.goto(site.request(site.shop).url);
      await press(page, "Cancel");
      assert.equal((await site.answer(page)).get("error"), "access_denied");
      await page.goto(site.request(site.shop).url);
      await signIn(page);
      await shows(page, "Allow access?");
      await press(page, "Do not allow");
      const answer = await site.answer(page);
      assert.deepEqual([answer.get("error"), answer.has("code")], ["access_denied", false]);
    });

    await t.test("the keyboard alone signs in and consents, and shows where it is", async () => {
      const page = await site.visitor();
      const request = site.request(site.shop);
      await page.goto(request.url);
      const focus = page.locator(":focus");
      const isVisible = () => focus.evaluate((element) => getComputedStyle(element).outlineStyle);
      assert.equal(await focus.getAttribute("name"), "username");
      await page.keyboard.type(ADA.username);
      await page.keyboard.press("Tab");
      assert.deepEqual([await focus.getAttribute("name"), await isVisible()], ["password", "solid"]);
      await page.keyboard.type(ADA.password);
      await page.keyboard.press("Enter");
      await shows(page, "Allow access?");
      await page.keyboard.press("Tab");
      assert.deepEqual([await focus.innerText(), await isVisible()], ["Allow", "solid"]);
      await page.keyboard.press("Tab");
      assert.deepEqual([await focus.innerText(), await isVisible()], ["Do not allow", "solid"]);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      const code = (await site.answer(page)).get("code") ?? "";
      assert.equal((await request.redeem(code)).status, 200);
    });

    await t.test("what was allowed is remembered, and one more scope is asked for", async () => {
      const page = await site.visitor();
      await page.goto(site.request(site.shop).url);
      await signIn(page);
      assert.ok((await site.answer(page)).has("code"), "allowed in another browser before");
      await page.goto(site.request(site.shop, { scope: "read write" }).url);
      await shows(page, "Allow access?");
      assert.deepEqual(await page.getByRole("listitem").allInnerTexts(), [
        "See your orders",
        "Change your orders",
      ]);
    });

    await t.test("of a provider's own application nobody is asked", async () => {
      const page = await site.visitor();
      await page.goto(site.request(site.firstParty).url);
      await signIn(page);
      assert.ok((await site.answer(page)).has("code"));
    });

    await t.test(
      "`prompt` asks for the password or the consent once more, or shows no page at all",
      async () => {
        const page = await site.visitor();
        const silent = () => page.goto(site.request(site.firstParty, { prompt: "none" }).url);
        await silent();
        assert.equal((await site.answer(page)).get("error"), "login_required");
        await page.goto(site.request(site.firstParty).url);
        await signIn(page);
        await site.answer(page);
        await silent();
        assert.ok((await site.answer(page)).has("code"));
        await page.goto(site.request(site.firstParty, { prompt: "login" }).url);
        await shows(page, "Sign in");
        await signIn(page);
        assert.ok((await site.answer(page)).has("code"));
        await page.goto(site.request(site.shop, { prompt: "consent" }).url);
        await shows(page, "Allow access?");
        await page.goto(site.request(site.shop, { prompt: "none", scope: "read write" }).url);
        assert.equal((await site.answer(page)).get("error"), "consent_required");
      },
    );

    await t.test("the back button submits no form again and shows no wrong page", async () => {
      const page = await site.visitor();
      const posted: string[] = [];
      page.on("request", (sent) => {
        if (sent.method() === "POST") posted.push(new URL(sent.url()).pathname);
      });
      const application = new URL("/", site.callback).href;
      await page.goto(application);
      await page.goto(site.request(site.shop, { prompt: "consent" }).url);
      await signIn(page);
      await shows(page, "Allow access?");
      await page.goBack();
      await page.goForward();
      await shows(page, "Allow access?");
      await press(page, "Allow");
      const first = (await site.answer(page)).get("code");
      await page.goBack();
      await shows(page, "Allow access?");
      await press(page, "Allow");
      const second = (await site.answer(page)).get("code");
      assert.ok(first !== null && second !== null && first !== second);
      assert.deepEqual(posted, ["/oauth/sign-in", "/oauth/consent", "/oauth/consent"]);
    });

    await t.test("a sign-in that is over while the consent page is open is asked for again", async () => {
      const page = await site.visitor();
      const request = site.request(site.shop, { prompt: "consent" });
      await page.goto(request.url);
      await signIn(page);
      await shows(page, "Allow access?");
      await site.expire("sign_ins");
      await press(page, "Allow");
      await shows(page, "Sign in");
      await signIn(page);
      await shows(page, "Allow access?");
      await press(page, "Allow");
      const code = (await site.answer(page)).get("code") ?? "";
      assert.equal((await request.redeem(code)).status, 200);
    });

    await t.test("signing out ends the sign-in in this browser and in no other", async () => {
      const [here, there] = [await site.visitor(), await site.visitor()];
      for (const page of [here, there]) {
        await page.goto(site.request(site.firstParty).url);
        await signIn(page);
        await site.answer(page);
      }
      await here.goto(`${site.url}/oauth/sign-out`);
      await press(here, "Sign out");
      await shows(here, "You are signed out");
      await here.goto(site.request(site.firstParty).url);
      await shows(here, "Sign in");
      await there.goto(site.request(site.firstParty).url);
      assert.ok((await site.answer(there)).has("code"));
    });

    await t.test("who reads Italian is spoken to in Italian", async () => {
      const page = await site.visitor({ locale: "it-IT" });
      await page.goto(site.request(site.shop, { prompt: "consent" }).url);
      await shows(page, "Accedi");
      assert.equal(await page.locator("html").getAttribute("lang"), "it");
      await page.getByLabel("Nome utente").fill(ADA.username);
      await page.getByLabel("Password").fill(ADA.password);
      await press(page, "Accedi");
      await page.getByText("Vedere i tuoi ordini").waitFor();
      assert.equal(await page.locator("html").getAttribute("lang"), "it");
    });

    await t.test("a code that 50 requests bring to two nodes at once is redeemed once", async () => {
      const page = await site.visitor();
      const request = site.request(site.firstParty);
      await page.goto(request.url);
      await signIn(page);
      const code = (await site.answer(page)).get("code") ?? "";
      const nodes = [site.url, (await site.service.serve()).url];
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => request.redeem(code, nodes[i % nodes.length])),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      const others = answers.filter(({ status }) => status !== 200);
      assert.ok(others.every(({ status, body }) => status === 400 && body.error === "invalid_grant"));
    });
  });
}
