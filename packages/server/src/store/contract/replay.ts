import assert from "node:assert/strict";
import type { Event, EventType, Grant, Store } from "../store.ts";
import { ACTOR, found, granted } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { validSecrets } from "./clients.ts";
import { bareEvent, DAY, digest, newClient, newGrant, presentedToken, SECOND, START } from "./fixtures.ts";

/** A store in service, and a copy of it that was made before anything of interest happened. */
interface Pair {
  store: Store;
  copy: Store;
  clientId: string;
  subject: string;
  grants: readonly [Grant, Grant];
}

async function pair(bench: Bench, store = bench.store): Promise<Pair> {
  const copy = await bench.another();
  const client = newClient();
  const account = { subject: "s-1", username: "ada", passwordHash: "$argon2id$one" };
  const asked = [newGrant(client.id, { subject: "s-1" }), newGrant(client.id, { subject: "s-1" })] as const;
  const fill = async (store: Store): Promise<readonly [Grant, Grant]> => {
    await store.clients.create(client, ACTOR);
    await store.accounts.create(account, ACTOR);
    return [await granted(store, asked[0]), await granted(store, asked[1])];
  };
  await fill(copy);
  const both = { store, copy, clientId: client.id, subject: "s-1", grants: await fill(store) };
  bench.clock.at += DAY;
  return both;
}

/** The event as an event file gives it back. */
async function eventOf(store: Store, type: EventType): Promise<Event> {
  const event = found((await store.events.list({ type }, 100)).at(-1));
  return JSON.parse(JSON.stringify(event)) as Event;
}

/** Replays the newest event of the type on the copy a day later: it changes it once. */
async function replay(bench: Bench, { store, copy }: Pair, type: EventType): Promise<Event> {
  const event = await eventOf(store, type);
  bench.clock.at += DAY;
  assert.equal(await copy.events.replay(event), true, `${type} was not applied`);
  assert.equal(await copy.events.replay(event), false, `${type} was applied twice`);
  return event;
}

/** As if the grant had been refreshed all the time: a token ahead of the row is accepted however idle that is. */
async function refreshedUntilNow(store: Store, id: string): Promise<void> {
  const result = await store.grants.rotate(presentedToken(found(await store.grants.find(id)), 9));
  assert.equal(result.outcome, "recovered");
}

async function outcome(store: Store, grant: Grant, generation = 0): Promise<string> {
  const grantsRevokedAt = (await store.clients.find(grant.clientId))?.grantsRevokedAt ?? null;
  return (await store.grants.rotate(presentedToken(grant, generation, {}, { grantsRevokedAt }))).outcome;
}

