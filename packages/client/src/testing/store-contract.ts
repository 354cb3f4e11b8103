import type { Awaitable } from "../types.ts";
import { claim, inTime, pause, same } from "./cases.ts";
import type { Case } from "./cases.ts";
import { found, record, won } from "./store-place.ts";
import type { Proof, StorePlace } from "./store-place.ts";
import { RACES } from "./store-races.ts";

/** Keys that are easily taken for another, or for something else. */
const KEYS = [
  "",
  "a",
  "A",
  "a/b",
  "a%2fb",
  "../a",
  ".",
  "a.b",
  "a:b",
  "a\\b",
  "k\u00e9y",
  "\u{1f511}",
  "k".repeat(60),
];

/**
 * What the client needs of a store. Run each case with any test runner:
 * `for (const { title, run } of storeContract(create)) test(title, run)`.
 *
 * @param create called by each case
 * @param options `atomic: false` leaves out the cases in which several write at once
 */
export function storeContract(
  create: () => Awaitable<StorePlace>,
  { atomic = true }: { readonly atomic?: boolean } = {},
): Case[] {
  return Object.entries({ ...RECORDS, ...(atomic ? RACES : {}) }).map(([title, proof]) => ({
    title,
    run: async () => {
      const place = await create();
      try {
        await proof(await place.open(), place);
      } finally {
        await place.close?.();
      }
    },
  }));
}

const RECORDS: Record<string, Proof> = {
  "a key that was never written has no record": async (store) => {
    claim((await store.get("a")) === undefined, "something else than undefined was found");
    claim(
      (await store.compareAndSet("a", "1", record(1))) === false,
      "a record was replaced that is not there",
    );
    claim((await store.get("a")) === undefined, "a write that was refused left something");
  },

  "a record is read as it was written, under the version that the write returned": async (store, place) => {
    const written = record(1, {
      accessToken: `"'\\ \u0000 \u2028 \u{1f511} ${"x".repeat(20_000)}`,
      intent: { id: "i", at: 1, until: 2 },
      ended: { reason: "cleared", at: 2 ** 52 },
    });
    const version = await store.compareAndSet("a", null, written);
    claim(typeof version === "string", "a first write was refused");
    same(await store.get("a"), { version, record: written }, "the writer reads");
    same(await (await place.open()).get("a"), { version, record: written }, "another instance reads");
  },

  "a record is replaced as a whole": async (store) => {
    const first = won(await store.compareAndSet("a", null, record(1, { refreshToken: "r", scope: "s" })));
    const next = record(2);
    const second = won(await store.compareAndSet("a", first, next));
    same(await store.get("a"), { version: second, record: next }, "after the second write");
  },

  "what a caller does to a record afterwards does not reach the store": async (store) => {
    const written = { ...record(1) };
    await store.compareAndSet("a", null, written);
    written.generation = 7;
    const read = found(await store.get("a")).record as { generation: number };
    same(read.generation, 1, "after the written object was changed");
    read.generation = 8;
    same(found(await store.get("a")).record.generation, 1, "after the read object was changed");
  },

  "each key has its own record": async (store) => {
    for (const [index, key] of KEYS.entries()) won(await store.compareAndSet(key, null, record(index)));
    for (const [index, key] of KEYS.entries()) {
      same((await store.get(key))?.record.generation, index, `the record of ${JSON.stringify(key)}`);
    }
  },

  "a write that expects no record is refused where there is one, and changes nothing": async (store) => {
    const version = won(await store.compareAndSet("a", null, record(1)));
    claim((await store.compareAndSet("a", null, record(2))) === false, "a record was overwritten");
    same(await store.get("a"), { version, record: record(1) }, "afterwards");
  },

  "a write that expects an older version is refused, and changes nothing": async (store) => {
    const first = won(await store.compareAndSet("a", null, record(1)));
    const second = won(await store.compareAndSet("a", first, record(2)));
    for (const stale of [first, `${second}0`, ""]) {
      claim((await store.compareAndSet("a", stale, record(3))) === false, "a newer record was overwritten");
    }
    same(await store.get("a"), { version: second, record: record(2) }, "afterwards");
  },

  "a version does not come back, not even with the same record": async (store) => {
    const versions = [won(await store.compareAndSet("a", null, record(1)))];
    for (const generation of [2, 1, 1]) {
      versions.push(won(await store.compareAndSet("a", versions.at(-1) ?? "", record(generation))));
    }
    same(new Set(versions).size, versions.length, "different versions");
  },

  "a subscriber hears that another instance wrote": async (store, place) => {
    if (store.subscribe === undefined) return;
    const other = await place.open();
    let version = won(await store.compareAndSet("a", null, record(1)));
    let stop = () => {};
    const over = new AbortController();
    const heard = new Promise<void>((resolve) => {
      stop = store.subscribe?.("a", resolve) ?? stop;
    });
    // Some platforms begin to listen a moment after they were asked to.
    const writing = (async () => {
      for (let write = 2; !over.signal.aborted; write += 1) {
        version = won(await other.compareAndSet("a", version, record(write)));
        await Promise.race([heard, pause(200)]);
      }
    })();
    try {
      await inTime(Promise.race([heard, writing]), "the notice");
    } finally {
      over.abort();
      stop();
      await writing;
    }
  },
};
