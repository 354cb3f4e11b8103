import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { Clock, DAY, HOUR, newClient, SECOND, START } from "../store/contract/fixtures.ts";
import { openSqliteStore } from "../store/sqlite/engine.ts";
import type { Store } from "../store/store.ts";
import { KeyRing } from "./key-ring.ts";
import { masterKey } from "./master-key.ts";
import type { MasterKey } from "./master-key.ts";
import { distrustSigningKey, maintainKeys, rotateMacKey, rotateSigningKey } from "./rotation.ts";
import type { KeyRotationOptions } from "./rotation.ts";

const OPTIONS: KeyRotationOptions = {
  algorithm: "EdDSA",
  jwksMaxAge: 300,
  signingKeyMaxAge: (90 * DAY) / SECOND,
  macKeyMaxAge: (365 * DAY) / SECOND,
};
/** The JWKS cache time, and the seconds in which every process learns of a key. */
const PUBLISHED_FIRST = 305 * SECOND;

const stores: Store[] = [];
after(() => Promise.all(stores.map((store) => store.close())));

interface Ring {
  store: Store;
  keys: KeyRing;
  clock: Clock;
}

/** A ring on a store of its own, not yet maintained. */
async function newRing(master = masterKey(randomBytes(32))): Promise<Ring> {
  const clock = new Clock();
  const store = await openSqliteStore(":memory:", { now: clock.now });
  stores.push(store);
  return { store, clock, keys: new KeyRing(store.keys, [master]) };
}

/** The same store, seen by another program or after a restart. */
function sameStore(
  ring: Ring,
  masterKeys: readonly [MasterKey, ...MasterKey[]] = ring.keys.masterKeys,
): Ring {
  return { ...ring, keys: new KeyRing(ring.store.keys, masterKeys) };
}

async function maintained(options: Partial<KeyRotationOptions> = {}, accessTtl = 3600): Promise<Ring> {
  const ring = await newRing();
  await ring.store.clients.create(newClient({ accessTtl }), "test");
  await maintainKeys(ring, { ...OPTIONS, ...options });
  return ring;
}

function kids({ keys }: Ring): string[] {
  return keys.published.map(({ kid }) => kid);
}

function kidAt({ keys }: Ring, instant: number): string {
  return keys.signingKeyAt(instant).kid;
}

async function createdKeys({ store }: Ring) {
  const events = await store.events.list({ type: "key.created" }, 100);
  return events.map(({ data }) => data);
}

test("the first start makes one signing key and one MAC key, in force at once, and a second start none", async () => {
  const ring = await maintained();
  await maintainKeys(ring, OPTIONS);
  await maintainKeys(sameStore(ring), OPTIONS);
  assert.equal(ring.keys.published.length, 1);
  assert.deepEqual([ring.keys.signingKeyAt(START).activeAt, ring.keys.macKeyAt(START).number], [START, 1]);
  assert.deepEqual(await createdKeys(ring), [
    { kid: kids(ring)[0], algorithm: "EdDSA", active_at: START, actor: "age" },
    { mac_key: 1, active_at: START, actor: "age" },
  ]);
});

test("the next signing key is published before it signs, longer than the JWKS may be cached", async () => {
  const ring = await maintained();
  const [first] = kids(ring);
  const due = START + 90 * DAY;
  ring.clock.at = due - PUBLISHED_FIRST - 1;
  await maintainKeys(ring, OPTIONS);
  assert.deepEqual(kids(ring), [first]);
  ring.clock.at += 1;
  await maintainKeys(ring, OPTIONS);
  const [, second] = kids(ring);
  assert.equal(ring.keys.published.length, 2);
  assert.equal(kidAt(ring, due - 1), first);
  assert.equal(kidAt(ring, due), second);
  await maintainKeys(ring, OPTIONS);
  assert.equal(ring.keys.published.length, 2, "and it is made once");
});

test("after a pause of any length, a new key is still published before it signs", async () => {
  const ring = await maintained();
  const [first] = kids(ring);
  ring.clock.at = START + 1000 * DAY;
  await maintainKeys(ring, OPTIONS);
  assert.equal(kidAt(ring, ring.clock.at + PUBLISHED_FIRST - 1), first);
  assert.notEqual(kidAt(ring, ring.clock.at + PUBLISHED_FIRST), first);
});

