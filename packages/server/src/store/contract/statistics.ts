import assert from "node:assert/strict";
import { grantStatus } from "../grant-status.ts";
import { ACTOR, granted } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, HOUR, newGrant, presentedToken } from "./fixtures.ts";

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
