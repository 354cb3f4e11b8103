import assert from "node:assert/strict";
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import type { KeyStore, MacKeyRecord } from "../store/store.ts";
import { KeyRing, macOf } from "./key-ring.ts";
import { masterKey } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";

const DATA = Buffer.from("what a token says");
const master = masterKey(randomBytes(32));

/** A ring that has loaded these MAC keys. */
async function ringOf(
  mac: readonly Partial<MacKeyRecord>[],
  masterKeys: readonly [MasterKey, ...MasterKey[]] = [master],
): Promise<KeyRing> {
  const records = mac.map((key) => ({
    number: 1,
    masterKeyId: master.id,
    activeAt: 0,
    distrustedAt: null,
    ...key,
  }));
  const list = async () => ({ signing: [], mac: records, longestAccessTtl: 0 });
  const store: Pick<KeyStore, "list"> = { list };
  const ring = new KeyRing(store as KeyStore, masterKeys);
  await ring.load();
  return ring;
}

/** As the design says, by hand: HMAC-SHA-256 under a key derived per number, the first 16 bytes. */
function macByHand({ bytes }: MasterKey, number: number, data = DATA): Buffer {
  const key = Buffer.from(hkdfSync("sha256", bytes, "", `regrant refresh token mac ${number}`, 32));
  return createHmac("sha256", key).update(data).digest().subarray(0, 16);
}

test("a MAC is the truncated HMAC under the key of its number, and none other is believed", async () => {
  const ring = await ringOf([{ number: 7 }]);
  const mac = macOf(ring.macKeyAt(0).key, DATA);
  assert.deepEqual(mac, macByHand(master, 7));
  assert.equal(ring.verifyMac(7, DATA, mac), true);
  assert.equal(ring.verifyMac(8, DATA, mac), false);
  assert.equal(ring.verifyMac(7, Buffer.from("another token"), mac), false);
  for (let bit = 0; bit < 128; bit++) {
    const changed = Buffer.from(mac);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.equal(ring.verifyMac(7, DATA, changed), false);
  }
});

test("each number and each master key has its own key", () => {
  const other = masterKey(randomBytes(32));
  const macs = [0, 1, 2, 255].flatMap((number) => [macByHand(master, number), macByHand(other, number)]);
  assert.equal(new Set(macs.map((mac) => mac.toString("hex"))).size, 8);
});

test("a number that this store never saw is believed: a restored copy may lack the newest", async () => {
  const ring = await ringOf([{ number: 1 }]);
  assert.equal(ring.verifyMac(2, DATA, macByHand(master, 2)), true);
});

test("a distrusted number is believed no more, and seals no more", async () => {
  const ring = await ringOf([
    { number: 1 },
    { number: 2, activeAt: 10, distrustedAt: 20 },
    { number: 3, activeAt: 30 },
  ]);
  assert.equal(ring.verifyMac(2, DATA, macByHand(master, 2)), false);
  assert.equal(ring.verifyMac(1, DATA, macByHand(master, 1)), true);
  assert.deepEqual(
    [0, 10, 29, 30].map((instant) => ring.macKeyAt(instant).number),
    [1, 1, 1, 3],
  );
});

test("a MAC under a previous master key is believed while that key is configured", async () => {
  const newer = masterKey(randomBytes(32));
  const keys = [{ number: 1 }, { number: 2, masterKeyId: newer.id, activeAt: 10 }];
  const both = await ringOf(keys, [newer, master]);
  assert.equal(both.verifyMac(1, DATA, macByHand(master, 1)), true);
  assert.equal(both.verifyMac(2, DATA, macByHand(newer, 2)), true);
  assert.deepEqual([both.macKeyAt(0).number, both.macKeyAt(10).number], [1, 2]);
  const one = await ringOf(keys, [newer]);
  assert.equal(one.verifyMac(1, DATA, macByHand(master, 1)), false);
  assert.equal(one.verifyMac(2, DATA, macByHand(newer, 2)), true);
  assert.equal(one.macKeyAt(0).number, 2, "a retry from then is sealed with what there is");
});

test("the key in force is the one that became active last", async () => {
  const ring = await ringOf([
    { number: 1, activeAt: 100 },
    { number: 2, activeAt: 200 },
    { number: 3, activeAt: 300 },
  ]);
  const numbers = [0, 100, 199, 200, 299, 300, 1e15].map((instant) => ring.macKeyAt(instant).number);
  assert.deepEqual(numbers, [1, 1, 1, 2, 2, 3, 3]);
});

test("a ring without keys says so instead of sealing with nothing", async () => {
  const ring = await ringOf([]);
  assert.throws(() => ring.macKeyAt(0), { message: "the store has no key yet" });
  assert.throws(() => ring.signingKeyAt(0), { message: "the store has no key yet" });
});
