import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { bundle, launch, servePage } from "./browser.ts";
import { needChromium } from "./need.ts";

const browser = await needChromium();
const options = { skip: browser.missing, timeout: 120_000 };

/** The client gives a store 5 s. */
const STORE_TIMEOUT = 5000;

test(
  "a connection that the browser has closed is replaced, for a read and for a write",
  options,
  async (t) => {
    const page = await (await prepare(t))();
    const said = await page.evaluate(async () => {
      const connections: IDBDatabase[] = [];
      // oxlint-disable-next-line typescript/unbound-method -- called by `apply` below
      const transaction = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function (...args) {
        connections.push(this);
        return transaction.apply(this, args);
      };
      const store = adapters.indexedDbStore({ name: "closed" });
      const said = [(await adapters.write(store))[0]];
      connections.at(-1)?.close();
      said.push((await adapters.write(store))[0]);
      const version = (await store.get("a"))?.version ?? null;
      connections.at(-1)?.close();
      const record = {
        schema: 1,
        generation: 9,
        tokenEndpoint: "",
        clientId: "",
        issuedAt: 0,
        clockOffset: 0,
      } as const;
      said.push(String((await store.compareAndSet("a", version, record)) !== false));
      return [...said, String((await store.get("a"))?.record.generation)];
    });
    assert.deepEqual(said, ["written", "written", "true", "9"]);
  },
);

test(
  "a write whose completion was lost with the connection is not taken for another's",
  options,
  async (t) => {
    const page = await (await prepare(t))();
    const said = await page.evaluate(async () => {
      const store = adapters.indexedDbStore({ name: "lost" });
      await adapters.write(store);
      // oxlint-disable-next-line typescript/unbound-method -- called by `apply` below
      const addEventListener = IDBTransaction.prototype.addEventListener;
      let losses = 0;
      IDBTransaction.prototype.addEventListener = function (...args: unknown[]) {
        // The first write is completed, and its event never comes.
        if (args[0] === "complete" && this.mode === "readwrite" && (losses += 1) === 1) return;
        addEventListener.apply(this, args as never);
      };
      return adapters.write(store);
    });
    assert.equal(said[0], "written");
    assert.ok(said[1] < STORE_TIMEOUT, `${said[1]} ms`);
  },
);

test(
  "a database that does not open in time is opened again, and closed if it opens late",
  options,
  async (t) => {
    const page = await (await prepare(t))();
    const said = await page.evaluate(async () => {
      // oxlint-disable-next-line typescript/unbound-method -- called by `apply` below
      const open = IDBFactory.prototype.open;
      const requests: (IDBOpenDBRequest | undefined)[] = [];
      IDBFactory.prototype.open = function (...args) {
        if (requests.push(undefined) > 1) return open.apply(this, args);
        // The first one is sent late.
        const request = new EventTarget();
        Object.defineProperty(request, "result", { get: () => requests[0]?.result });
        setTimeout(() => {
          const late = (requests[0] = open.apply(this, args));
          for (const type of ["upgradeneeded", "success", "error"]) {
            late.addEventListener(type, () => request.dispatchEvent(new Event(type)));
          }
        }, 3000);
        return request as IDBOpenDBRequest;
      };
      const store = adapters.indexedDbStore({ name: "silent" });
      const [said, ms] = await adapters.write(store);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      let closed = "";
      try {
        requests[0]?.result.transaction("records");
      } catch (error) {
        closed = (error as Error).name;
      }
      const [again] = await adapters.write(store);
      return { said, ms, opens: requests.length, closed, again };
    });
    const { ms, ...rest } = said;
    assert.deepEqual(rest, { said: "written", opens: 2, closed: "InvalidStateError", again: "written" });
    assert.ok(ms < STORE_TIMEOUT, `${ms} ms`);
  },
);

test(
  "a transaction that waits for another tab's is given up in time, and a later one succeeds",
  options,
  async (t) => {
    const open = await prepare(t);
    const [page, other] = [await open(), await open()];
    await page.evaluate(async () => adapters.write(adapters.stores.indexedDb));
    await other.evaluate(
      () =>
        new Promise<void>((resolve) => {
          indexedDB.open("regrant").addEventListener("success", ({ target }) => {
            const database = (target as IDBOpenDBRequest).result;
            const records = database.transaction("records", "readwrite").objectStore("records");
            const endsAt = performance.now() + 6000;
            const keepAlive = () => {
              if (performance.now() < endsAt) records.get("a").addEventListener("success", keepAlive);
              resolve();
            };
            keepAlive();
          });
        }),
    );
    const [said, ms] = await page.evaluate(async () => adapters.write(adapters.stores.indexedDb));
    assert.equal(said, "store_failed");
    assert.ok(ms < STORE_TIMEOUT, `${ms} ms`);
    await page.waitForTimeout(3000);
    assert.equal((await page.evaluate(async () => adapters.write(adapters.stores.indexedDb)))[0], "written");
  },
);

test(
  "a database without the object store gets one, as soon as no other tab blocks it",
  options,
  async (t) => {
    const open = await prepare(t);
    const [page, other] = [await open(), await open()];
    await other.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open("regrant", 3);
          request.addEventListener("upgradeneeded", () => request.result.createObjectStore("notes"));
          request.addEventListener("success", () => resolve());
        }),
    );
    const [said, ms] = await page.evaluate(async () => adapters.write(adapters.stores.indexedDb));
    assert.equal(said, "store_failed");
    assert.ok(ms < STORE_TIMEOUT, `${ms} ms`);
    await other.close();
    const again = await page.evaluate(async () => adapters.write(adapters.stores.indexedDb));
    assert.equal(again[0], "written");
    const names = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const request = indexedDB.open("regrant");
          request.addEventListener("success", () => resolve([...request.result.objectStoreNames]));
        }),
    );
    assert.deepEqual(names, ["notes", "records"]);
  },
);

test("without BroadcastChannel and storage events the stores work, and the tabs poll", options, async (t) => {
  const page = await (await prepare(t))();
  const said = await page.evaluate(async () => {
    Object.assign(globalThis, {
      BroadcastChannel: undefined,
      addEventListener: undefined,
      removeEventListener: undefined,
    });
    const said = [];
    for (const store of Object.values(adapters.stores)) {
      const unsubscribe = store.subscribe?.("a", () => {});
      said.push((await adapters.write(store))[0]);
      unsubscribe?.();
    }
    return said;
  });
  assert.deepEqual(said, ["written", "written"]);
});

/** Opens pages of one origin. */
async function prepare(t: TestContext) {
  const script = await bundle(join(import.meta.dirname, "page/web-adapters.ts"));
  const origin = await servePage(t, { "adapters.js": script });
  const context = await (await launch(t, browser)).newContext();
  return async () => {
    const page = await context.newPage();
    await page.goto(origin);
    return page;
  };
}
