import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { launch } from "../browser.ts";
import { Service } from "../service.ts";
import { accessibilityFaults, browser, press, shows, signIn } from "./site.ts";

const OPTIONS = { skip: browser.missing, timeout: 180_000 };
/** How long a page may take, ms. */
const PATIENCE = 30_000;
/** Drawn with IMAGES=1. */
const IMAGE = join(import.meta.dirname, "../../docs/images/demo.png");
/** CSS pixels. */
const SIZES = [
  { width: 1280, height: 900 },
  { width: 320, height: 640 },
] as const;

/** Presses a button of the demo, and waits until its requests have their responses. */
async function act(page: Page, name: string): Promise<void> {
  await press(page, name);
  await page.locator('body[aria-busy="false"]').waitFor();
}

/** The newest entry of the page's log. */
async function newest(page: Page, title: string): Promise<string> {
  const entry = page.locator("#log > li").first();
  await entry.getByRole("heading", { name: title }).waitFor();
  return entry.innerText();
}

/** The refresh tokens that the page shows, the newest first, each after its state. */
async function tokensOf(page: Page): Promise<(string | null)[][]> {
  const items = await page.locator("#tokens > li").all();
  return Promise.all(
    items.map(async (item) => [
      await item.locator(".badge").textContent(),
      await item.locator("code").textContent(),
    ]),
  );
}

/** What the newest entry's request and response have under a name. */
async function sentAndReceived(page: Page): Promise<[sent: string | null, received: string | undefined]> {
  const [request = "", response = ""] = await page
    .locator("#log > li")
    .first()
    .locator("pre")
    .allInnerTexts();
  const sent = new URLSearchParams(request.split("\n\n")[1]?.replaceAll("\n", "")).get("refresh_token");
  return [sent, /"refresh_token": "([^"]*)"/.exec(response)?.[1]];
}

