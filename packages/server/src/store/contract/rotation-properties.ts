import assert from "node:assert/strict";
import * as fc from "fast-check";
import { WINDOW, presentedToken } from "./fixtures.ts";
import { decide } from "../decide.ts";
import { operations, outside, policy, requests } from "./arbitraries.ts";
import type { Operation } from "./arbitraries.ts";
import { Holder, RecentTokens } from "./simulation.ts";
import type { SimulatedStore } from "./simulation.ts";
import type { Grant, RotationPolicy, RotationResult } from "../store.ts";

/** Opens the store that one property runs against. Its histories may share it: each has its own grants. */
export type OpenSimulated = () => Promise<SimulatedStore>;

/** What holds for every history of refreshes; each runs `numRuns` random histories. */
export const rotationProperties: Record<string, (open: OpenSimulated, numRuns: number) => Promise<void>> = {
  "one token has one successor, every response has the head, and one generation is live": async (
    open,
    numRuns,
  ) => {
    const store = await open();
    const property = fc.asyncProperty(requests(4, 5), policy, async (history, policy) => {
      const grant = await store.begin();
      const holders = Array.from({ length: 4 }, () => new Holder(grant));
      const spent = new Set<number>();
      for (const { step, delivery, holder, back } of history) {
        store.clock.at += step;
        const asking = at(holders, holder);
        const presented = Math.max(0, asking.generation - back);
        if (back > 0) asking.generation = presented;
        const result = await asking.refresh(store, policy, delivery);
        if (result?.outcome === "rotated") {
          assert.ok(!spent.has(presented), `${presented} was rotated twice`);
          spent.add(presented);
        }
        await holdsHead(store, grant, result, policy);
      }
    });
    await fc.assert(property, { numRuns });
  },

  "no honest holder is refused inside the window, or with the head": async (open, numRuns) => {
    const store = await open();
    const property = fc.asyncProperty(requests(3, 0), policy, async (history, chosen) => {
      const grant = await store.begin();
      const policy = { ...chosen, concurrentUse: "report" } as const;
      const holders = Array.from({ length: 3 }, () => new Holder(grant));
      const recent = new RecentTokens(grant);
      let head = 0;
      for (const { step, delivery, holder } of history) {
        const now = (store.clock.at += step);
        const asking = at(holders, holder);
        const { generation } = asking;
        const result = await asking.refresh(store, policy, delivery);
        if (result === undefined) continue;
        if (generation === head || recent.isRecent(generation, now)) {
          assert.ok("grant" in result, `${result.outcome} at generation ${generation}, head ${head}`);
        }
        if (result.outcome === "rotated") {
          recent.rotated(generation, now);
          head = generation + 1;
        }
        if (result.outcome === "retried_late") recent.answeredLate(generation, now);
        if (result.outcome === "extended") recent.extended();
        if ((await store.grant(grant.id)).revokedAt !== null) return;
      }
    });
    await fc.assert(property, { numRuns });
  },

  "reuse revokes exactly its grant, and nothing else revokes one": async (open, numRuns) => {
    const store = await open();
    const property = fc.asyncProperty(requests(6, 4), policy, async (history, policy) => {
      const grants = [await store.begin(), await store.begin(), await store.begin()];
      const holders = [...grants, ...grants].map((grant) => new Holder(grant));
      for (const { step, delivery, holder, back } of history) {
        store.clock.at += step;
        const asking = at(holders, holder);
        asking.generation = Math.max(0, asking.generation - back);
        const before = await rows(store, grants);
        const result = await asking.refresh(store, policy, delivery);
        await revokesOnly(store, asking.grant, before, result, policy.reuse === "revoke");
      }
    });
    await fc.assert(property, { numRuns });
  },

  "a thief outside the victim's windows is detected within two refreshes of the victim": async (
    open,
    numRuns,
  ) => {
    const store = await open();
    // The victim before the theft, the victim before the thief's first refresh, then thief, victim, thief, victim, thief.
    const theft = [
      operations(0, 2),
      operations(1, 2),
      operations(1, 1),
      operations(0, 2),
      operations(1, 1),
      operations(1, 1),
    ] as const;
    const property = fc.asyncProperty(operations(0, 4), fc.tuple(...theft), async (life, theft) => {
      const victim = new Holder(await store.begin());
      for (const refresh of life) assert.ok(!(await isDetected(store, victim, refresh)), "the victim alone");
      const thief = new Holder(victim.grant, victim.generation);
      const turns = theft.flatMap((part, i) =>
        part.map((operation) => [i % 2 ? thief : victim, operation] as const),
      );
      for (const [holder, operation] of turns) {
        if (await isDetected(store, holder, operation)) return;
      }
      assert.fail("the thief went undetected");
    });
    await fc.assert(property, { numRuns });
  },

  "a thief inside the victim's windows is reported as concurrent use by the fifth window": async (
    open,
    numRuns,
  ) => {
    const store = await open();
    const round = fc.record({
      gap: outside,
      thiefFirst: fc.boolean(),
      pauses: fc.array(fc.integer({ min: 0, max: WINDOW / 4 - 1 }), { minLength: 1, maxLength: 4 }),
    });
    const property = fc.asyncProperty(fc.array(round, { minLength: 5, maxLength: 5 }), async (rounds) => {
      const victim = new Holder(await store.begin());
      const thief = new Holder(victim.grant);
      for (const { gap, thiefFirst, pauses } of rounds) {
        assert.ok(!(await store.events(victim.grant.id)).includes("grant.concurrent_use"), "too early");
        store.clock.at += gap;
        const [first, second] = thiefFirst ? [thief, victim] : [victim, thief];
        await first.refresh(store);
        for (const pause of pauses) {
          store.clock.at += pause;
          await second.refresh(store);
          await first.refresh(store);
        }
        await second.refresh(store);
      }
      const events = await store.events(victim.grant.id);
      assert.deepEqual(events, [...Array(4).fill("grant.retried"), "grant.concurrent_use"]);
    });
    await fc.assert(property, { numRuns });
  },
};

