import type { TokenStore, Version } from "../types.ts";
import { inTime, same } from "./cases.ts";
import { found, record, won } from "./store-place.ts";
import type { Proof, StorePlace } from "./store-place.ts";

const WRITERS = 8;
const INCREMENTS = 6;

/** Of stores that are `atomic`. */
export const RACES: Record<string, Proof> = {
  "of several first writers at once exactly one wins": async (_store, place) => {
    const stores = await instances(place);
    const outcomes = await inTime(
      Promise.all(stores.map(async (store, index) => store.compareAndSet("a", null, record(index)))),
      "the first writes",
    );
    await assertOneWinner(outcomes, stores);
  },

  "of several writers that expect the same version exactly one wins": async (store, place) => {
    const stores = await instances(place);
    const version = won(await store.compareAndSet("a", null, record(99)));
    const outcomes = await inTime(
      Promise.all(stores.map(async (store, index) => store.compareAndSet("a", version, record(index)))),
      "the writes",
    );
    await assertOneWinner(outcomes, stores);
  },

  "no write is lost when several instances count in one record": async (store, place) => {
    won(await store.compareAndSet("a", null, record(0)));
    await inTime(Promise.all((await instances(place)).map(increment)), "the counting");
    same(found(await store.get("a")).record.generation, WRITERS * INCREMENTS, "the count");
  },
};

function instances(place: StorePlace): Promise<TokenStore[]> {
  return Promise.all(Array.from({ length: WRITERS }, async () => place.open()));
}

async function assertOneWinner(
  outcomes: readonly (Version | false)[],
  stores: readonly TokenStore[],
): Promise<void> {
  const winners = outcomes.flatMap((outcome, index) => (outcome === false ? [] : [index]));
  same(winners.length, 1, "winners");
  const [winner = 0] = winners;
  for (const store of stores) {
    const { version, record } = found(await store.get("a"));
    same([version, record.generation], [outcomes[winner], winner], "what every instance reads");
  }
}

async function increment(store: TokenStore): Promise<void> {
  for (let done = 0; done < INCREMENTS;) {
    const { version, record } = found(await store.get("a"));
    const next = { ...record, generation: record.generation + 1 };
    if ((await store.compareAndSet("a", version, next)) !== false) done += 1;
  }
}
