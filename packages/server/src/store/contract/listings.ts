import assert from "node:assert/strict";
import type { EventFilter, EventPageOptions } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { SECOND, bareEvent, uuid } from "./fixtures.ts";

type Order = EventPageOptions["order"];

/** The ids of a listing's events, page by page; `between` runs after each page. */
async function eventIds(
  { store }: Bench,
  filter: EventFilter,
  { order, limit }: { order: Order; limit: number },
  between: () => Promise<unknown> = async () => {},
): Promise<number[]> {
  const ids: number[] = [];
  for (let after: number | undefined; ;) {
    const { events, next } = await store.events.page(filter, { order, after, limit });
    assert.ok(events.length <= limit);
    ids.push(...events.map(({ id }) => id));
    if (next === null) return ids;
    after = next;
    await between();
  }
}

/** The listings of administration, whose pages examine a bounded number of rows. */
export const listingCases: Cases = {
  "pages of events have what a list has, in both orders, by every filter": async (bench) => {
    const { events } = bench.store;
    const [clientId, grantId] = [uuid(), uuid()];
    for (let i = 0; i < 12; i += 1) {
      const type = i % 3 === 0 ? "client.refused" : "grant.recovered";
      const about =
        i % 2 === 0 ? { clientId, subject: "s-1" } : { grantId, subject: "s-2", clientId: uuid() };
      await events.record(bareEvent(type, about));
      if (i % 4 === 0) bench.clock.at += 100 * SECOND;
    }
    const middle = found((await events.list({}, 100))[6]).at;
    const filters: EventFilter[] = [
      {},
      { type: "client.refused" },
      { type: "grant" },
      { type: "gran" },
      { type: "key.created" },
      { clientId },
      { subject: "s-2" },
      { grantId },
      { grantId, clientId },
      { clientId, type: "grant", since: middle },
      { since: middle },
      { until: middle },
      { since: middle, until: middle },
      { since: middle + 1 },
      { until: 0 },
      { subject: "s-1", until: middle },
    ];
    for (const filter of filters) {
      const listed = (await events.list(filter, 100)).map(({ id }) => id);
      for (const limit of [1, 3, 100]) {
        const title = JSON.stringify({ filter, limit });
        assert.deepEqual(await eventIds(bench, filter, { order: "oldest", limit }), listed, title);
        const newest = await eventIds(bench, filter, { order: "newest", limit });
        assert.deepEqual(newest, listed.toReversed(), title);
      }
    }
  },

  "no event is listed twice, and none that was there is missed, while events are added and swept": async (
    bench,
  ) => {
    const record = () => bench.store.events.record(bareEvent("client.refused", { subject: "s-1" }));
    for (let i = 0; i < 20; i += 1) await record();
    const there = (await bench.store.events.list({}, 100)).map(({ id }) => id);
    for (const filter of [{}, { subject: "s-1" }]) {
      const newest = await eventIds(bench, filter, { order: "newest", limit: 3 }, record);
      assert.deepEqual(
        newest,
        [...new Set(newest)].toSorted((a, b) => b - a),
      );
      assert.deepEqual(
        newest.filter((id) => there.includes(id)),
        there.toReversed(),
      );
    }
    bench.clock.at += 1000 * SECOND;
    await record();
    let pages = 0;
    const sweep = async () => {
      // Two of the oldest events a call.
      if ((pages += 1) <= 3) await bench.store.sweep({ limit: 2, eventRetention: 500 });
    };
    const oldest = await eventIds(bench, {}, { order: "oldest", limit: 5 }, sweep);
    assert.deepEqual(
      oldest,
      [...new Set(oldest)].toSorted((a, b) => a - b),
    );
    const left = (await bench.store.events.list({}, 100)).map(({ id }) => id);
    assert.ok(left.length < oldest.length);
    for (const id of left) assert.ok(oldest.includes(id));
  },

  "a page of events after an id that no event has goes on beside it": async (bench) => {
    const record = () => bench.store.events.record(bareEvent("client.refused", { subject: "s-1" }));
    await record();
    await record();
    const ids = (await bench.store.events.list({}, 10)).map(({ id }) => id);
    for (const filter of [{}, { subject: "s-1" }]) {
      const page = async (order: Order, after: number) =>
        (await bench.store.events.page(filter, { order, after, limit: 10 })).events.map(({ id }) => id);
      assert.deepEqual(await page("newest", 10_000), ids.toReversed());
      assert.deepEqual(await page("newest", 0), []);
      assert.deepEqual(await page("oldest", 10_000), []);
      assert.deepEqual(await page("oldest", 0), ids);
    }
  },

  "clients and accounts are found by their ids, those that exist": async (bench) => {
    const [one, two, gone] = [await bench.client(), await bench.client(), await bench.client()];
    await bench.store.clients.delete(gone.id, ACTOR);
    const ids = [two.id, one.id, gone.id, uuid(), "nobody", "a\0b", two.id];
    const clients = await bench.store.clients.findAll(ids);
    assert.deepEqual(new Set(clients.map(({ id }) => id)), new Set([one.id, two.id]));
    assert.equal(clients.length, 2);
    await bench.store.accounts.create({ subject: "s-1", username: "Ada", passwordHash: null }, ACTOR);
    const accounts = await bench.store.accounts.findAll(["s-1", "s-2", "a\0b"]);
    assert.deepEqual(
      accounts.map(({ username }) => username),
      ["Ada"],
    );
  },

  "a search of clients returns every one with the text in its settings, page by page": async (bench) => {
    const names = ["Shop", "shopping 100%", "SHOP_3", "Café", "CAFÉ two", 'Quote "q" \\', "Other"];
    for (const name of names) await bench.client({ name });
    const search = async (text: string, limit = 100) => {
      const all: string[] = [];
      for (let after: string | undefined; ;) {
        const { clients, next } = await bench.store.clients.search(text, { after, limit });
        assert.ok(clients.length <= limit);
        all.push(...clients.map(({ name }) => name));
        if (next === null) return all.toSorted();
        after = next;
      }
    };
    assert.deepEqual(await search("shop"), ["SHOP_3", "Shop", "shopping 100%"]);
    assert.deepEqual(await search("shop", 1), ["SHOP_3", "Shop", "shopping 100%"]);
    assert.deepEqual(await search("0%"), ["shopping 100%"]);
    assert.deepEqual(await search("shop_"), ["SHOP_3"]);
    assert.deepEqual(await search('"q" \\'), ['Quote "q" \\']);
    for (const name of ["Café", "CAFÉ two"]) assert.ok((await search("café")).includes(name));
    assert.deepEqual(await search("absent"), []);
  },

  "accounts are listed by the beginning of the username, in its order, whatever its case": async (bench) => {
    const { accounts } = bench.store;
    for (const username of ["adam", "Ada", "ada.b", "Bea", "ÄDA"]) {
      await accounts.create({ subject: `s-${username}`, username, passwordHash: null }, ACTOR);
    }
    const list = async (prefix: string, after?: string, limit = 10) =>
      (await accounts.listByUsername(prefix, { after, limit })).map(({ username }) => username);
    assert.deepEqual(await list("ada"), ["Ada", "ada.b", "adam"]);
    assert.deepEqual(await list("ada", undefined, 2), ["Ada", "ada.b"]);
    assert.deepEqual(await list("ada", "ada.b"), ["adam"]);
    assert.deepEqual(await list("äd"), ["ÄDA"]);
    assert.deepEqual(await list("adb"), []);
    assert.deepEqual(await accounts.listOperators({ limit: 10 }), []);
  },
};
