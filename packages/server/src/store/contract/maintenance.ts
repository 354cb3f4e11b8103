import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Client, Grant, Store } from "../store.ts";
import { ACTOR, found, within } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { bareEvent, DAY, digest, HOUR, POLICY, presentedToken, SECOND, START } from "./fixtures.ts";

/** How long a grant is kept after its end, ms. */
const KEPT = 7 * DAY;

const YEARS = 1000 * 86_400;

/** Sweeps until every grant was examined. Returns rows removed. */
async function sweepAll(store: Store, limit = 10): Promise<number> {
  let removed = 0;
  for (let calls = 0; ; calls += 1) {
    assert.ok(calls < 100, "the sweep does not end");
    const swept = await store.sweep({ limit, eventRetention: YEARS });
    removed += swept.removed;
    if (swept.done) return removed;
  }
}

/** The instant from which nothing of the grant is answered. */
function deathOf(grant: Grant, client: Client | undefined): number {
  const grantsRevokedAt = client?.grantsRevokedAt ?? null;
  const refreshIdleTtl = client?.refreshIdleTtl ?? POLICY.refreshIdleTtl;
  const ended = [
    grant.revokedAt,
    grantsRevokedAt !== null && grant.createdAt <= grantsRevokedAt ? grantsRevokedAt : null,
  ];
  const idle = grant.lastUsedAt + refreshIdleTtl * SECOND;
  return Math.min(...ended.map((at) => at ?? Infinity), grant.expiresAt, idle);
}

/** Keeps until 7 days after `die`, and no longer. */
async function isKeptForAWeek(bench: Bench, grant: Grant, diesAt: number): Promise<void> {
  bench.clock.at = diesAt + KEPT - 1;
  await sweepAll(bench.store);
  assert.notEqual(await bench.store.grants.find(grant.id), undefined, "removed too early");
  bench.clock.at = diesAt + KEPT;
  await sweepAll(bench.store);
  assert.equal(await bench.store.grants.find(grant.id), undefined, "kept too long");
}

async function tellsWatcher(store: Store, change: () => Promise<unknown>): Promise<void> {
  let stop = (): void => {};
  const told = new Promise<void>((resolve) => (stop = store.watch(resolve)));
  try {
    await Promise.all([change(), within(SECOND, told)]);
  } finally {
    stop();
  }
}