/** One refresh of a holder, repeated at once until a response arrives. True: one of the requests was `reused`. */
async function isDetected(
  store: SimulatedStore,
  holder: Holder,
  { gap, retries }: Operation,
): Promise<boolean> {
  store.clock.at += gap;
  for (const delivery of [...retries.filter((delivery) => delivery !== "delivered"), "delivered"] as const) {
    const result = await holder.refresh(store, {}, delivery);
    if (result?.outcome === "reused") {
      assert.notEqual((await store.grant(holder.grant.id)).revokedAt, null);
      return true;
    }
    assert.ok(result === undefined || "grant" in result, `refused as ${result?.outcome}`);
    store.clock.at += 1;
  }
  return false;
}

/** The response has the head, and of all generations up to it only the head is live. */
async function holdsHead(
  store: SimulatedStore,
  grant: Grant,
  result: RotationResult | undefined,
  policy: Partial<RotationPolicy>,
): Promise<void> {
  const row = await store.grant(grant.id);
  if (result !== undefined && "grant" in result) assert.deepEqual(result.grant, row);
  const live = [];
  for (let generation = 0; generation <= row.generation; generation += 1) {
    const { outcome } = decide(row, presentedToken(grant, generation, policy), store.clock.now());
    if (outcome === "rotated" || outcome === "extended") live.push(generation);
  }
  assert.deepEqual(live, row.revokedAt === null ? [row.generation] : []);
}

function rows(store: SimulatedStore, grants: readonly Grant[]): Promise<Grant[]> {
  return Promise.all(grants.map((grant) => store.grant(grant.id)));
}

/** Of `before`, only `asked` may have changed, and it is revoked if and only if the outcome says so. */
async function revokesOnly(
  store: SimulatedStore,
  asked: Grant,
  before: readonly Grant[],
  result: RotationResult | undefined,
  reuseRevokes: boolean,
): Promise<void> {
  const outcome = result?.outcome;
  for (const was of before) {
    const is = await store.grant(was.id);
    if (was.id !== asked.id) {
      assert.deepEqual(is, was);
    } else if (was.revokedAt !== null) {
      assert.deepEqual(is, was);
      assert.ok(outcome === "revoked" || outcome === undefined);
    } else if ((outcome === "reused" && reuseRevokes) || outcome === "concurrent_use") {
      assert.deepEqual(is, { ...was, revokedAt: store.clock.now(), revokedReason: outcome });
    } else {
      assert.equal(is.revokedAt, null);
    }
  }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
