import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { browser, ENGINES, press, shows, signIn, Site } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };

for (const engine of ENGINES.keys()) {
  test(`people connect devices, in Chromium without scripts, on ${engine}`, OPTIONS, async (t) => {
    const site = await Site.open(t, engine);
    const page = await site.visitor();

    await t.test(
      "who is not signed in signs in first, and what a device shows is typed as one likes",
      async () => {
        const device = await site.device();
        await page.goto(`${site.url}/device`);
        await shows(page, "Sign in");
        await signIn(page);
        await shows(page, "Connect a device");
        await enter(page, ` ${device.userCode.toLowerCase().replace("-", " ")}`);
        await shows(page, "Connect this device?");
        await page.getByText(device.userCode, { exact: true }).waitFor();
        await press(page, "Allow");
        await shows(page, "Your device is connected");
        assert.equal((await device.poll()).status, 200);
      },
    );

    await t.test("a wrong code is told at its field, and stays there to be mended", async () => {
      const device = await site.device();
      await page.goto(`${site.url}/device`);
      await enter(page, "BBBB-BBBB");
      const field = page.getByLabel("Code");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      const message = page.getByRole("alert");
      assert.equal(await field.getAttribute("aria-describedby"), await message.getAttribute("id"));
      assert.match(await message.innerText(), /wrong or has expired/);
      assert.equal(await field.inputValue(), "BBBB-BBBB");
      await enter(page, device.userCode);
      await shows(page, "Connect this device?");
    });

    await t.test("a denied device is told so", async () => {
      const device = await site.device();
      await page.goto(device.complete);
      await shows(page, "Connect this device?");
      await press(page, "Do not allow");
      await shows(page, "Your device was not connected");
      assert.equal((await device.poll()).body.error, "access_denied");
    });

    await t.test("a code that expires while its page is open, or before, connects nothing", async () => {
      const device = await site.device();
      await page.goto(device.complete);
      await shows(page, "Connect this device?");
      await site.expire("device_requests");
      await press(page, "Allow");
      assert.match(await page.getByRole("alert").innerText(), /has expired/);
      await page.goto(device.complete);
      assert.match(await page.getByRole("alert").innerText(), /has expired/);
      assert.equal((await device.poll()).body.error, "expired_token");
    });

    await t.test("going back after the answer does not answer once more", async () => {
      const device = await site.device();
      await page.goto(device.complete);
      await press(page, "Allow");
      await shows(page, "Your device is connected");
      await page.goBack();
      assert.match(await page.getByRole("alert").innerText(), /wrong or has expired/);
      assert.equal((await device.poll()).status, 200);
    });

    await t.test("a sign-in that is over is asked for again, and the code is not lost", async () => {
      const device = await site.device();
      await page.goto(device.complete);
      await shows(page, "Connect this device?");
      await site.expire("sign_ins");
      await press(page, "Allow");
      await shows(page, "Sign in");
      await signIn(page);
      await shows(page, "Connect this device?");
      await press(page, "Allow");
      await shows(page, "Your device is connected");
      assert.equal((await device.poll()).status, 200);
    });
  });
}

async function enter(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code").fill(code);
  await press(page, "Continue");
}
