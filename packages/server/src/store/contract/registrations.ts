import assert from "node:assert/strict";
import type { NewRegistration, NewRegistrationToken, RegistrationToken } from "../registrations.ts";
import { ACTOR, found, granted, within } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import {
  DAY,
  HOUR,
  SECOND,
  START,
  digest,
  newGrant,
  newRegistration,
  newRegistrationToken,
  uuid,
} from "./fixtures.ts";

async function registered(bench: Bench, changes: Partial<NewRegistration> = {}): Promise<NewRegistration> {
  const registration = newRegistration(changes);
  assert.equal(await bench.store.registrations.register(registration), "registered");
  return registration;
}

async function tokenMade(
  bench: Bench,
  changes: Partial<NewRegistrationToken> = {},
): Promise<NewRegistrationToken> {
  const token = newRegistrationToken(changes);
  await bench.store.registrations.createToken(token, ACTOR);
  return token;
}

async function usesLeft(bench: Bench, id: string): Promise<RegistrationToken["usesLeft"]> {
  const tokens = await bench.store.registrations.listTokens({ limit: 100 });
  return found(tokens.find((token) => token.id === id)).usesLeft;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

export const registrationCases: Cases = {
  "a client that registers itself is a client like any other, and its registration is known": async (
    bench,
  ) => {
    const { client, tokenDigest } = await registered(bench);
    assert.deepEqual(found(await bench.store.clients.find(client.id)), {
      ...client,
      createdAt: START,
      disabledAt: null,
      grantsRevokedAt: null,
    });
    const expected = { clientId: client.id, tokenDigest, createdAt: START, usedAt: null };
    assert.deepEqual(await bench.store.registrations.find(client.id), expected);
    const { type, clientId, data } = await bench.lastEvent();
    assert.deepEqual([type, clientId, data["actor"]], ["client.created", client.id, "registration"]);
    assert.equal(await bench.store.registrations.find(uuid()), undefined);
    assert.equal(await bench.store.registrations.find((await bench.client()).id), undefined);
  },

  "strangers who register empty nobody's cache: only a deletion is told": async (bench) => {
    let told = 0;
    const stop = bench.store.watch(() => (told += 1));
    const { client } = await registered(bench);
    assert.equal(told, 0);
    await bench.store.clients.delete(client.id, ACTOR);
    await within(
      5000,
      until(() => told > 0),
    );
    stop();
  },

  "an id is given once": async (bench) => {
    const { client } = await registered(bench);
    assert.equal(await bench.store.registrations.register(newRegistration({ client })), "taken");
  },

  "the first grant tells that a registration is used, and a later one changes nothing": async (bench) => {
    const { client } = await registered(bench);
    bench.clock.at += HOUR;
    await granted(bench.store, newGrant(client.id));
    bench.clock.at += HOUR;
    await granted(bench.store, newGrant(client.id));
    assert.equal(found(await bench.store.registrations.find(client.id)).usedAt, START + HOUR);
  },

  "no more are registered than may be unused": async (bench) => {
    const maxUnused = 3;
    const { client } = await registered(bench, { maxUnused });
    for (let i = 0; i < 2; i += 1) await registered(bench, { maxUnused });
    const one = newRegistration({ maxUnused });
    assert.equal(await bench.store.registrations.register(one), "too_many_unused");
    assert.equal(await bench.store.clients.find(one.client.id), undefined);
    await granted(bench.store, newGrant(client.id));
    assert.equal(await bench.store.registrations.register(one), "registered");
  },

  "a deleted client's registration is gone with it": async (bench) => {
    const { client } = await registered(bench, { maxUnused: 1 });
    await bench.store.clients.delete(client.id, ACTOR);
    assert.equal(await bench.store.registrations.find(client.id), undefined);
    await registered(bench, { maxUnused: 1 });
  },

  "an unused client that an operator disabled, or set something of, is kept": async (bench) => {
    const { registrations, clients } = bench.store;
    const ids: string[] = [];
    const byOperator = [{ scopeCeiling: [] }, { setByOperator: ["name"] }];
    for (const changes of byOperator) {
      const { client } = await registered(bench);
      await clients.update(client.id, changes, ACTOR);
      ids.push(client.id);
    }
    const disabled = await registered(bench);
    await clients.disable(disabled.client.id, ACTOR);
    const tricky = await registered(bench);
    await clients.update(tricky.client.id, { name: `"scopeCeiling":[ "setByOperator":["name` }, ACTOR);
    bench.clock.at += 7 * DAY;
    assert.equal(await registrations.deleteUnused((7 * DAY) / SECOND, 10), 1);
    for (const id of [...ids, disabled.client.id]) assert.ok(await clients.find(id));
    assert.equal(await clients.find(tricky.client.id), undefined);
  },

  "clients that nobody ever used are deleted after their time, the oldest first, and no other": async (
    bench,
  ) => {
    const { registrations, clients } = bench.store;
    const used = await registered(bench);
    await granted(bench.store, newGrant(used.client.id));
    const unused = [await registered(bench), await registered(bench), await registered(bench)];
    const own = await bench.client();
    bench.clock.at += 7 * DAY - 1;
    const age = (7 * DAY) / SECOND;
    assert.equal(await registrations.deleteUnused(age, 2), 0);
    bench.clock.at += 1;
    const late = await registered(bench);
    assert.equal(await registrations.deleteUnused(age, 2), 2);
    assert.equal(await registrations.deleteUnused(age, 2), 1);
    assert.equal(await registrations.deleteUnused(age, 2), 0);
    for (const { client } of unused) assert.equal(await clients.find(client.id), undefined);
    for (const { id } of [used.client, own, late.client]) found(await clients.find(id));
    const deleted = (await bench.eventTypes()).filter((type) => type === "client.deleted");
    assert.equal(deleted.length, 3);
  },

  "a registration token registers so many clients, until it expires": async (bench) => {
    const { digest: initialToken, id } = await tokenMade(bench, { uses: 2, ttl: 60 });
    await registered(bench, { initialToken });
    assert.equal(await usesLeft(bench, id), 1);
    await registered(bench, { initialToken });
    const refused = newRegistration({ initialToken });
    assert.equal(await bench.store.registrations.register(refused), "token_refused");
    assert.equal(await bench.store.clients.find(refused.client.id), undefined);

    const expiring = (await tokenMade(bench, { uses: null, ttl: 60 })).digest;
    await registered(bench, { initialToken: expiring });
    bench.clock.at += 60 * SECOND;
    const late = newRegistration({ initialToken: expiring });
    assert.equal(await bench.store.registrations.register(late), "token_refused");
    const unknown = newRegistration({ initialToken: digest() });
    assert.equal(await bench.store.registrations.register(unknown), "token_refused");
    const lasting = (await tokenMade(bench, { uses: null, ttl: null })).digest;
    for (let i = 0; i < 3; i += 1) await registered(bench, { initialToken: lasting });
  },

  "a registration token of one use that is raced registers one client": async (bench) => {
    const { digest: initialToken } = await tokenMade(bench, { uses: 1 });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => bench.store.registrations.register(newRegistration({ initialToken }))),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "registered").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === "token_refused").length, 9);
  },

  "registration tokens are listed, deleted, and swept when they have expired": async (bench) => {
    const { registrations } = bench.store;
    const expiring = await tokenMade(bench, { ttl: 60, uses: 5, name: "Fair" });
    const lasting = await tokenMade(bench, { ttl: null, uses: null });
    const [first, second] = await registrations.listTokens({ limit: 10 });
    const life = { createdAt: START, expiresAt: START + 60 * SECOND };
    assert.deepEqual(first, { id: expiring.id, name: "Fair", ...life, usesLeft: 5 });
    assert.deepEqual(await registrations.listTokens({ after: expiring.id, limit: 10 }), [second]);
    assert.deepEqual(await registrations.findToken(expiring.digest), first);
    assert.equal(await registrations.findToken(Buffer.alloc(32)), undefined);
    assert.equal(await registrations.deleteToken(uuid(), ACTOR), false);
    assert.equal(await registrations.deleteToken(lasting.id, ACTOR), true);
    const { type, data } = await bench.lastEvent();
    assert.deepEqual(
      [type, data["token_id"], data["actor"]],
      ["registration_token.deleted", lasting.id, ACTOR],
    );
    bench.clock.at += 60 * SECOND;
    await bench.store.sweep({ limit: 100, eventRetention: 365 * 86_400 });
    assert.deepEqual(await registrations.listTokens({ limit: 10 }), []);
  },

  "a deletion of a registration token is done again in a restored copy": async (bench) => {
    const token = await tokenMade(bench);
    const copy = await bench.another();
    await copy.registrations.createToken(token, ACTOR);
    await bench.store.registrations.deleteToken(token.id, ACTOR);
    const event = await bench.lastEvent();
    assert.equal(await copy.events.replay(event), true);
    assert.deepEqual(await copy.registrations.listTokens({ limit: 10 }), []);
    assert.equal(await copy.events.replay(event), false);
  },
};
