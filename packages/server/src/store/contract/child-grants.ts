import assert from "node:assert/strict";
import type { Grant, NewChildGrant, Store } from "../store.ts";
import { ACTOR, afterSignIn, found } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { DAY, SECOND, SIGN_IN, newCode, newGrant, presentedCode, presentedToken, uuid } from "./fixtures.ts";

const SUBJECT = SIGN_IN.subject;

async function createChild(
  store: Store,
  parent: Grant,
  clientId: string,
  changes: Partial<NewChildGrant> = {},
) {
  const asked = { ...newGrant(clientId, { scope: "read" }), parentId: parent.id, ...changes };
  const created = await store.grants.createChild(asked);
  assert.equal(created.outcome, "created");
  return "grant" in created ? created.grant : assert.fail();
}

/** A grant, and a child that another client has of it. */
async function family(bench: Bench) {
  const parent = await bench.grant();
  const agent = await bench.client();
  const child = await createChild(bench.store, parent, agent.id);
  return { parent, child, agent };
}

/** What each way to end a parent does to it. */
const ENDS: Record<string, (bench: Bench, parent: Grant) => Promise<unknown>> = {
  "is revoked": ({ store }, { id }) => store.grants.revoke(id, "revoked_by_client", ACTOR),
  "is revoked among many": ({ store }, { id }) => store.grants.revokeAll([id], "revoked_by_operator", ACTOR),
  "ends with its user's consent": ({ store }, { clientId }) =>
    store.consents.withdraw(SUBJECT, clientId, ACTOR),
  "ends with its client, which is disabled": ({ store }, { clientId }) =>
    store.clients.disable(clientId, ACTOR),
  "ends with its client, which is deleted": ({ store }, { clientId }) =>
    store.clients.delete(clientId, ACTOR),
  "has a token that is used again": async (bench, parent) => {
    await bench.refresh(parent, 0);
    bench.clock.at += DAY;
    await bench.refresh(parent, 1);
    bench.clock.at += DAY;
    assert.equal((await bench.refresh(parent, 0)).outcome, "reused");
  },
  "is not used for its idle lifetime": async ({ clock }) => void (clock.at += 11 * DAY),
};

const ended = Object.entries(ENDS).map(([how, end]) => [
  `a child grant ends at once with a parent that ${how}`,
  async (bench: Bench) => {
    const { parent, child } = await family(bench);
    bench.clock.at += SECOND;
    assert.equal((await bench.refresh(child, 0)).outcome, "rotated");
    await end(bench, parent);
    // The child itself was used all the time.
    const policy = { refreshIdleTtl: 365 * 86_400 };
    for (const generation of [0, 1, 2]) {
      assert.equal((await bench.refresh(child, generation, policy)).outcome, "revoked");
    }
  },
]);