test("a retired key stays published until the last token that it may have signed has expired", async () => {
  const ring = await maintained({}, 7200);
  const [first] = kids(ring);
  const second = await rotateSigningKey(ring, OPTIONS, "operator");
  const retired = START + PUBLISHED_FIRST;
  assert.equal(kidAt(ring, retired), second);
  ring.clock.at = retired + 2 * HOUR;
  await maintainKeys(ring, OPTIONS);
  assert.deepEqual(kids(ring), [first, second]);
  ring.clock.at += 1;
  await maintainKeys(ring, OPTIONS);
  assert.deepEqual(kids(ring), [second]);
});

test("a client whose lifetime was shortened does not shorten what was promised to its old tokens", async () => {
  const ring = await maintained();
  const long = newClient({ accessTtl: (10 * DAY) / SECOND, refreshIdleTtl: (20 * DAY) / SECOND });
  await ring.store.clients.create(long, "test");
  await ring.store.clients.update(long.id, { accessTtl: 60 }, "test");
  await rotateSigningKey(ring, OPTIONS, "operator");
  ring.clock.at += 10 * DAY;
  await maintainKeys(ring, OPTIONS);
  assert.equal(ring.keys.published.length, 2);
});

test("rotating again before the next key signs makes one that signs after it", async () => {
  const ring = await maintained();
  const [first] = kids(ring);
  const second = await rotateSigningKey(ring, OPTIONS, "operator");
  ring.clock.at += SECOND;
  const third = await rotateSigningKey(ring, OPTIONS, "operator");
  assert.deepEqual(kids(ring), [first, second, third]);
  const signs = [0, 304, 305, 609, 610].map((seconds) => kidAt(ring, START + seconds * SECOND));
  assert.deepEqual(signs, [first, first, second, second, third]);
});

test("a change of algorithm is a rotation, and older keys stay for their tokens", async () => {
  const ring = await maintained();
  await maintainKeys(ring, { ...OPTIONS, algorithm: "ES256" });
  await maintainKeys(ring, { ...OPTIONS, algorithm: "ES256" });
  assert.deepEqual(
    ring.keys.published.map(({ algorithm }) => algorithm),
    ["EdDSA", "ES256"],
  );
  assert.equal(ring.keys.signingKeyAt(START).algorithm, "EdDSA");
  assert.equal(ring.keys.signingKeyAt(START + PUBLISHED_FIRST).algorithm, "ES256");
});

test("two programs that rotate at once make one key, and one of them learns that it did not", async () => {
  const ring = await newRing();
  const other = sameStore(ring);
  await Promise.all([maintainKeys(ring, OPTIONS), maintainKeys(other, OPTIONS)]);
  assert.equal(ring.keys.published.length, 1);
  assert.deepEqual(kids(other), kids(ring));
  const signing = await Promise.all([
    rotateSigningKey(ring, OPTIONS, "a"),
    rotateSigningKey(other, OPTIONS, "b"),
  ]);
  assert.equal(signing.filter((kid) => kid !== undefined).length, 1);
  const mac = await Promise.all([rotateMacKey(ring, "a"), rotateMacKey(other, "b")]);
  assert.deepEqual(
    mac.toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    [2, undefined],
  );
  assert.equal((await createdKeys(ring)).length, 4);
});

test("a MAC key takes over by age, seconds after every program could know it, and old MACs stay good", async () => {
  const ring = await maintained();
  const first = ring.keys.macKeyAt(START);
  ring.clock.at = START + 365 * DAY - 1;
  await maintainKeys(ring, OPTIONS);
  assert.equal(ring.keys.macKeyAt(ring.clock.at + DAY).number, 1);
  ring.clock.at += 1;
  await maintainKeys(ring, OPTIONS);
  await maintainKeys(ring, OPTIONS);
  assert.equal(ring.keys.macKeyAt(ring.clock.at + 5 * SECOND - 1).number, 1);
  assert.equal(ring.keys.macKeyAt(ring.clock.at + 5 * SECOND).number, 2);
  assert.equal(ring.keys.macKeyAt(START).number, first.number, "a retry is sealed as its rotation was");
});

test("the 255 numbers of MAC keys can be used up, and then the last one stays", async () => {
  const ring = await maintained();
  const masterKeyId = ring.keys.masterKeys[0].id;
  await ring.store.keys.addMacKey({ number: 255, masterKeyId, activeAt: START }, "test");
  await assert.rejects(rotateMacKey(ring, "operator"), { message: /255 MAC keys have been used/ });
  await ring.keys.load();
  assert.equal(ring.keys.macKeyAt(START).number, 255);
});

