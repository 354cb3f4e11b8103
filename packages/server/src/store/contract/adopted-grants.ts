import assert from "node:assert/strict";
import type { AdoptedGrant, Grant } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, HOUR, POLICY, SECOND, digest, newHead, presentedToken, uuid } from "./fixtures.ts";

const YEAR = 365 * 86_400;

function session(clientId: string, changes: Partial<AdoptedGrant> = {}): AdoptedGrant {
  // Version 8 (RFC 9562 §5.8), which the sweeper knows adopted ones by.
  const id = `${uuid().slice(0, 14)}8${uuid().slice(15)}`;
  return { id, clientId, subject: "7", scope: "read", secretHash: digest(), maxTtl: YEAR, ...changes };
}

async function adopted(bench: Bench, clientId?: string): Promise<Grant> {
  const one = session(clientId ?? (await bench.client()).id);
  assert.equal(await bench.store.grants.adopt([one]), 1);
  return found(await bench.store.grants.find(one.id));
}

async function sweepAll(bench: Bench): Promise<void> {
  for (let done = false; !done;) {
    ({ done } = await bench.store.sweep({ limit: 10, eventRetention: YEAR }));
  }
}

/** Sessions that began elsewhere, and clients whose ids were given elsewhere. */
export const adoptedCases: Cases = {
  "an adopted session is a grant at generation 0 that lives from now, and no event is made": async (
    bench,
  ) => {
    const { id: clientId } = await bench.client();
    const now = (bench.clock.at += HOUR);
    const [one, other] = [session(clientId), session(clientId, { subject: "8", scope: "" })];
    const before = (await bench.eventTypes()).length;
    assert.equal(await bench.store.grants.adopt([one, other]), 2);
    const expected: Grant = {
      id: one.id,
      clientId,
      subject: "7",
      scope: "read",
      secretHash: one.secretHash,
      createdAt: now,
      expiresAt: now + YEAR * SECOND,
      authTime: null,
      resource: null,
      binding: null,
      boundGeneration: null,
      parentId: null,
      hasChildren: false,
      claims: null,
      revokedAt: null,
      revokedReason: null,
      ...newHead(now),
    };
    assert.deepEqual(await bench.store.grants.find(one.id), expected);
    assert.equal((await bench.store.grants.find(other.id))?.scope, "");
    assert.equal((await bench.eventTypes()).length, before);
    assert.equal(await bench.store.grants.adopt([]), 0);
  },

  "an adopted session is refreshed, retried and found reused as any grant is": async (bench) => {
    const grant = await adopted(bench);
    const outcomes = [];
    for (const generation of [0, 0, 1]) outcomes.push((await bench.refresh(grant, generation)).outcome);
    bench.clock.at += HOUR;
    outcomes.push((await bench.refresh(grant, 0)).outcome);
    assert.deepEqual(outcomes, ["rotated", "retried", "rotated", "reused"]);
    assert.equal((await bench.store.grants.find(grant.id))?.revokedReason, "reused");
  },

  "adopting a session again changes nothing, whatever has become of it": async (bench) => {
    const { id: clientId } = await bench.client();
    const sessions = [session(clientId), session(clientId), session(clientId)];
    const [refreshed, revoked] = sessions.map((one) => ({ ...one, clientId }));
    await bench.store.grants.adopt(sessions);
    await bench.store.grants.rotate(presentedToken(found(refreshed), 0));
    await bench.store.grants.revoke(found(revoked).id, "revoked_by_operator", ACTOR);
    const before = await bench.store.grants.list({ clientId }, { limit: 10 });
    bench.clock.at += HOUR;
    assert.equal(await bench.store.grants.adopt([...sessions, ...sessions]), 0);
    assert.deepEqual(await bench.store.grants.list({ clientId }, { limit: 10 }), before);
  },

  "a session is adopted only while its client, and its account if it has one, are enabled": async (bench) => {
    const { accounts, clients, grants } = bench.store;
    const { id } = await bench.client();
    await accounts.create({ subject: "7", username: "ada", passwordHash: null }, ACTOR);
    await accounts.disable("7", ACTOR);
    assert.equal(await grants.adopt([session(id), session(uuid(), { subject: "8" })]), 0);
    await accounts.enable("7", ACTOR);
    assert.equal(await grants.adopt([session(id)]), 1);
    await clients.disable(id, ACTOR);
    assert.equal(await grants.adopt([session(id)]), 0);
  },

  "only sessions that were never refreshed here, and have not ended, are released": async (bench) => {
    const { id } = await bench.client();
    const [waiting, refreshed, revoked] = [
      await adopted(bench, id),
      await adopted(bench, id),
      await adopted(bench, id),
    ];
    await bench.refresh(refreshed, 0);
    await bench.store.grants.revoke(revoked.id, "revoked_by_operator", ACTOR);
    const ids = [waiting.id, refreshed.id, revoked.id, uuid(), "no id"];
    assert.equal(await bench.store.grants.release(ids), 1);
    const left = await bench.store.grants.list({ clientId: id }, { limit: 10 });
    assert.deepEqual(new Set(left.map((grant) => grant.id)), new Set([refreshed.id, revoked.id]));
  },

  "an adopted session that was revoked is kept until its idle lifetime is over": async (bench) => {
    const grant = await adopted(bench);
    await bench.store.grants.revoke(grant.id, "revoked_by_client", ACTOR);
    bench.clock.at += POLICY.refreshIdleTtl * SECOND + 7 * DAY - 1;
    await sweepAll(bench);
    assert.equal(await bench.store.grants.adopt([{ ...grant, maxTtl: YEAR }]), 0, "it would come back");
    bench.clock.at += 1;
    await sweepAll(bench);
    assert.equal(await bench.store.grants.find(grant.id), undefined);
  },

  "a client's id may be a number, in all that names it": async (bench) => {
    const { clients, events, grants } = bench.store;
    const ids = ["0", "1", "42", "99999999999999"];
    for (const id of ids) assert.equal((await bench.client({ id })).id, id);
    const listed = await clients.list({ limit: 10 });
    assert.deepEqual(new Set(listed.map(({ id }) => id)), new Set(ids));
    const after = found(listed[1]).id;
    assert.deepEqual(await clients.list({ after, limit: 10 }), listed.slice(2));

    const grant = await bench.grant("42");
    assert.equal(grant.clientId, "42");
    const result = await bench.refresh(grant, 0);
    assert.equal("grant" in result && result.grant.clientId, "42");
    const mismatched = await grants.rotate(presentedToken(grant, 1, {}, { clientId: "1" }));
    assert.equal(mismatched.outcome, "client_mismatch");
    assert.equal((await grants.list({ clientId: "42" }, { limit: 10 })).length, 1);
    await grants.revoke(grant.id, "revoked_by_operator", ACTOR);
    assert.equal((await bench.lastEvent()).clientId, "42");

    assert.equal(await clients.rotateSecret("42", digest(), 0, ACTOR), true);
    assert.equal(await clients.disable("42", ACTOR), true);
    assert.equal((await grants.rotate(presentedToken(grant, 1, {}, { clientId: "42" }))).outcome, "revoked");
    assert.equal(await clients.enable("42", ACTOR), true);
    assert.equal(await clients.delete("42", ACTOR), true);
    assert.equal(await clients.find("42"), undefined);
    assert.ok((await events.list({ clientId: "42" }, 10)).some(({ type }) => type === "client.deleted"));
  },

  "a number has one spelling, and no UUID stands for one": async (bench) => {
    await bench.client({ id: "1" });
    for (const id of ["01", "+1", "1.0", "1e0", " 1", "00000000-0000-8000-8000-000000000001"]) {
      assert.equal(await bench.store.clients.find(id), undefined, id);
    }
  },

  "a secret that was imported as a slow hash is replaced by its digest, once": async (bench) => {
    const { clients } = bench.store;
    const [slowHash, other] = ["$2y$10$first", { digest: digest(), expiresAt: null }];
    const { id } = await bench.client({ secrets: [other, { slowHash, expiresAt: 5 }] });
    const before = (await bench.eventTypes()).length;
    const better = digest();
    assert.equal(await clients.upgradeSecret(id, "$2y$10$another", better), false);
    assert.equal(await clients.upgradeSecret(id, slowHash, better), true);
    assert.equal(await clients.upgradeSecret(id, slowHash, better), false);
    assert.equal(await clients.upgradeSecret(uuid(), slowHash, better), false);
    assert.deepEqual((await clients.find(id))?.secrets, [other, { digest: better, expiresAt: 5 }]);
    assert.equal((await bench.eventTypes()).length, before);
  },
};
