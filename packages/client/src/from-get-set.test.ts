import assert from "node:assert/strict";
import { test } from "node:test";
import { fromGetSet } from "./from-get-set.ts";
import { storeContract } from "./testing/index.ts";
import { record } from "./testing/store-fixture.ts";
import type { CredentialRecord } from "./types.ts";

const texts = storeContract(
  () => {
    const records = new Map<string, string>();
    const store = fromGetSet(
      (key) => (records.has(key) ? (JSON.parse(records.get(key) ?? "") as CredentialRecord) : undefined),
      (key, next) => void records.set(key, JSON.stringify(next)),
    );
    return { open: () => store, damage: (key, text) => void records.set(key, text) };
  },
  { atomic: false },
);
for (const { title, run } of texts) {
  // Versions are derived from the record.
  if (!title.startsWith("a version is never reused")) test(`two functions: ${title}`, run);
}

test("a `set` or a `get` that never responds stops no later write", async () => {
  for (const silent of ["get", "set"]) {
    const records = new Map<string, CredentialRecord>();
    let hangs = true;
    const reach = async (what: string) => {
      if (hangs && what === silent) await new Promise(() => {});
    };
    const store = fromGetSet(
      async (key) => {
        await reach("get");
        return records.get(key);
      },
      async (key, next) => {
        await reach("set");
        records.set(key, next);
      },
    );
    void store.compareAndSet("a", null, record(1));
    await new Promise((resolve) => setImmediate(resolve));
    hangs = false;
    assert.ok(await store.compareAndSet("b", null, record(1)), "another key does not wait");
    const startedAt = performance.now();
    assert.ok(await store.compareAndSet("a", null, record(2)));
    assert.ok(performance.now() - startedAt < 3000, "within the client's timeout of a store");
    assert.ok(await store.compareAndSet("a", (await store.get("a"))?.version ?? null, record(3)));
    assert.ok(performance.now() - startedAt < 3000, "and only the first one waits");
  }
});

test("a `set` that takes effect late does not replace a later write", async () => {
  const records = new Map<string, CredentialRecord>();
  let delay = 2500;
  const store = fromGetSet(
    (key) => records.get(key),
    async (key, next) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      records.set(key, next);
    },
  );
  const late = store.compareAndSet("a", null, record(1));
  await new Promise((resolve) => setImmediate(resolve));
  delay = 0;
  assert.ok(await store.compareAndSet("a", null, record(2)));
  assert.equal(await late, false);
  assert.equal((await store.get("a"))?.record.generation, 2);
});
