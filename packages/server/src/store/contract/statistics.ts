import assert from "node:assert/strict";
import { grantStatus } from "../grant-status.ts";
import { ACTOR, granted } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, HOUR, newGrant, presentedToken, SECOND } from "./fixtures.ts";

/** Sweeps to the end, a few grants a slice. */
async function sweepAll({ store }: Bench): Promise<void> {
  for (let done = false; !done;) ({ done } = await store.sweep({ limit: 3, eventRetention: 86_400_000 }));
}

/** How many grants are active now, from the rows themselves. */
async function activeNow({ store, clock }: Bench): Promise<number> {
  let active = 0;
  for (const grant of await store.grants.list({}, { limit: 1000 })) {
    const client = await store.clients.find(grant.clientId);
    if (grantStatus(grant, client, clock.at).state === "active") active += 1;
  }
  return active;
}

/** What the metrics ask of a store. */
export const statisticsCases: Cases = {
  "active grants are not counted before the first whole sweep": async (bench) => {
    assert.equal((await bench.store.statistics()).activeGrants, null);
    for (let i = 0; i < 4; i += 1) await bench.grant();
    assert.equal((await bench.store.sweep({ limit: 3, eventRetention: 86_400 })).done, false);
    assert.equal((await bench.store.statistics()).activeGrants, null);
    await sweepAll(bench);
    assert.deepEqual((await bench.store.statistics()).activeGrants, { count: 4, countedAt: bench.clock.at });
  },

  "each whole sweep counts the grants that `grantStatus` calls active": async (bench) => {
    const { store, clock } = bench;
    const [brief, kept, disabled, deleted] = await Promise.all([
      bench.client({ refreshIdleTtl: 3600 }),
      bench.client(),
      bench.client(),
      bench.client(),
    ]);
    for (const { id } of [brief, kept, disabled, deleted]) {
      for (let i = 0; i < 3; i += 1) await bench.grant(id, { maxTtl: 86_400 * (i + 1) });
    }
    const revoked = await bench.grant(kept.id);
    const counts: number[] = [];
    const sweepAndCompare = async () => {
      await sweepAll(bench);
      const { activeGrants } = await store.statistics();
      assert.deepEqual(activeGrants, { count: await activeNow(bench), countedAt: clock.at });
      counts.push(activeGrants?.count ?? -1);
    };
    await sweepAndCompare();
    await store.grants.revoke(revoked.id, "revoked_by_operator", ACTOR);
    await sweepAndCompare();
    await store.clients.disable(disabled.id, ACTOR);
    await store.clients.delete(deleted.id, ACTOR);
    await sweepAndCompare();
    clock.at += HOUR;
    await sweepAndCompare();
    clock.at += DAY;
    await sweepAndCompare();
    clock.at += 30 * DAY;
    await sweepAndCompare();
    assert.deepEqual(counts, [13, 12, 6, 3, 2, 0]);
  },

  "a sweep counts, for each of seven days, the active grants whose lifetimes end then": async (bench) => {
    const { store, clock } = bench;
    const today = Math.floor(clock.at / DAY) * DAY;
    const untilNoon = (days: number) => (today + days * DAY + DAY / 2 - clock.at) / SECOND;
    assert.deepEqual((await store.statistics()).ending, []);
    const brief = await bench.client({ refreshIdleTtl: untilNoon(2) });
    const long = await bench.client({ refreshIdleTtl: 90 * 86_400 });
    for (const days of [1, 1, 3, 6, 7, 40]) await bench.grant(long.id, { maxTtl: untilNoon(days) });
    for (const days of [6, 40]) await bench.grant(brief.id, { maxTtl: untilNoon(days) });
    const revoked = await bench.grant(long.id, { maxTtl: untilNoon(1) });
    await store.grants.revoke(revoked.id, "revoked_by_operator", ACTOR);
    await sweepAll(bench);
    const { ending, activeGrants } = await store.statistics();
    assert.equal(activeGrants?.count, 8);
    const counts = [0, 2, 0, 1, 0, 0, 2].map((count, i) => {
      return { day: today + i * DAY, count, idle: i === 2 ? 2 : 0 };
    });
    assert.deepEqual(ending, counts);
    clock.at += DAY;
    await sweepAll(bench);
    const next = (await store.statistics()).ending;
    assert.deepEqual(next[0], { day: today + DAY, count: 2, idle: 0 });
    assert.deepEqual(next[6], { day: today + 7 * DAY, count: 1, idle: 0 });
  },

  "counts of activity add up within an hour, and are swept after 400 days": async (bench) => {
    const { activity } = bench.store;
    const hour = Math.floor(bench.clock.at / HOUR) * HOUR;
    const add = (...counts: [name: string, count: number][]) =>
      activity.add(counts.map(([name, count]) => ({ name, count })));
    await Promise.all([
      add(["refresh.rotated", 3], ["refusal.expired", 1]),
      add(["refusal.expired", 4], ["refresh.rotated", 5]),
      ...Array.from({ length: 10 }, () => add(["event.grant.reused", 1])),
    ]);
    bench.clock.at = hour + HOUR;
    await add(["refresh.rotated", 1]);
    const list = async (since: number) =>
      (await activity.list(since))
        .map((each) => [each.hour - hour, each.name, each.count] as const)
        .toSorted(([a, x], [b, y]) => a - b || x.localeCompare(y));
    assert.deepEqual(await list(hour), [
      [0, "event.grant.reused", 10],
      [0, "refresh.rotated", 8],
      [0, "refusal.expired", 5],
      [HOUR, "refresh.rotated", 1],
    ]);
    assert.deepEqual(await list(hour + 1), [[HOUR, "refresh.rotated", 1]]);
    bench.clock.at = hour + 400 * DAY + HOUR;
    await sweepAll(bench);
    assert.deepEqual(await list(0), [[HOUR, "refresh.rotated", 1]]);
  },

  "a slice that shares its transaction with a write that fails is examined and counted once": async (
    bench,
  ) => {
    const { store, clock } = bench;
    const client = await bench.client();
    for (let i = 0; i < 3; i += 1) await bench.grant(client.id, { maxTtl: 3600 });
    clock.at += 8 * DAY;
    const grant = newGrant(client.id);
    await granted(store, grant);
    const [swept, again] = await Promise.allSettled([
      store.sweep({ limit: 100, eventRetention: 86_400_000 }),
      store.grants.create(grant),
    ]);
    assert.equal(again.status, "rejected");
    assert.ok(swept.status === "fulfilled");
    assert.equal(swept.value.removed, 3);
    await sweepAll(bench);
    assert.equal((await store.statistics()).activeGrants?.count, 1);
  },

  "the size of the database is known": async ({ store }) => {
    assert.ok((await store.statistics()).bytes > 10_000);
  },

  "operations are in flight until they resolve": async (bench) => {
    const { store } = bench;
    const grants = [await bench.grant(), await bench.grant(), await bench.grant()];
    assert.equal(store.load().operations, 0);
    const rotations = grants.map((grant) => store.grants.rotate(presentedToken(grant, 0)));
    assert.equal(store.load().operations, 3);
    await Promise.all(rotations);
    assert.equal(store.load().operations, 0);
  },

  "no pool has more connections than it may": async (bench) => {
    const { store } = bench;
    const used: number[] = [];
    const look = () => {
      for (const { name, idle, pending, max, ...pool } of store.load().pools) {
        assert.ok(pool.used >= 0 && idle >= 0 && pending >= 0 && pool.used + idle <= max, name);
        used.push(pool.used);
      }
    };
    const clients = Array.from({ length: 20 }, () => bench.client());
    look();
    await Promise.all(clients.map((client) => client.then(look)));
    assert.ok(used.length === 0 || used.some((count) => count > 0));
    for (const { name, used: left, pending } of store.load().pools)
      assert.deepEqual([left, pending], [0, 0], name);
  },
};