/** EventStore.replay: what ended after a backup ends in the restored copy too, at the same instant. */
export const replayCases: Cases = {
  "a revocation ends that grant": async (bench) => {
    const both = await pair(bench);
    const [grant, other] = both.grants;
    await both.store.grants.revoke(grant.id, "revoked_by_client", ACTOR);
    const { at } = await replay(bench, both, "grant.revoked");
    const row = await both.copy.grants.find(grant.id);
    assert.deepEqual([row?.revokedAt, row?.revokedReason], [at, "revoked_by_client"]);
    assert.equal(await outcome(both.copy, grant), "revoked");
    assert.equal(await outcome(both.copy, other), "rotated");
  },

  "reuse ends the grant that it ended, and none that it did not": async (bench) => {
    const both = await pair(bench);
    const { store, copy, grants } = both;
    const [grant, other] = grants;
    for (const { id } of grants)
      await store.grants.rotate(presentedToken({ ...grant, ...found(await store.grants.find(id)) }, 5));
    await store.grants.rotate(presentedToken(other, 0, { reuse: "detect" }));
    assert.equal(await copy.events.replay(await eventOf(store, "grant.reused")), false);
    await store.grants.rotate(presentedToken(grant, 0));
    await replay(bench, both, "grant.reused");
    assert.equal((await copy.grants.find(grant.id))?.revokedReason, "reused");
    assert.equal(await outcome(copy, grant, 6), "revoked");
    assert.equal(await outcome(copy, other, 6), "recovered");
  },

  "concurrentUse ends the grant that it ended, and none that it did not": async (bench) => {
    const both = await pair(bench);
    const { store, copy, grants } = both;
    const useConcurrently = async (grant: Grant, concurrentUse: "report" | "revoke"): Promise<void> => {
      for (let generation = 0; generation < 5; generation += 1) {
        bench.clock.at += DAY;
        await store.grants.rotate(presentedToken(grant, generation, { concurrentUse }));
        await store.grants.rotate(presentedToken(grant, generation, { concurrentUse }));
      }
    };
    const [grant, other] = grants;
    await useConcurrently(other, "report");
    assert.equal(await copy.events.replay(await eventOf(store, "grant.concurrent_use")), false);
    assert.equal((await copy.grants.find(other.id))?.revokedAt, null);
    await useConcurrently(grant, "revoke");
    await replay(bench, both, "grant.concurrent_use");
    assert.equal((await copy.grants.find(grant.id))?.revokedReason, "concurrent_use");
  },

  "an extended lifetime is extended, to the same end, however long the copy's grant was idle, and never shortened":
    async (bench) => {
      const both = await pair(bench);
      const { store, copy, grants } = both;
      const [grant, other] = grants;
      bench.clock.at = grant.expiresAt - 2 * DAY;
      for (const { id } of grants) await refreshedUntilNow(store, id);
      await store.grants.extendLifetime(grant.id, { by: 3600 }, ACTOR);
      const early = await eventOf(store, "grant.lifetime_extended");
      await store.grants.extendLifetime(grant.id, { by: 30 * 86_400 }, ACTOR);
      await store.grants.extendLifetime(other.id, { by: 30 * 86_400 }, ACTOR);
      await copy.grants.revoke(other.id, "revoked_by_operator", ACTOR);
      assert.equal(
        await copy.events.replay(await eventOf(store, "grant.lifetime_extended")),
        false,
        "revoked",
      );
      const [, later] = await store.events.list({ grantId: grant.id, type: "grant.lifetime_extended" }, 5);
      // Its own end is over by then.
      bench.clock.at += 10 * DAY;
      assert.equal(await copy.events.replay(found(later)), true);
      assert.equal(await copy.events.replay(found(later)), false, "applied twice");
      assert.equal(await copy.events.replay(early), false, "an earlier end");
      const end = found(await store.grants.find(grant.id)).expiresAt;
      assert.equal(end, grant.expiresAt + 30 * DAY + 3600 * SECOND);
      assert.deepEqual(await copy.grants.find(grant.id), { ...grant, expiresAt: end });
      const { at, data } = await eventOf(copy, "grant.lifetime_extended");
      assert.deepEqual([at, data["expires_at"], data["actor"]], [found(later).at, end, "restore"]);
    },

  "a disabled client is disabled, with the grants it had then": async (bench) => {
    const both = await pair(bench);
    await both.store.clients.disable(both.clientId, ACTOR);
    const { at } = await replay(bench, both, "client.disabled");
    const client = await both.copy.clients.find(both.clientId);
    assert.deepEqual([client?.disabledAt, client?.grantsRevokedAt], [at, at]);
    assert.equal(await outcome(both.copy, both.grants[0]), "revoked");
  },

  "a client that was disabled and enabled again serves new grants only": async (bench) => {
    const both = await pair(bench);
    await both.store.clients.disable(both.clientId, ACTOR);
    await replay(bench, both, "client.disabled");
    await both.store.clients.enable(both.clientId, ACTOR);
    await replay(bench, both, "client.enabled");
    assert.equal((await both.copy.clients.find(both.clientId))?.disabledAt, null);
    assert.equal(await outcome(both.copy, both.grants[0]), "revoked");
    assert.equal(await outcome(both.copy, await granted(both.copy, newGrant(both.clientId))), "rotated");
  },

  "a deleted client is deleted": async (bench) => {
    const both = await pair(bench);
    await both.store.clients.delete(both.clientId, ACTOR);
    await replay(bench, both, "client.deleted");
    assert.equal(await both.copy.clients.find(both.clientId), undefined);
  },

  "a rotated secret replaces the old one, with the overlap counted from the rotation": async (bench) => {
    for (const overlap of [0, 3600, 2 * 86_400]) {
      const both = await pair(bench, await bench.another());
      await both.store.clients.rotateSecret(both.clientId, digest(), overlap, ACTOR);
      await replay(bench, both, "client.secret_rotated");
      const [original, copied] = await Promise.all(
        [both.store, both.copy].map(async ({ clients }) => found(await clients.find(both.clientId))),
      );
      for (const now of [bench.clock.at, bench.clock.at + 3 * DAY]) {
        assert.deepEqual(validSecrets(found(copied), now), validSecrets(found(original), now));
      }
    }
  },

  "a disabled account is disabled, with its grants": async (bench) => {
    const both = await pair(bench);
    await both.store.accounts.disable(both.subject, ACTOR);
    const { at } = await replay(bench, both, "account.disabled");
    assert.equal((await both.copy.accounts.find(both.subject))?.disabledAt, at);
    for (const grant of both.grants) assert.equal(await outcome(both.copy, grant), "revoked");
  },

  "after a changed password the old one matches no more": async (bench) => {
    const both = await pair(bench);
    await both.store.accounts.setPasswordHash(both.subject, "$argon2id$two", ACTOR);
    await both.copy.events.replay(await eventOf(both.store, "account.password_changed"));
    assert.equal((await both.copy.accounts.find(both.subject))?.passwordHash, null);
  },

  "a denied access token and a distrusted MAC key stay so": async (bench) => {
    const both = await pair(bench);
    const { store, copy, clientId } = both;
    const expiresAt = bench.clock.at + 30 * DAY;
    await store.grants.denyAccessToken({ jti: "jti-1", expiresAt, clientId, actor: ACTOR });
    await replay(bench, both, "access_token.revoked");
    assert.equal(await copy.grants.isAccessTokenDenied("jti-1"), true);
    assert.equal((await eventOf(copy, "access_token.revoked")).data["jti"], "jti-1");
    await store.keys.addMacKey({ number: 3, masterKeyId: "master", activeAt: START }, ACTOR);
    await store.keys.distrustMacKey(3, "master", ACTOR);
    const { at } = await replay(bench, both, "key.distrusted");
    assert.equal((await copy.keys.list()).mac[0]?.distrustedAt, at);
  },

  "a distrusted signing key stays out of the JWKS": async (bench) => {
    const both = await pair(bench);
    const key = {
      kid: "k1",
      algorithm: "EdDSA",
      publicJwk: "{}",
      createdAt: START,
      activeAt: START,
    } as const;
    for (const { keys } of [both.store, both.copy]) {
      await keys.addSigningKey({ ...key, sealedPrivateKey: Buffer.alloc(1) }, undefined, ACTOR);
    }
    await both.store.keys.removeSigningKey("k1", ACTOR);
    await replay(bench, both, "key.distrusted");
    assert.deepEqual((await both.copy.keys.list()).signing, []);
  },

  "an older change is never applied over a newer one, however often a file is applied": async (bench) => {
    const { store, copy, clientId, subject } = await pair(bench);
    await store.clients.rotateSecret(clientId, Buffer.alloc(32, 1), 0, ACTOR);
    await store.accounts.setPasswordHash(subject, "$argon2id$one", ACTOR);
    await store.accounts.disable(subject, ACTOR);
    const file = await Promise.all(
      (["client.secret_rotated", "account.password_changed", "account.disabled"] as const).map((type) =>
        eventOf(store, type),
      ),
    );
    for (const event of file) assert.equal(await copy.events.replay(event), true);
    bench.clock.at += SECOND;
    await copy.clients.rotateSecret(clientId, Buffer.alloc(32, 2), 0, ACTOR);
    await copy.accounts.setPasswordHash(subject, "$argon2id$two", ACTOR);
    await copy.accounts.enable(subject, ACTOR);
    for (const event of file) assert.equal(await copy.events.replay(event), false);
    const client = await copy.clients.find(clientId);
    assert.deepEqual(client?.secrets, [{ digest: Buffer.alloc(32, 2), expiresAt: null }]);
    const account = await copy.accounts.find(subject);
    assert.deepEqual([account?.passwordHash, account?.disabledAt], ["$argon2id$two", null]);
  },

  "what the copy holds already changes nothing": async (bench) => {
    const both = await pair(bench);
    for (const { accounts } of [both.store, both.copy]) {
      await accounts.setPasswordHash(both.subject, "$argon2id$two", ACTOR);
    }
    bench.clock.at += SECOND;
    assert.equal(await both.copy.events.replay(await eventOf(both.store, "account.password_changed")), false);
    assert.equal((await both.copy.accounts.find(both.subject))?.passwordHash, "$argon2id$two");
  },

  "revocations of one instant are all applied, whatever the copy recorded meanwhile": async (bench) => {
    const both = await pair(bench);
    const { store, copy, grants } = both;
    await copy.events.record(bareEvent("store.restored"));
    for (const { id } of grants) await store.grants.revoke(id, "revoked_by_operator", ACTOR);
    for (const event of await store.events.list({ type: "grant.revoked" }, 10)) {
      assert.equal(await copy.events.replay(event), true);
    }
    for (const { id } of grants) assert.notEqual((await copy.grants.find(id))?.revokedAt, null);
  },

  "an event of what the copy does not know, or of no end, changes nothing": async (bench) => {
    const { store, copy, clientId, grants } = await pair(bench);
    const later = await granted(store, newGrant(clientId));
    await store.grants.revoke(later.id, "revoked_by_operator", ACTOR);
    await store.grants.rotate(presentedToken(grants[0], 3));
    for (const type of ["grant.created", "grant.revoked", "grant.recovered", "client.created"] as const) {
      assert.equal(await copy.events.replay(await eventOf(store, type)), false, type);
    }
    assert.deepEqual(await copy.grants.find(grants[0].id), grants[0]);
  },
};