test(
  "a first visitor signs in, refreshes, retries, races and revokes in the demo's page",
  OPTIONS,
  async (t) => {
    const service = await Service.prepare(t);
    const { url } = await service.serve({ flags: ["--demo"] });
    const kept = JSON.parse(readFileSync(`${service.database}.demo.json`, "utf8")) as Record<string, string>;
    const { username = "", password = "" } = kept;
    // The inspecting script is no part of the page, whose own policy forbids it.
    const context = await (await launch(t, browser)).newContext({ locale: "en", bypassCSP: false });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) failures.push(message.text());
    });

    await t.test(
      "the page at the issuer's URL leads there, and under another name to the issuer's",
      async () => {
        await page.goto(url.replace("127.0.0.1", "localhost"));
        assert.deepEqual(await accessibilityFaults(page), []);
        await page.getByRole("link", { name: "Open the demo" }).click();
        await page.waitForURL(`${url}/demo`);
        await page.goto(`${url.replace("127.0.0.1", "localhost")}/demo`);
        await page.waitForURL(`${url}/demo`);
        await shows(page, "Try a sign-in");
        assert.deepEqual(await accessibilityFaults(page), []);
      },
    );

    await t.test("a sign-in that is refused says so, and can be tried again", async () => {
      await press(page, "Sign in");
      await signIn(page, { username, password });
      await press(page, "Do not allow");
      const told = page.getByRole("status").filter({ hasText: "access_denied" });
      await told.waitFor();
      assert.ok(((await told.boundingBox())?.width ?? 0) > 100, "it can be seen");
      assert.equal(page.url(), `${url}/demo`);
    });

    await t.test("the sign-in brings tokens, and leaves no code in the URL", async () => {
      await press(page, "Sign in");
      await press(page, "Allow");
      await newest(page, "Tokens for the code");
      assert.equal(page.url(), `${url}/demo`);
      assert.equal((await tokensOf(page)).length, 1);
      const claims = JSON.parse(await page.locator("#claims").innerText()) as Record<string, unknown>;
      assert.equal(claims["iss"], url);
      assert.match(await page.locator("#header").innerText(), /"typ": "at\+jwt"/);
      const expiry = await page.locator("#expiry").innerText();
      assert.match(expiry, /^Expires in (5:00|4:\d\d) min$/);
      await page.getByText(expiry, { exact: true }).waitFor({ state: "hidden" });
    });

    await t.test("a refresh spends the token, and the spent one gets the same successor", async () => {
      const [[, first = ""] = []] = await tokensOf(page);
      await act(page, "Refresh");
      assert.match(await newest(page, "Refresh"), /Rotated/);
      const [sent, second] = await sentAndReceived(page);
      assert.equal(sent, first);
      assert.deepEqual(await tokensOf(page), [
        ["current", second],
        ["spent", first],
      ]);
      await act(page, "Send token 1 again");
      assert.match(await newest(page, "Spent token sent again"), /Retried/);
      assert.deepEqual(await sentAndReceived(page), [first, second]);
      assert.equal((await tokensOf(page)).length, 2);
    });

    await t.test(
      "a lost response comes with the next request, and racing requests have one successor",
      async () => {
        await act(page, "Refresh, but lose the response");
        await newest(page, "Refresh, response lost");
        const lost = await sentAndReceived(page);
        assert.equal((await tokensOf(page)).length, 2);
        await act(page, "Refresh");
        assert.match(await newest(page, "Refresh"), /Retried/);
        assert.deepEqual(await sentAndReceived(page), lost);
        await act(page, "Refresh 8 times at once");
        assert.match(await newest(page, "8 refreshes at once"), /8 times 200, 1 successor/);
        assert.equal((await tokensOf(page)).length, 4);
        if (process.env["IMAGES"] !== undefined) await page.screenshot({ path: IMAGE });
      },
    );

    await t.test("the tab keeps the session when it is loaded again, and no other tab has it", async () => {
      const before = await tokensOf(page);
      await page.reload();
      await page.locator("#tokens > li").first().waitFor();
      assert.deepEqual(await tokensOf(page), before);
      const other = await context.newPage();
      await other.goto(`${url}/demo/callback?code=c0de&state=forged&iss=${encodeURIComponent(url)}`);
      await other.getByText("belongs to no request of this tab").waitFor();
      assert.equal(other.url(), `${url}/demo`);
      assert.equal(await other.locator("#tokens > li").count(), 0);
      await other.close();
    });

    await t.test("it is accessible and fits a phone and a desk, in light and dark", async () => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const size of SIZES) {
          await page.setViewportSize(size);
          assert.deepEqual(await accessibilityFaults(page), [], `${colorScheme} at ${size.width}`);
          const width = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(width <= size.width, `${width} pixels wide`);
        }
      }
      await page.setViewportSize(SIZES[0]);
    });

    await t.test("after a revocation each refresh is refused, and the service tells why", async () => {
      await act(page, "Revoke");
      await newest(page, "Revocation");
      await act(page, "Refresh");
      assert.match(await newest(page, "Refresh 400"), /"error_reason": "revoked"/);
      await act(page, "Why did it end?");
      assert.match(
        await newest(page, "Why did it end?"),
        /revoked the session at .* by a request to the revocation/,
      );
    });

    await t.test("a spent token after its window ends the session as reuse", async () => {
      await act(page, "Start again");
      const clientId = (await page.locator("#demo").getAttribute("data-client-id")) ?? "";
      await service.run(["client", "update", clientId, "--retry-window", "1"]);
      await press(page, "Sign in");
      await press(page, "Allow");
      await newest(page, "Tokens for the code");
      // The service learns of the change soon; a refresh tells whether it has.
      const end = Date.now() + PATIENCE;
      for (let entry = ""; !/"refresh_token_retry_window": 1$/m.test(entry);) {
        assert.ok(Date.now() < end, entry);
        await act(page, "Refresh");
        entry = await newest(page, "Refresh");
      }
      await act(page, "Refresh");
      await page
        .getByText(/a retry gets token/)
        .first()
        .waitFor({ state: "hidden" });
      await act(page, "Send token 1 again");
      assert.match(await newest(page, "Spent token sent again 400"), /"error_reason": "reused"/);
      await act(page, "Why did it end?");
      assert.match(await newest(page, "Why did it end?"), /presented again/);
      await act(page, "Start again");
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      assert.doesNotMatch(await page.evaluate<string>("JSON.stringify(sessionStorage)"), /rgr_/);
    });

    assert.deepEqual(failures, []);
  },
);
