import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { DAY, HOUR, POLICY, SECOND, WINDOW } from "./fixtures.ts";
import { rotationProperties } from "./rotation-properties.ts";
import { Holder, TableStore } from "./simulation.ts";
import type { Delivery } from "./simulation.ts";

interface Refresh {
  gap: number;
  holder: number;
  /** Requests within the window before the one that is answered. */
  lost: Delivery[];
}

const refreshes: fc.Arbitrary<Refresh[]> = fc.array(
  fc.record({
    gap: fc.integer({ min: WINDOW, max: 5 * HOUR }),
    holder: fc.nat(2),
    lost: fc.array(
      fc.constantFrom<Delivery>("crashed_before_commit", "crashed_after_commit", "response_lost"),
      {
        maxLength: 2,
      },
    ),
  }),
  { maxLength: 20 },
);

/** Every refresh is asked again until it is answered. */
async function run(
  store: TableStore,
  holders: readonly Holder[],
  history: readonly Refresh[],
): Promise<void> {
  for (const { gap, holder, lost } of history) {
    store.clock.at += gap;
    for (const delivery of lost) {
      await holders[holder]?.refresh(store, {}, delivery);
      store.clock.at += SECOND;
    }
    const result = await holders[holder]?.refresh(store);
    assert.ok(result !== undefined && "grant" in result, result?.outcome);
  }
}

describe("the decision table has the properties of rotation", () => {
  for (const [title, holds] of Object.entries(rotationProperties)) {
    test(title, () => holds(async () => new TableStore(), 1000));
  }

  test("a restored store recovers every holder of the newest token", async () => {
    const outage = fc.integer({ min: 0, max: DAY });
    const history = fc.tuple(refreshes, refreshes, outage, refreshes);
    const property = fc.asyncProperty(history, async ([before, since, outage, after]) => {
      const store = new TableStore();
      const holders = await Promise.all([0, 1, 2].map(async () => new Holder(await store.begin())));
      await run(store, holders, before);
      const backup = store.backup();
      await run(store, holders, since);
      await holders[0]?.refresh(store, {}, "response_lost");
      store.restore(backup);
      store.clock.at += outage;
      for (const holder of holders) {
        const { generation } = holder;
        const behind = (await store.grant(holder.grant.id)).generation < generation;
        const result = await holder.refresh(store);
        assert.equal(result?.outcome, behind ? "recovered" : "rotated");
        assert.equal(holder.generation, generation + 1);
      }
      await run(store, holders, after);
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  test("a copy older than the idle lifetime still recovers grants that were refreshed since", async () => {
    const store = new TableStore();
    const holder = new Holder(await store.begin());
    const backup = store.backup();
    for (let days = 0; days < 45; days += 9) {
      store.clock.at += 9 * DAY;
      await holder.refresh(store);
    }
    store.restore(backup);
    assert.ok(store.clock.at - holder.grant.lastUsedAt > POLICY.refreshIdleTtl * SECOND);
    assert.equal((await holder.refresh(store))?.outcome, "recovered");
    assert.equal(holder.generation, 6);
  });
});
