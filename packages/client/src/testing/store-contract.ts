import type { Awaitable } from "../types.ts";
import { check, equal, inTime, pause } from "./contract-case.ts";
import type { ContractCase } from "./contract-case.ts";
import { DAMAGE } from "./store-damage.ts";
import { found, record, versionOf } from "./store-fixture.ts";
import type { StoreFixture, StoreTest } from "./store-fixture.ts";
import { RACES } from "./store-races.ts";

/** Keys that an encoding may confuse with each other or with paths. */
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
  "k".repeat(300),
  `${"k".repeat(299)}l`,
];

/**
 * The client's requirements of a store. Run each case with any test runner:
 * `for (const { title, run } of storeContract(create)) test(title, run)`.
 *
 * @param create called once per case
 * @param options `atomic: false` omits the cases with concurrent writers
 */
export function storeContract(
  create: () => Awaitable<StoreFixture>,
  { atomic = true }: { readonly atomic?: boolean } = {},
): ContractCase[] {
  return Object.entries({ ...RECORDS, ...DAMAGE, ...(atomic ? RACES : {}) }).map(([title, test]) => ({
    title,
    run: async () => {
      const fixture = await create();
      try {
        await test(await fixture.open(), fixture);
      } finally {
        await fixture.close?.();
      }
    },
  }));
}

const RECORDS: Record<string, StoreTest> = {
  "a key that was never written has no record": async (store) => {
    check((await store.get("a")) === undefined, "a record was found");
    check((await store.compareAndSet("a", "1", record(1))) === false, "a missing record was replaced");
    check((await store.get("a")) === undefined, "a refused write left a record");
  },

  "a record is read as written, with the version that the write returned": async (store, fixture) => {
    const written = record(1, {
      accessToken: `"'\\ \u0000 \u2028 \u{1f511} ${"x".repeat(20_000)}`,
      intent: { id: "i", at: 1, until: 2 },
      refreshTokenExpiresAt: 2 ** 51,
      authorizationExpiresAt: 2 ** 52,
      startedAt: 1,
      retryWindow: 120_000,
      ended: { reason: "cleared", at: 2 ** 52 },
    });
    const version = await store.compareAndSet("a", null, written);
    check(typeof version === "string", "a first write was refused");
    equal(await store.get("a"), { version, record: written }, "the writer reads");
    equal(await (await fixture.open()).get("a"), { version, record: written }, "another instance reads");
  },

  "a record is replaced as a whole": async (store) => {
    const first = versionOf(
      await store.compareAndSet("a", null, record(1, { refreshToken: "r", scope: "s" })),
    );
    const next = record(2);
    const second = versionOf(await store.compareAndSet("a", first, next));
    equal(await store.get("a"), { version: second, record: next }, "after the second write");
  },

  "changing a record object afterwards does not change the store": async (store) => {
    const written = { ...record(1) };
    await store.compareAndSet("a", null, written);
    written.generation = 7;
    const read = found(await store.get("a")).record as { generation: number };
    equal(read.generation, 1, "after the written object was changed");
    read.generation = 8;
    equal(found(await store.get("a")).record.generation, 1, "after the read object was changed");
  },

  "each key has its own record": async (store) => {
    for (const [index, key] of KEYS.entries()) versionOf(await store.compareAndSet(key, null, record(index)));
    for (const [index, key] of KEYS.entries()) {
      equal((await store.get(key))?.record.generation, index, `the record of ${JSON.stringify(key)}`);
    }
  },

  "a write that expects no record is refused if there is one, and changes nothing": async (store) => {
    const version = versionOf(await store.compareAndSet("a", null, record(1)));
    check((await store.compareAndSet("a", null, record(2))) === false, "a record was overwritten");
    equal(await store.get("a"), { version, record: record(1) }, "afterwards");
  },

  "a write that expects an older version is refused, and changes nothing": async (store) => {
    const first = versionOf(await store.compareAndSet("a", null, record(1)));
    const second = versionOf(await store.compareAndSet("a", first, record(2)));
    for (const stale of [first, `${second}0`, ""]) {
      check((await store.compareAndSet("a", stale, record(3))) === false, "a newer record was overwritten");
    }
    equal(await store.get("a"), { version: second, record: record(2) }, "afterwards");
  },

  "a version is never reused, not even for an equal record": async (store) => {
    const versions = [versionOf(await store.compareAndSet("a", null, record(1)))];
    for (const generation of [2, 1, 1]) {
      versions.push(versionOf(await store.compareAndSet("a", versions.at(-1) ?? "", record(generation))));
    }
    equal(new Set(versions).size, versions.length, "different versions");
  },

  "a subscriber is notified when another instance writes": async (store, fixture) => {
    if (store.subscribe === undefined) return;
    const other = await fixture.open();
    let version = versionOf(await store.compareAndSet("a", null, record(1)));
    let stop = () => {};
    const over = new AbortController();
    const notified = new Promise<void>((resolve) => {
      stop = store.subscribe?.("a", resolve) ?? stop;
    });
    // Some platforms start to listen a moment after `subscribe`, so write until a notice arrives.
    const writing = (async () => {
      for (let write = 2; !over.signal.aborted; write += 1) {
        version = versionOf(await other.compareAndSet("a", version, record(write)));
        await Promise.race([notified, pause(200)]);
      }
    })();
    try {
      await inTime(Promise.race([notified, writing]), "the notice");
    } finally {
      over.abort();
      stop();
      await writing;
    }
  },
};
