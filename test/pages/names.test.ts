import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { ADA, browser, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };
/** The narrowest screen that WCAG 2.2 §1.4.10 asks for, CSS pixels. */
const NARROW = 320;
const ARABIC = {
  "signIn.title": "تسجيل الدخول",
  "signIn.for": "للمتابعة إلى {client}",
  "signIn.username": "اسم المستخدم",
  "signIn.password": "كلمة المرور",
  "consent.title": "السماح بالوصول؟",
  "consent.asks": "يريد {client} الوصول إلى حسابك.",
  "consent.signedInAs": "لقد سجلت الدخول باسم {name}.",
};
const SETTINGS = {
  REGRANT_PROVIDER_NAME: "W".repeat(100),
  REGRANT_MESSAGES: JSON.stringify({ ar: ARABIC }),
  REGRANT_FORGOT_PASSWORD_URL: "https://example.com/forgot",
  REGRANT_SIGN_UP_URL: "https://example.com/sign-up",
  REGRANT_HELP_URL: "https://example.com/help",
};
/** Names without a place to break a line, and one that is written from the right. */
const NAMES = ["W".repeat(200), "متجر-الكتب-".repeat(15)];

test("long names fit the narrowest screen on every page, in either direction", OPTIONS, async (t) => {
  const site = await Site.open(t, "SQLite", SETTINGS);
  for (const [i, name] of NAMES.entries()) {
    const username = `${name}${i}`;
    await site.service.createAccount(username, ADA.password);
    const client = await site.service.createClient(
      "--name",
      name,
      "--grant-type",
      "authorization_code",
      "--scope",
      "read",
      "--redirect-uri",
      site.callback,
    );
    for (const [locale, direction] of [
      ["en", "ltr"],
      ["ar", "rtl"],
    ] as const) {
      const page = await site.visitor({
        locale,
        viewport: { width: NARROW, height: 640 },
        javaScriptEnabled: true,
      });
      const fits = (what: string) => assertFits(page, direction, `${what}, ${locale}, name ${i}`);
      const { url } = site.request(client, { prompt: "consent" });
      await page.goto(url);
      await fits("sign-in");
      const submit = async (password: string) => {
        await page.locator("#username").fill(username);
        await page.locator("#password").fill(password);
        await page.locator("button.main").click();
      };
      await submit("wrong");
      await page.getByRole("alert").waitFor();
      await fits("wrong password");
      await submit(ADA.password);
      await page.locator("button[value=allow]").waitFor();
      await fits("consent");
      await page.locator("button[value=allow]").click();
      await site.answer(page);
      await page.goto(`${site.url}/oauth/applications`);
      assert.equal(await page.getByRole("region").count(), 1);
      await fits("applications");
      await page.goto((await site.device()).complete);
      await page.locator("button[value=allow]").waitFor();
      await fits("device");
      await page.goto(`${site.url}/device`);
      await fits("device code");
      await page.goto(`${site.url}/oauth/sign-out`);
      await fits("sign-out");
      await page.goto(site.request(client, { redirect_uri: "https://evil.example/" }).url);
      await fits("error");
      await page.context().close();
    }
  }
});

test("the provider's pages are linked, and the icon is there without a request", OPTIONS, async (t) => {
  const site = await Site.open(t, "SQLite", SETTINGS);
  const page = await site.visitor({ javaScriptEnabled: true });
  const faults: string[] = [];
  page.on("console", (message) => faults.push(message.text()));
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(site.request(site.shop).url);
  for (const [name, url] of [
    ["Forgot your password?", SETTINGS.REGRANT_FORGOT_PASSWORD_URL],
    ["Create an account", SETTINGS.REGRANT_SIGN_UP_URL],
    ["Help", SETTINGS.REGRANT_HELP_URL],
  ] as const) {
    assert.equal(await page.getByRole("link", { name, exact: true }).getAttribute("href"), url);
  }
  // Chromium without a window loads no icon: an image of the same URL shows that the policy allows it.
  const icon = await page.locator("link[rel=icon]").getAttribute("href");
  const load = `image => { image.src = ${JSON.stringify(icon)}; return image.decode().then(() => image.naturalWidth); }`;
  const width = await page.evaluate<number>(`(${load})(new Image())`);
  assert.ok(width > 0);
  assert.deepEqual(faults, [], "the policy refuses nothing of the page");
  assert.deepEqual(asked, ["/oauth/authorize"]);
});

test(
  "a password is shown on demand, and submitted hidden; without scripts there is no button",
  OPTIONS,
  async (t) => {
    const site = await Site.open(t, "SQLite");
    const page = await site.visitor({ javaScriptEnabled: true });
    await page.goto(site.request(site.shop).url);
    const password = page.getByLabel("Password", { exact: true });
    const button = page.getByRole("button", { name: "Show password" });
    const state = async () => [
      await password.getAttribute("type"),
      await button.getAttribute("aria-pressed"),
    ];
    await password.fill("wrong");
    assert.deepEqual(await state(), ["password", "false"]);
    await password.press("Tab");
    await page.keyboard.press("Enter");
    assert.deepEqual(await state(), ["text", "true"], "with the keyboard alone, and nothing is submitted");
    assert.equal(await password.inputValue(), "wrong");
    await button.click();
    assert.deepEqual(await state(), ["password", "false"]);
    await button.click();
    const typeAtSubmit = page.evaluate(
      "new Promise((done) => addEventListener('submit', (event) => { event.preventDefault(); done(document.getElementById('password').type); }))",
    );
    await page.getByLabel("Username").fill(ADA.username);
    await press(page, "Sign in");
    assert.equal(await typeAtSubmit, "password");
    await page.reload();
    await signIn(page);
    await shows(page, "Allow access?");

    const plain = await site.visitor();
    await plain.goto(site.request(site.shop).url);
    assert.equal(await plain.getByRole("button", { name: "Show password" }).count(), 0);
    assert.equal(await plain.locator("#show").isVisible(), false);
    await signIn(plain);
    await plain.getByRole("heading", { level: 1 }).waitFor();
  },
);

/** The page has the direction, and nothing of it stands out to the side. */
async function assertFits(page: Page, direction: string, what: string): Promise<void> {
  assert.equal(await page.locator("html").getAttribute("dir"), direction, what);
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(width <= NARROW, `${what}: ${width} pixels wide`);
  // Text that is cut off or covers other text is wider than its own box.
  const wide = await page.evaluate<string[]>(
    `[...document.querySelectorAll("main *")].filter((each) => {
      const { left, right } = each.getBoundingClientRect();
      return each.getClientRects().length > 0 && (left < 0 || right > ${NARROW});
    }).map((each) => each.outerHTML.slice(0, 100))`,
  );
  assert.deepEqual(wide, [], what);
}
