import assert from "node:assert/strict";
import { test } from "node:test";
import { newClient } from "../store/contract/fixtures.ts";
import type { Client } from "../store/store.ts";
import { ClientCache } from "./client-cache.ts";

function clientNamed(name: string): Client {
  return { ...newClient({ id: "client-1", name }), createdAt: 0, disabledAt: null, grantsRevokedAt: null };
}

/** A store whose answers come when the test lets them. */
function slowStore() {
  const answers: ((client: Client | undefined) => void)[] = [];
  const store = {
    find: () => new Promise<Client | undefined>((resolve) => answers.push(resolve)),
  };
  return { store, answer: (client: Client | undefined) => answers.shift()?.(client) };
}

test("a client that was read is cached, one that does not exist is not", async () => {
  const { store, answer } = slowStore();
  const cache = new ClientCache(store);
  const reading = cache.read("client-1");
  answer(clientNamed("first"));
  assert.equal((await reading)?.name, "first");
  assert.equal(cache.peek("client-1")?.name, "first");
  const unknown = cache.read("client-2");
  answer(undefined);
  assert.equal(await unknown, undefined);
  assert.equal(cache.peek("client-2"), undefined);
});

test("reading asks the store, whatever is cached", async () => {
  const { store, answer } = slowStore();
  const cache = new ClientCache(store);
  for (const name of ["first", "second"]) {
    const reading = cache.read("client-1");
    answer(clientNamed(name));
    await reading;
  }
  assert.equal(cache.peek("client-1")?.name, "second");
});

test("what was read before the cache was emptied does not get into it", async () => {
  const { store, answer } = slowStore();
  const cache = new ClientCache(store);
  const reading = cache.read("client-1");
  cache.clear();
  answer(clientNamed("old"));
  assert.equal((await reading)?.name, "old");
  assert.equal(cache.peek("client-1"), undefined);
});

test("it never holds more clients than it may", async () => {
  const cache = new ClientCache({ find: async (id) => ({ ...clientNamed("x"), id }) });
  for (let i = 0; i < 20_001; i++) await cache.read(`client-${i}`);
  assert.equal(cache.peek("client-0"), undefined);
  assert.equal(cache.peek("client-19999"), undefined);
  assert.ok(cache.peek("client-20000"));
});