/** Grants that were exchanged for others (RFC 8693). */
export const childGrantCases = afterSignIn({
  ...(Object.fromEntries(ended) as Record<string, (bench: Bench) => Promise<void>>),

  "a child grant is one row that names its parent, rotates as any grant, and ends with it at the latest":
    async (bench) => {
      const parent = await bench.grant();
      bench.clock.at += DAY;
      const child = await createChild(bench.store, parent, (await bench.client()).id, { maxTtl: 31_536_000 });
      assert.deepEqual(
        [child.parentId, child.expiresAt, child.scope, child.hasChildren],
        [parent.id, parent.expiresAt, "read", false],
      );
      assert.equal(found(await bench.store.grants.find(parent.id)).hasChildren, true);
      const created = await bench.lastEvent();
      assert.deepEqual([created.type, created.grantId], ["grant.created", child.id]);
      for (const generation of [0, 1, 2]) {
        bench.clock.at += SECOND;
        assert.equal((await bench.refresh(child, generation)).outcome, "rotated");
      }
      assert.equal((await bench.refresh(child, 2)).outcome, "retried");
      const scope = { scope: ["write"] };
      const exceeding = await bench.store.grants.rotate(presentedToken(child, 3, {}, scope));
      assert.equal(exceeding.outcome, "scope_exceeded");
      // The parent goes on as before, in the statement of ordinary rotations.
      assert.equal((await bench.refresh(parent, 0)).outcome, "rotated");
      // A parent whose client refreshes it keeps the child alive.
      const late = await createChild(bench.store, parent, (await bench.client()).id, { maxTtl: 60 });
      assert.equal(late.expiresAt, bench.clock.at + 60 * SECOND);
    },

  "no child is created of a parent that ended, of a child, or of a grant that does not exist": async (
    bench,
  ) => {
    const { parent, child, agent } = await family(bench);
    const ask = (parentId: string) => bench.store.grants.createChild({ ...newGrant(agent.id), parentId });
    assert.deepEqual(await ask(uuid()), { outcome: "parent_ended" });
    assert.deepEqual(await ask("no uuid"), { outcome: "parent_ended" });
    assert.deepEqual(await ask(child.id), { outcome: "parent_ended" });
    await bench.store.grants.revoke(parent.id, "revoked_by_client", ACTOR);
    assert.deepEqual(await ask(parent.id), { outcome: "parent_ended" });
    await bench.store.clients.disable(agent.id, ACTOR);
    assert.deepEqual(await ask(parent.id), { outcome: "client_disabled" });
  },

  "a revocation of the parent records an event for each child; that of a child ends it alone": async (
    bench,
  ) => {
    const { parent, child, agent } = await family(bench);
    const second = await createChild(bench.store, parent, agent.id);
    const third = await createChild(bench.store, parent, agent.id);
    assert.equal(await bench.store.grants.revoke(third.id, "revoked_by_client", ACTOR), true);
    assert.equal((await bench.refresh(child, 0)).outcome, "rotated");
    assert.equal((await bench.refresh(parent, 0)).outcome, "rotated");
    assert.equal(await bench.store.grants.revoke(parent.id, "revoked_by_subject", ACTOR), true);
    const revoked = await bench.store.events.list({ type: "grant.revoked" }, 10);
    assert.deepEqual(
      revoked.map(({ grantId, data }) => [grantId, data["reason"]]),
      [
        [third.id, "revoked_by_client"],
        [parent.id, "revoked_by_subject"],
        [child.id, "parent_ended"],
        [second.id, "parent_ended"],
      ],
    );
    const row = found(await bench.store.grants.find(child.id));
    assert.deepEqual([row.revokedAt, row.revokedReason], [bench.clock.at, "parent_ended"]);
  },

  "a token that is used again ends parent and children in one transaction, with their events": async (
    bench,
  ) => {
    const { parent, child } = await family(bench);
    await bench.refresh(parent, 0);
    bench.clock.at += DAY;
    await bench.refresh(parent, 1);
    bench.clock.at += DAY;
    await bench.refresh(parent, 0);
    assert.deepEqual((await bench.eventTypes()).slice(-2), ["grant.reused", "grant.revoked"]);
    assert.equal((await bench.lastEvent()).grantId, child.id);
    assert.equal(found(await bench.store.grants.find(child.id)).revokedReason, "parent_ended");
  },

  "a code that is presented twice ends the grant that it became, and its children": async (bench) => {
    const { id } = await bench.client();
    const code = newCode(id);
    await bench.store.codes.issue(code);
    const redeemed = await bench.store.codes.redeem(presentedCode(code));
    assert.equal(redeemed.outcome, "redeemed");
    if (!("grant" in redeemed)) return;
    const child = await createChild(bench.store, redeemed.grant, (await bench.client()).id);
    await bench.store.codes.redeem(presentedCode(code));
    assert.equal((await bench.refresh(child, 0)).outcome, "revoked");
    assert.equal(found(await bench.store.grants.find(child.id)).revokedReason, "parent_ended");
  },

  "all grants of a subject end with the reason that was given, children among them, and each once": async (
    bench,
  ) => {
    const { parent, child } = await family(bench);
    const other = await family(bench);
    const ids = [child.id, parent.id, other.parent.id];
    assert.equal(await bench.store.grants.revokeAll(ids, "revoked_by_operator", ACTOR, true), 3);
    const revoked = await bench.store.events.list({ type: "grant.revoked" }, 10);
    assert.deepEqual(
      new Map(revoked.map(({ grantId, data }) => [grantId, data["reason"]])),
      new Map([
        [parent.id, "revoked_by_operator"],
        [child.id, "revoked_by_operator"],
        [other.parent.id, "revoked_by_operator"],
        [other.child.id, "parent_ended"],
      ]),
    );
    assert.equal(revoked.length, 4);
  },

  "what a subject has authorized has its child grants among it, for as long as their parents are active":
    async (bench) => {
      const { parent, child } = await family(bench);
      const clients = async () =>
        (await bench.store.grants.listActive(SUBJECT)).map(({ clientId }) => clientId);
      assert.deepEqual(new Set(await clients()), new Set([parent.clientId, child.clientId]));
      await bench.store.clients.disable(parent.clientId, ACTOR);
      assert.deepEqual(await clients(), []);
    },

  "a child is not extended: it ends with its parent": async (bench) => {
    const { child } = await family(bench);
    const { store } = bench;
    const by = await store.grants.extendLifetime(child.id, { by: 60 }, ACTOR);
    assert.equal(by.outcome, "is_child");
    const like = await store.grants.extendLifetime(child.id, { maxTtl: 315_360_000 }, ACTOR);
    assert.equal(like.outcome, "unchanged");
  },

  "children that are created while their parent is revoked end with it, or are not created": async (
    bench,
  ) => {
    for (let round = 0; round < 5; round += 1) {
      const parent = await bench.grant();
      const { id } = await bench.client();
      const asked = Array.from({ length: 6 }, () => ({ ...newGrant(id), parentId: parent.id }));
      const [revoked, ...created] = await Promise.all([
        bench.store.grants.revoke(parent.id, "revoked_by_client", ACTOR),
        ...asked.map((grant) => bench.store.grants.createChild(grant)),
      ]);
      assert.equal(revoked, true);
      for (const result of created) {
        if (!("grant" in result)) assert.equal(result.outcome, "parent_ended");
        else assert.equal((await bench.refresh(result.grant, 0)).outcome, "revoked");
      }
      for (const { id: child } of asked) {
        const row = await bench.store.grants.find(child);
        assert.ok(row === undefined || row.revokedReason === "parent_ended");
      }
    }
  },

  "a child that is refreshed while its parent is revoked, or used again, is revoked afterwards": async (
    bench,
  ) => {
    for (let round = 0; round < 5; round += 1) {
      const { parent, child, agent } = await family(bench);
      const second = await createChild(bench.store, parent, agent.id);
      const results = await Promise.all([
        bench.refresh(child, 0),
        bench.refresh(parent, 0),
        bench.store.grants.revokeAll([second.id, parent.id], "revoked_by_subject", ACTOR),
        bench.refresh(second, 0),
        bench.store.grants.revoke(parent.id, "revoked_by_client", ACTOR),
        bench.refresh(child, 0),
      ]);
      assert.equal(results.filter((result) => result === true || result === 2).length >= 1, true);
      for (const grant of [child, second]) {
        for (const generation of [0, 1]) {
          assert.equal((await bench.refresh(grant, generation)).outcome, "revoked");
        }
        assert.notEqual(found(await bench.store.grants.find(grant.id)).revokedAt, null);
      }
    }
  },
});