export const maintenanceCases: Cases = {
  "a revoked grant is kept for a week": async (bench) => {
    const grant = await bench.grant();
    bench.clock.at += DAY;
    await bench.store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
    await isKeptForAWeek(bench, grant, bench.clock.at);
  },

  "a grant whose absolute lifetime is over is kept for a week": async (bench) => {
    const grant = await bench.grant(undefined, { maxTtl: 3600 });
    await isKeptForAWeek(bench, grant, grant.expiresAt);
  },

  "a grant whose idle lifetime is over, as its client has it now, is kept for a week": async (bench) => {
    const client = await bench.client({ refreshIdleTtl: 60 });
    const grant = await bench.grant(client.id);
    await bench.store.clients.update(client.id, { refreshIdleTtl: 3600 }, ACTOR);
    bench.clock.at += HOUR / 2;
    await bench.refresh(grant, 0, { refreshIdleTtl: 3600 });
    await isKeptForAWeek(bench, grant, bench.clock.at + HOUR);
  },

  "whatever the texts of a client hold, its grants are swept by its own idle lifetime": async (bench) => {
    const texts = { name: `"refreshIdleTtl":1,`, clientUri: "https://client.example/\u0000\ud800" };
    const client = await bench.client({ ...texts, refreshIdleTtl: 3600 });
    await isKeptForAWeek(bench, await bench.grant(client.id), bench.clock.at + HOUR);
  },

  "a grant of a disabled or deleted client is kept for a week": async (bench) => {
    for (const end of ["disable", "delete"] as const) {
      const grant = await bench.grant();
      bench.clock.at += DAY;
      await bench.store.clients[end](grant.clientId, ACTOR);
      await isKeptForAWeek(bench, grant, bench.clock.at);
    }
  },

  "a sweep removes all that died a week ago and nothing that lives": async (bench) => {
    const clients = await Promise.all([
      bench.client({ refreshIdleTtl: 3 * 86_400 }),
      bench.client({ refreshIdleTtl: 20 * 86_400 }),
    ]);
    const life = fc.record({
      client: fc.nat(1),
      maxTtl: fc.integer({ min: 1, max: 40 * 86_400 }),
      bornAfter: fc.integer({ min: 0, max: 2 * DAY }),
      usedAfter: fc.option(fc.integer({ min: 0, max: 4 * DAY })),
      revoked: fc.boolean(),
    });
    const lives = fc.array(life, { minLength: 1, maxLength: 12 });
    const wait = fc.integer({ min: 0, max: 30 * DAY });
    const property = fc.asyncProperty(
      lives,
      wait,
      fc.integer({ min: 1, max: 5 }),
      async (lives, wait, limit) => {
        const rows: Grant[] = [];
        for (const { client, maxTtl, bornAfter, usedAfter, revoked } of lives) {
          bench.clock.at += bornAfter;
          const grant = await bench.grant(clients[client]?.id, { maxTtl });
          bench.clock.at += usedAfter ?? 0;
          if (usedAfter !== null) await bench.store.grants.rotate(presentedToken(grant, 0));
          if (revoked) await bench.store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
          rows.push(found(await bench.store.grants.find(grant.id)));
        }
        const now = (bench.clock.at += wait);
        await sweepAll(bench.store, limit);
        for (const row of rows) {
          const client = clients.find(({ id }) => id === row.clientId);
          const kept = deathOf(row, client) + KEPT > now;
          assert.deepEqual(await bench.store.grants.find(row.id), kept ? row : undefined);
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
  },

  "one call removes as many as its limit at most": async (bench) => {
    const { id } = await bench.client();
    for (let i = 0; i < 5; i += 1) await bench.grant(id, { maxTtl: 1 });
    bench.clock.at += SECOND + KEPT;
    const { removed } = await bench.store.sweep({ limit: 2, eventRetention: YEARS });
    assert.ok(removed <= 2);
    assert.ok((await bench.store.grants.list({}, { limit: 10 })).length >= 3);
    assert.equal(removed + (await sweepAll(bench.store, 2)), 5);
  },

  "events are kept for their retention": async (bench) => {
    await bench.store.events.record(bareEvent("store.restored"));
    bench.clock.at += HOUR;
    await bench.store.events.record(bareEvent("client.refused"));
    const sweep = (): Promise<{ removed: number }> => bench.store.sweep({ limit: 100, eventRetention: 7200 });
    bench.clock.at = START + 2 * HOUR - 1;
    assert.equal((await sweep()).removed, 0);
    bench.clock.at = START + 2 * HOUR;
    assert.equal((await sweep()).removed, 1);
    assert.deepEqual(await bench.eventTypes(), ["client.refused"]);
  },

  "refreshes go on while the store is swept": async (bench) => {
    const { id } = await bench.client();
    const grants = await Promise.all(Array.from({ length: 20 }, () => bench.grant(id)));
    bench.clock.at += DAY;
    const refreshes = grants.map(async (grant) => {
      for (let generation = 0; generation < 5; generation += 1) {
        assert.equal((await bench.store.grants.rotate(presentedToken(grant, generation))).outcome, "rotated");
      }
    });
    await Promise.all([...refreshes, sweepAll(bench.store, 3), sweepAll(bench.store, 3)]);
    assert.equal((await bench.store.grants.list({}, { limit: 100 })).length, 20);
  },

  "whoever watches is told of every change of clients and keys": async (bench) => {
    const { store } = bench;
    const { id } = await bench.client();
    const { clients, keys } = store;
    const key = {
      algorithm: "ES256",
      publicJwk: "{}",
      sealedPrivateKey: digest(),
      createdAt: START,
      activeAt: START,
    } as const;
    await tellsWatcher(store, () => bench.client());
    await tellsWatcher(store, () => clients.update(id, { name: "Renamed" }, ACTOR));
    await tellsWatcher(store, () => clients.rotateSecret(id, digest(), 0, ACTOR));
    await tellsWatcher(store, () => clients.disable(id, ACTOR));
    await tellsWatcher(store, () => clients.enable(id, ACTOR));
    await tellsWatcher(store, () => clients.delete(id, ACTOR));
    await tellsWatcher(store, () => keys.addSigningKey({ ...key, kid: "k1" }, undefined, ACTOR));
    await tellsWatcher(store, () => keys.removeSigningKey("k1"));
    await tellsWatcher(store, () => keys.addMacKey({ number: 1, masterKeyId: "m", activeAt: START }, ACTOR));
    await tellsWatcher(store, () => keys.distrustMacKey(1, "m", ACTOR));
  },

  "whoever stopped watching is told nothing": async (bench) => {
    let told = 0;
    bench.store.watch(() => (told += 1))();
    await tellsWatcher(bench.store, () => bench.client());
    assert.equal(told, 0);
  },

  "the store's clock is the one it was given": async ({ store, clock }) => {
    clock.at += 12_345;
    assert.equal(store.now(), clock.at);
  },

  "a store that can be written to answers a ping, a closed one does not": async ({ store }) => {
    await store.ping();
    await store.close();
    await assert.rejects(store.ping());
  },

  "closing finishes what is queued and refuses what comes after": async (bench) => {
    const grant = await bench.grant();
    bench.clock.at += HOUR;
    const queued = Array.from({ length: 20 }, () => bench.store.grants.rotate(presentedToken(grant, 0)));
    const closed = bench.store.close();
    for (const result of await Promise.all(queued)) assert.ok("grant" in result);
    await closed;
    await assert.rejects(bench.store.grants.rotate(presentedToken(grant, 1)));
    await bench.store.close();
  },
};
