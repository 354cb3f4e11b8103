import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { launch, servePage } from "./browser.ts";
import { needChromium } from "./need.ts";
import { Service } from "./service.ts";
import type { TokenResponse } from "./service.ts";

/** What the page's script saw of an answer. */
interface Seen {
  outcome: "done" | "fail";
  status: number;
  /** Of what jQuery hands to `done`. */
  type: string;
  text: string;
  date: string | null;
}

const browser = await needChromium();

test(
  "a page of another origin refreshes with jQuery, and can read a refusal too",
  { skip: browser.missing, timeout: 90_000 },
  async (t) => {
    const service = await Service.prepare(t);
    const client = await service.createClient("--grant-type", "refresh_token");
    const [first = ""] = await service.issueGrants(client, "subject-1", 1);
    const { url: origin } = await service.serve();
    const page = await openPage(t);
    const preflights = await watchPreflights(page);
    const { client_id, client_secret } = client;
    const refresh = (refresh_token: string) => {
      const fields = { grant_type: "refresh_token", client_id, client_secret, refresh_token };
      return page.evaluate<Seen, [string, Record<string, string>]>(
        ([url, given]) => (globalThis as unknown as PageGlobals).refresh(url, given),
        [`${origin}/oauth/token`, fields],
      );
    };

    const rotated = tokensIn(await refresh(first));
    assert.deepEqual(Object.keys(rotated).slice(0, 4), [
      "token_type",
      "expires_in",
      "access_token",
      "refresh_token",
    ]);
    assert.deepEqual([rotated.token_type, rotated.expires_in], ["Bearer", 3600]);
    assert.notEqual(rotated.refresh_token, first);
    // The header that the page sends makes the browser ask first.
    assert.deepEqual(preflights, [`${origin}/oauth/token`]);

    assert.equal(tokensIn(await refresh(first)).refresh_token, rotated.refresh_token, "a retry");
    assert.notEqual(tokensIn(await refresh(rotated.refresh_token)).refresh_token, rotated.refresh_token);

    const refused = await refresh(`${rotated.refresh_token.slice(0, -1)}!`);
    assert.deepEqual([refused.outcome, refused.status], ["fail", 400]);
    const { error, error_reason } = JSON.parse(refused.text) as Record<string, string>;
    assert.deepEqual([error, error_reason], ["invalid_grant", "invalid"]);
    assert.ok(refused.date !== null);
  },
);

interface PageGlobals {
  refresh: (url: string, fields: Record<string, string>) => Promise<Seen>;
}

/** The answer of a good refresh. jQuery takes the settings' `mimeType` for that of the answer, and hands out text. */
function tokensIn(seen: Seen): TokenResponse {
  assert.deepEqual([seen.outcome, seen.status, seen.type], ["done", 200, "string"], seen.text);
  // Readable by the script, so that it can tell how wrong its own clock is.
  assert.ok(Math.abs(Date.parse(seen.date ?? "") - Date.now()) < 60_000, `Date: ${seen.date}`);
  return JSON.parse(seen.text) as TokenResponse;
}

/** A page in a browser with a profile of its own, served from an origin of its own. */
async function openPage(t: TestContext): Promise<Page> {
  const origin = await servePage(t, {
    "jquery.js": await readFile(createRequire(import.meta.url).resolve("jquery"), "utf8"),
    "refresh.js": await readFile(join(import.meta.dirname, "page/refresh.js"), "utf8"),
  });
  const page = await (await launch(t, browser)).newPage();
  await page.goto(origin);
  return page;
}

/** Fills with the URLs that the browser asked about first, which only its own protocol shows. */
async function watchPreflights(page: Page): Promise<string[]> {
  const preflights: string[] = [];
  const session = await page.context().newCDPSession(page);
  session.on("Network.requestWillBeSent", ({ request }) => {
    if (request.method === "OPTIONS") preflights.push(request.url);
  });
  await session.send("Network.enable");
  return preflights;
}
