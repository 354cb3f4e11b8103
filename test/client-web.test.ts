import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { bundle, launch, servePage } from "./browser.ts";
import { needChromium } from "./need.ts";
import type { WebAdapters } from "./page/web-adapters.ts";

declare global {
  var adapters: WebAdapters;
}

const browser = await needChromium();
const options = { skip: browser.missing, timeout: 120_000 };

test("the page's stores and lock fulfil their contracts", options, async (t) => {
  const { open } = await prepare(t);
  const page = await open();
  for (const title of await page.evaluate(() => adapters.titles)) {
    await t.test(title, () => page.evaluate((title) => adapters.run(title), title));
  }
});

test("a tab is notified when another one writes", options, async (t) => {
  const { open } = await prepare(t);
  const [one, other] = [await open(), await open()];
  for (const kind of ["indexedDb", "localStorage"] as const) {
    const heard = one
      .evaluate(
        (kind) => new Promise<void>((resolve) => void adapters.stores[kind].subscribe?.("a", resolve)),
        kind,
      )
      .then(() => true);
    // A write may go unnoticed while the browser still connects the tabs, so write repeatedly.
    let generation = 0;
    do {
      await other.evaluate(write, { kind, generation: (generation += 1) });
    } while (!(await Promise.race([heard, pause(100, false)])));
    const read = await one.evaluate(async (kind) => adapters.stores[kind].get("a"), kind);
    assert.equal(read?.record.generation, generation);
  }
});

/** In a page. */
async function write({ kind, generation }: { kind: "indexedDb" | "localStorage"; generation: number }) {
  const store = adapters.stores[kind];
  const about = { tokenEndpoint: "", clientId: "", issuedAt: 0, clockOffset: 0 };
  const version = (await store.get("a"))?.version ?? null;
  await store.compareAndSet("a", version, { schema: 1, generation, ...about });
}

test("a tab that is closed releases its lock at once", options, async (t) => {
  const { open } = await prepare(t);
  const [one, other] = [await open(), await open()];
  void one.evaluate(() => adapters.hold("a", 60_000, 60_000)).catch(() => {});
  await held(other, "a");
  const waited = other.evaluate(() => adapters.acquire("a", 40_000, 50_000));
  await one.close();
  assert.ok((await waited) < 30_000);
});

test(
  "of the tabs that wait for a frozen one, one at a time gets the lock after a lease, and the frozen one is notified",
  options,
  async (t) => {
    const { open } = await prepare(t);
    const frozen = await open();
    const waiting = [await open(), await open(), await open()];
    void frozen.evaluate(() => adapters.hold("a", 60_000, 60_000)).catch(() => {});
    await held(frozen, "a");
    const devtools = await frozen.context().newCDPSession(frozen);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    const waits = await Promise.all(
      waiting.map((page) => page.evaluate(() => adapters.acquire("a", 30_000, 1500))),
    );
    // The one that asked first waits for the lease; the others may have asked later, and get the lock from it.
    assert.ok(Math.max(...waits) > 1400, `waited ${waits.join(", ")} ms`);
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    await frozen.waitForFunction(() => adapters.told.length > 0);
    assert.match(await frozen.evaluate(() => adapters.told.join()), /LockUnavailableError/);
  },
);

test("a store whose database another page deletes reopens it", options, async (t) => {
  const { open } = await prepare(t);
  const [one, other] = [await open(), await open()];
  await one.evaluate(async () => adapters.stores.indexedDb.get("a"));
  await other.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase("regrant");
        request.addEventListener("success", () => resolve());
        request.addEventListener("error", () => reject(new Error("not deleted")));
      }),
  );
  assert.equal(
    await one.evaluate(async () => (await adapters.stores.indexedDb.get("a")) === undefined),
    true,
  );
});

test(
  "if the browser forbids storage, the store rejects with store_failed and the lock with lock_unavailable",
  options,
  async (t) => {
    const { origin, script, context } = await prepare(t);
    const page = await context.newPage();
    await page.goto(origin);
    // A frame with an opaque origin may not use storage.
    await page.setContent(`<iframe sandbox="allow-scripts" srcdoc="&lt;p&gt;"></iframe>`);
    const frame = page.frames()[1];
    assert.ok(frame !== undefined);
    await frame.addScriptTag({ content: script });
    const codes = await frame.evaluate(async () => {
      const codeOf = ({ code }: { code: string }) => code;
      const stored = await Promise.resolve(adapters.stores.indexedDb.get("a")).then(String, codeOf);
      const locked = await adapters.acquire("a", 100, 100).then(String, codeOf);
      return [stored, locked];
    });
    assert.deepEqual(codes, ["store_failed", "lock_unavailable"]);
  },
);

async function prepare(t: TestContext) {
  const script = await bundle(join(import.meta.dirname, "page/web-adapters.ts"));
  const origin = await servePage(t, { "adapters.js": script });
  const context = await (await launch(t, browser)).newContext();
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(origin);
    return page;
  };
  return { origin, script, context, open };
}

/** Resolves when the lock is held. */
async function held(page: Page, name: string): Promise<void> {
  await page.waitForFunction(
    async (name) => (await navigator.locks.query()).held?.some((lock) => lock.name === name),
    name,
  );
}
