import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import type { BrowserContext, Page } from "playwright-core";
import { randomNumbers } from "../packages/client/src/testing/random.ts";
import { bundle, launch, servePage } from "./browser.ts";
import { drawSeed, HOSTILITY, lostResponses, SECONDS, storm, TIMEOUT } from "./client/storm.ts";
import { needChromium } from "./need.ts";
import type { Tab } from "./page/tab.ts";

declare global {
  var openTab: (endpoint: { issuer: string; tokenEndpoint: string; timeoutMs: number }) => void;
  var tab: Tab;
}

const TABS = 8;
/** Longest time that a tab is frozen, ms. */
const LONGEST_FREEZE = 2000;

const browser = await needChromium();

test(
  `${TABS} tabs, closed and frozen at random for ${SECONDS} s while responses are lost, keep the session`,
  { skip: browser.missing, timeout: (SECONDS + 150) * 1000 },
  async (t) => {
    const seed = drawSeed(t);
    const server = await hostileServer({ ...HOSTILITY, seed });
    t.after(() => server.close());
    const open = await prepare(t, server);
    const first = await open();
    await first.evaluate((tokens) => tab.client.set(tokens), server.login());
    const tabs = await Promise.all(Array.from({ length: TABS - 1 }, open));
    tabs.push(first);
    await Promise.all(tabs.map((page) => page.evaluate(() => tab.use())));

    const random = randomNumbers(seed);
    const lasts = storm(server);
    const counts = { closed: 0, frozen: 0 };
    while (lasts()) {
      await delay(random() * 500);
      const index = Math.floor(random() * TABS);
      const victim = tabs[index] ?? first;
      if (random() < 0.5) {
        await freeze(victim, random() * LONGEST_FREEZE);
        counts.frozen += 1;
      } else {
        await victim.close();
        const page = await open();
        await page.evaluate(() => tab.use());
        tabs[index] = page;
        counts.closed += 1;
      }
    }

    const ended = await Promise.all(
      tabs.map((page) => page.evaluate(() => tab.failed["session_ended"] ?? 0)),
    );
    t.diagnostic(
      `${server.refreshes.length} refreshes, ${lostResponses(server)} responses lost, ${JSON.stringify(counts)}`,
    );
    assert.deepEqual(ended, Array(TABS).fill(0), "no tab got session_ended");
    assert.deepEqual(server.overlaps(), []);
    assert.equal(server.families[0]?.active, true);
    await Promise.all(tabs.slice(1).map((page) => page.close()));
    await assertContinues(tabs[0] ?? first);
  },
);

/** Suspends the page's scripts and network events. */
async function freeze(page: Page, ms: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await delay(ms);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await devtools.detach();
}

/** The last tab refreshes, whatever state the others left. */
async function assertContinues(page: Page): Promise<void> {
  const before = await page.evaluate(() => tab.refreshed);
  await page.waitForFunction((before) => tab.refreshed > before, before);
}

/** @returns a function that opens another tab of the origin */
async function prepare(
  t: TestContext,
  { issuer, tokenEndpoint }: HostileServer,
): Promise<() => Promise<Page>> {
  const origin = await servePage(t, { "tab.js": await bundle(join(import.meta.dirname, "page/tab.ts")) });
  const context: BrowserContext = await (await launch(t, browser)).newContext();
  return async () => {
    const page = await context.newPage();
    await page.goto(origin);
    await page.evaluate((endpoint) => openTab(endpoint), { issuer, tokenEndpoint, timeoutMs: TIMEOUT });
    return page;
  };
}
