import type { TokenStore, Version } from "../types.ts";
import { equal, inTime } from "./contract-case.ts";
import { found, record, versionOf } from "./store-fixture.ts";
import type { StoreFixture, StoreTest } from "./store-fixture.ts";

const WRITERS = 8;
const INCREMENTS = 6;

/** Cases for stores that are `atomic`. */
export const RACES: Record<string, StoreTest> = {
  "of several concurrent first writes exactly one succeeds": async (_store, fixture) => {
    const stores = await instances(fixture);
    const outcomes = await inTime(
      Promise.all(stores.map(async (store, index) => store.compareAndSet("a", null, record(index)))),
      "the first writes",
    );
    await assertOneWinner(outcomes, stores);
  },

  "of several writes that expect the same version exactly one succeeds": async (store, fixture) => {
    const stores = await instances(fixture);
    const version = versionOf(await store.compareAndSet("a", null, record(99)));
    const outcomes = await inTime(
      Promise.all(stores.map(async (store, index) => store.compareAndSet("a", version, record(index)))),
      "the writes",
    );
    await assertOneWinner(outcomes, stores);
  },

  "no write is lost when several instances increment one record": async (store, fixture) => {
    versionOf(await store.compareAndSet("a", null, record(0)));
    await inTime(Promise.all((await instances(fixture)).map(increment)), "the counting");
    equal(found(await store.get("a")).record.generation, WRITERS * INCREMENTS, "the count");
  },
};

function instances(fixture: StoreFixture): Promise<TokenStore[]> {
  return Promise.all(Array.from({ length: WRITERS }, async () => fixture.open()));
}

async function assertOneWinner(
  outcomes: readonly (Version | false)[],
  stores: readonly TokenStore[],
): Promise<void> {
  const winners = outcomes.flatMap((outcome, index) => (outcome === false ? [] : [index]));
  equal(winners.length, 1, "winners");
  const [winner = 0] = winners;
  for (const store of stores) {
    const { version, record } = found(await store.get("a"));
    equal([version, record.generation], [outcomes[winner], winner], "what every instance reads");
  }
}

async function increment(store: TokenStore): Promise<void> {
  for (let done = 0; done < INCREMENTS;) {
    const { version, record } = found(await store.get("a"));
    const next = { ...record, generation: record.generation + 1 };
    if ((await store.compareAndSet("a", version, next)) !== false) done += 1;
  }
}