test("a program whose MAC keys are used up and old still starts and keeps its keys", async () => {
  const ring = await maintained();
  const masterKeyId = ring.keys.masterKeys[0].id;
  await ring.store.keys.addMacKey({ number: 255, masterKeyId, activeAt: START }, "test");
  ring.clock.at = START + 366 * DAY;
  await maintainKeys(ring, OPTIONS);
  assert.equal(ring.keys.macKeyAt(ring.clock.at).number, 255);
});

test("under a new master key the old one's tokens and keys work on, and are sealed anew", async () => {
  const [oldKey, newKey] = [masterKey(randomBytes(32)), masterKey(randomBytes(32))];
  const before = await newRing(oldKey);
  await maintainKeys(before, OPTIONS);
  const between = sameStore(before, [newKey, oldKey]);
  await maintainKeys(between, OPTIONS);
  assert.deepEqual(kids(between), kids(before));
  assert.equal(between.keys.macKeyAt(START + DAY).number, 2);
  // The previous key has gone from the configuration.
  const later = sameStore(before, [newKey]);
  await maintainKeys(later, OPTIONS);
  assert.deepEqual(kids(later), kids(before));
  assert.equal(later.keys.macKeyAt(START + DAY).number, 2);
});

test("programs that are moved to a new master key or algorithm one after the other do not outbid each other", async () => {
  const [oldKey, newKey] = [masterKey(randomBytes(32)), masterKey(randomBytes(32))];
  const old = await newRing(oldKey);
  await maintainKeys(old, OPTIONS);
  // As the guide says: both know both keys before one puts the new one in force.
  const first = sameStore(old, [oldKey, newKey]);
  const second = sameStore(old, [newKey, oldKey]);
  for (let minute = 0; minute < 30; minute++) {
    await maintainKeys(first, OPTIONS);
    await maintainKeys(second, { ...OPTIONS, algorithm: "ES256" });
    old.clock.at += 60 * SECOND;
  }
  await first.keys.load();
  assert.equal(first.keys.macKeyAt(old.clock.at).number, 2);
  assert.equal(second.keys.macKeyAt(old.clock.at).number, 2);
  assert.ok(first.keys.published.length <= 8, `${first.keys.published.length} signing keys`);
});

test("under another master key alone the program does not start, and says what to configure", async () => {
  const before = await maintained();
  const wrong = sameStore(before, [masterKey(randomBytes(32))]);
  const clear = { message: /wrapped under another master key.*REGRANT_PREVIOUS_MASTER_KEYS/ };
  await assert.rejects(maintainKeys(wrong, OPTIONS), clear);
  assert.equal((await createdKeys(before)).length, 2, "and it made nothing");
});

test("sealed keys that somebody swapped or cut in the database are not opened", async () => {
  const ring = await maintained();
  await rotateSigningKey(ring, OPTIONS, "operator");
  const [first, second] = (await ring.store.keys.list()).signing;
  assert.ok(first && second);
  await ring.store.keys.resealSigningKey(first.kid, second.sealedPrivateKey);
  await assert.rejects(sameStore(ring).keys.load(), { message: /another master key/ });
  await ring.store.keys.resealSigningKey(first.kid, first.sealedPrivateKey.subarray(0, 10));
  await assert.rejects(sameStore(ring).keys.load(), { message: /another master key/ });
  await ring.store.keys.resealSigningKey(first.kid, first.sealedPrivateKey);
  await sameStore(ring).keys.load();
});

test("a distrusted signing key is published no more, and another one signs at once", async () => {
  const ring = await maintained();
  const [leaked = ""] = kids(ring);
  assert.equal(await distrustSigningKey(ring, OPTIONS, leaked, "test"), true);
  const [next, ...rest] = kids(ring);
  assert.deepEqual(rest, []);
  assert.notEqual(next, leaked);
  assert.equal(kidAt(ring, ring.clock.at), next);
  assert.equal(await distrustSigningKey(ring, OPTIONS, leaked, "test"), false);
});

test("when the key that signs is distrusted, the next one does not wait for caches", async () => {
  const ring = await maintained();
  const [leaked = ""] = kids(ring);
  const next = await rotateSigningKey(ring, OPTIONS, "test");
  await distrustSigningKey(ring, OPTIONS, leaked, "test");
  assert.deepEqual(kids(ring), [next]);
  assert.equal(kidAt(ring, ring.clock.at), next);
});
