import assert from "node:assert/strict";
import type { SigningKeyRecord } from "../store.ts";
import { ACTOR } from "./bench.ts";
import type { Cases } from "./bench.ts";
import { DAY, START } from "./fixtures.ts";

function signingKey(kid: string, changes: Partial<SigningKeyRecord> = {}): SigningKeyRecord {
  return {
    kid,
    algorithm: "ES256",
    publicJwk: JSON.stringify({ kid }),
    sealedPrivateKey: Buffer.from(`sealed ${kid}`),
    createdAt: START,
    activeAt: START,
    ...changes,
  };
}

const MAC_KEY = { number: 1, masterKeyId: "master", activeAt: START };

export const keyCases: Cases = {
  "a new store has no keys": async ({ store }) => {
    const { signing, mac } = await store.keys.list();
    assert.deepEqual([signing, mac], [[], []]);
  },

  "a signing key is added only after the one that is known to be the newest": async (bench) => {
    const { keys } = bench.store;
    const [first, second] = [
      signingKey("k1"),
      signingKey("k2", { activeAt: START + DAY, algorithm: "RS256" }),
    ];
    assert.equal(await keys.addSigningKey(first, undefined, ACTOR), true);
    assert.equal(await keys.addSigningKey(signingKey("x"), undefined, ACTOR), false);
    assert.equal(await keys.addSigningKey(signingKey("x"), "k0", ACTOR), false);
    assert.equal(await keys.addSigningKey(second, "k1", ACTOR), true);
    assert.equal(await keys.addSigningKey(signingKey("x"), "k1", ACTOR), false);
    assert.deepEqual((await keys.list()).signing, [first, second]);
    const created = (await bench.store.events.list({ type: "key.created" }, 10)).map(
      ({ data }) => data["kid"],
    );
    assert.deepEqual(created, ["k1", "k2"]);
    assert.ok(!JSON.stringify(bench.told).includes("sealed"), "no event holds a key");
  },

  "of signing keys added at once after the same one, one is added": async ({ store: { keys } }) => {
    const kids = ["a", "b", "c", "d"];
    const added = await Promise.all(kids.map((kid) => keys.addSigningKey(signingKey(kid), undefined, ACTOR)));
    assert.equal(added.filter(Boolean).length, 1);
    assert.equal((await keys.list()).signing.length, 1);
  },

  "a key is resealed and removed alone": async ({ store: { keys } }) => {
    await keys.addSigningKey(signingKey("k1"), undefined, ACTOR);
    const second = signingKey("k2", { activeAt: START + DAY });
    await keys.addSigningKey(second, "k1", ACTOR);
    await keys.resealSigningKey("k1", Buffer.from("resealed"));
    const resealed = signingKey("k1", { sealedPrivateKey: Buffer.from("resealed") });
    assert.deepEqual((await keys.list()).signing, [resealed, second]);
    await keys.removeSigningKey("k1");
    assert.deepEqual((await keys.list()).signing, [second]);
    await keys.removeSigningKey("k1");
  },

  "a distrusted signing key is removed once, with an event": async (bench) => {
    const { keys } = bench.store;
    await keys.addSigningKey(signingKey("k1"), undefined, ACTOR);
    assert.equal(await keys.removeSigningKey("k1", ACTOR), true);
    const { type, data } = await bench.lastEvent();
    assert.deepEqual([type, data], ["key.distrusted", { kid: "k1", actor: ACTOR }]);
    assert.equal(await keys.removeSigningKey("k1", ACTOR), false);
    assert.deepEqual((await keys.list()).signing, []);
  },

  "a MAC key's number is given once": async ({ store: { keys } }) => {
    const added = await Promise.all([
      keys.addMacKey(MAC_KEY, ACTOR),
      keys.addMacKey({ ...MAC_KEY, masterKeyId: "other" }, ACTOR),
      keys.addMacKey({ ...MAC_KEY, number: 2 }, ACTOR),
    ]);
    assert.deepEqual(added, [true, false, true]);
    const { mac } = await keys.list();
    assert.deepEqual(mac, [
      { ...MAC_KEY, distrustedAt: null },
      { ...MAC_KEY, number: 2, distrustedAt: null },
    ]);
  },

  "a MAC key is distrusted once, with an event": async (bench) => {
    const { keys } = bench.store;
    await keys.addMacKey(MAC_KEY, ACTOR);
    await keys.addMacKey({ ...MAC_KEY, number: 2 }, ACTOR);
    bench.clock.at += DAY;
    assert.equal(await keys.distrustMacKey(1, "master", ACTOR), true);
    assert.equal((await bench.lastEvent()).type, "key.distrusted");
    const distrustedAt = bench.clock.at;
    bench.clock.at += DAY;
    assert.equal(await keys.distrustMacKey(1, "master", ACTOR), false);
    const { mac } = await keys.list();
    assert.deepEqual(
      mac.map((key) => key.distrustedAt),
      [distrustedAt, null],
    );
  },

  "the longest access-token lifetime is the longest that any client ever had": async (bench) => {
    const longest = async (): Promise<number> => (await bench.store.keys.list()).longestAccessTtl;
    const client = await bench.client({ accessTtl: 600 });
    await bench.client({ accessTtl: 7200 });
    assert.equal(await longest(), 7200);
    await bench.store.clients.update(client.id, { accessTtl: 9000 }, ACTOR);
    assert.equal(await longest(), 9000);
    await bench.store.clients.update(client.id, { accessTtl: 60 }, ACTOR);
    assert.equal(await longest(), 9000, "tokens of that lifetime may still be about");
  },
};
