import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hostileServer } from "@regrant/client/testing";
import type { HostileServer } from "@regrant/client/testing";
import type { BrowserContext, Page } from "playwright-core";
import { randomNumbers } from "../packages/client/src/testing/random.ts";
import { bundle, launch, servePage } from "./browser.ts";
import { needChromium } from "./need.ts";
import type { Tab } from "./page/tab.ts";

declare global {
  var openTab: (endpoint: { issuer: string; tokenEndpoint: string; timeoutMs: number }) => void;
  var tab: Tab;
}

/** `CLIENT_SECONDS=60` is the full proof; this is how long it lasts among all other tests. */
const SECONDS = Number(process.env["CLIENT_SECONDS"] ?? 12);
/** With a seed in this variable the same faults and victims are drawn again. */
const SEED = "CLIENT_SEED";
const TABS = 8;
/** Of a token request, ms; a claim that a closed tab leaves is over a quarter later. */
const TIMEOUT = 4000;
/** s */
const RETRY_WINDOW = 30;
/** How long a tab stays frozen at most, ms. */
const LONGEST_FREEZE = 2000;
/** On a slow machine it goes on until so many answers were lost. */
const LEAST_LOST = 2;
const CHANCES = { drop_after: 0.05, drop_before: 0.01, half: 0.01, unavailable: 0.01, html: 0.01 };

const browser = await needChromium();

test(
  `${TABS} tabs, closed and frozen at random for ${SECONDS} s while answers are lost, keep the session`,
  { skip: browser.missing, timeout: (SECONDS + 150) * 1000 },
  async (t) => {
    const seed = Number(process.env[SEED] ?? randomInt(2 ** 32));
    t.diagnostic(`${SEED}=${seed}`);
    const server = await hostileServer({ retryWindow: RETRY_WINDOW, chances: CHANCES, seed });
    t.after(() => server.close());
    const open = await prepare(t, server);
    const first = await open();
    await first.evaluate((answer) => tab.client.set(answer), server.login());
    const tabs = await Promise.all(Array.from({ length: TABS - 1 }, open));
    tabs.push(first);
    await Promise.all(tabs.map((page) => page.evaluate(() => tab.use())));

    const random = randomNumbers(seed);
    const lost = () => server.spends.filter(({ fault, outcome }) => fault && outcome === "rotated").length;
    const end = performance.now() + SECONDS * 1000;
    const counts = { closed: 0, frozen: 0 };
    while (performance.now() < end || lost() < LEAST_LOST) {
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
    t.diagnostic(`${server.spends.length} spends, ${lost()} answers lost, ${JSON.stringify(counts)}`);
    assert.deepEqual(ended, Array(TABS).fill(0), "no tab was told that the session is over");
    assert.deepEqual(server.overlaps(), []);
    assert.equal(server.families[0]?.alive, true);
    await Promise.all(tabs.slice(1).map((page) => page.close()));
    await assertGoesOn(tabs[0] ?? first);
  },
);

/** Its scripts stand still, and nothing that comes is taken in. */
async function freeze(page: Page, ms: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await delay(ms);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await devtools.detach();
}

/** The last tab's session does not depend on what the others left behind. */
async function assertGoesOn(page: Page): Promise<void> {
  const before = await page.evaluate(() => tab.refreshed);
  await page.waitForFunction((before) => tab.refreshed > before, before);
}

/** @returns opens another tab of the origin */
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
