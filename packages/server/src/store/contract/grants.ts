import assert from "node:assert/strict";
import type { Grant } from "../store.ts";
import { ACTOR, granted } from "./bench.ts";
import type { Cases } from "./bench.ts";
import { SECOND, newGrant, newHead, uuid } from "./fixtures.ts";

/** GrantStore without `rotate`. */
export const grantCases: Cases = {
  "a new grant is at generation 0 and lives from the store's now": async (bench) => {
    const { id: clientId } = await bench.client();
    const now = (bench.clock.at += 5 * SECOND);
    const asked = newGrant(clientId, { maxTtl: 60, authTime: "now", via: "password" });
    const expected: Grant = {
      id: asked.id,
      clientId,
      subject: asked.subject,
      scope: asked.scope,
      secretHash: asked.secretHash,
      createdAt: now,
      expiresAt: now + 60 * SECOND,
      authTime: now,
      resource: null,
      binding: asked.binding,
      boundGeneration: null,
      parentId: null,
      hasChildren: false,
      claims: null,
      revokedAt: null,
      revokedReason: null,
      ...newHead(now),
    };
    assert.deepEqual(await bench.store.grants.create(asked), { outcome: "created", grant: expected });
    assert.deepEqual(await bench.store.grants.find(asked.id), expected);

    const { type, grantId, subject, data, at } = await bench.lastEvent();
    assert.deepEqual([type, grantId, subject, at], ["grant.created", asked.id, asked.subject, now]);
    assert.equal(data["via"], "password");
  },

  "a grant of a subject that did not authenticate just now has no authentication time": async (bench) => {
    assert.equal((await bench.grant()).authTime, null);
  },

  "a grant is made only while its client is enabled": async (bench) => {
    const { clients, grants } = bench.store;
    const { id } = await bench.client();
    const refused = { outcome: "client_disabled" };
    const asked = newGrant(id);
    assert.deepEqual(await grants.create(newGrant(uuid())), refused, "unknown");
    await clients.disable(id, ACTOR);
    assert.deepEqual(await grants.create(asked), refused, "disabled");
    await clients.enable(id, ACTOR);
    assert.equal((await grants.create(newGrant(id))).outcome, "created");
    await clients.delete(id, ACTOR);
    assert.deepEqual(await grants.create(asked), refused, "deleted");
    assert.equal(await grants.find(asked.id), undefined);
    assert.equal((await bench.eventTypes()).filter((type) => type === "grant.created").length, 1);
  },

  "a grant is made only while its account is enabled, if its subject has one": async (bench) => {
    const { accounts, grants } = bench.store;
    const { id } = await bench.client();
    await accounts.create({ subject: "kept", username: "ada", passwordHash: null }, ACTOR);
    assert.equal((await grants.create(newGrant(id, { subject: "kept" }))).outcome, "created");
    await accounts.disable("kept", ACTOR);
    const asked = newGrant(id, { subject: "kept" });
    assert.deepEqual(await grants.create(asked), { outcome: "account_disabled" });
    assert.equal(await grants.find(asked.id), undefined);
    assert.equal((await grants.create(newGrant(id, { subject: "elsewhere" }))).outcome, "created");
  },

  "no grant survives a disabling that it races": async (bench) => {
    const { clients, accounts, grants } = bench.store;
    const { id } = await bench.client();
    await accounts.create({ subject: "kept", username: "ada", passwordHash: null }, ACTOR);
    const ofSubject = newGrant(id, { subject: "kept" });
    const ofClient = newGrant(id);
    await Promise.all([
      grants.create(ofSubject),
      accounts.disable("kept", ACTOR),
      grants.create(ofClient),
      clients.disable(id, ACTOR),
    ]);
    for (const { id } of [ofSubject, ofClient]) {
      const grant = await grants.find(id);
      if (grant !== undefined) assert.equal((await bench.refresh(grant, 0)).outcome, "revoked");
    }
  },

  "an id that is taken is refused without harm to the grant that has it or to others of the turn": async (
    bench,
  ) => {
    const grant = await bench.grant();
    const others = [newGrant(grant.clientId), newGrant(grant.clientId)] as const;
    const results = await Promise.allSettled([
      granted(bench.store, others[0]),
      granted(bench.store, newGrant(grant.clientId, { id: grant.id })),
      granted(bench.store, others[1]),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(await bench.store.grants.find(grant.id), grant);
    assert.equal((await bench.store.grants.list({}, { limit: 10 })).length, 3);
    assert.equal(bench.told.filter(({ type }) => type === "grant.created").length, 3);
  },

  "what is no id finds nothing": async ({ store }) => {
    for (const id of [uuid(), "", "x", "' OR 1 = 1 --"]) {
      assert.equal(await store.grants.find(id), undefined);
      assert.equal(await store.grants.revoke(id, "revoked_by_operator", ACTOR), false);
    }
  },

  "grants are listed by client and subject, in id order, page by page without gap": async (bench) => {
    const clients = [(await bench.client()).id, (await bench.client()).id] as const;
    const grants: Grant[] = [];
    for (let i = 0; i < 12; i += 1) {
      const clientId = i % 2 ? clients[0] : clients[1];
      grants.push(await bench.grant(clientId, { subject: i % 3 ? "one" : "two" }));
    }
    const filters = [
      {},
      { clientId: clients[0] },
      { subject: "two" },
      { clientId: clients[1], subject: "one" },
    ];
    for (const filter of filters) {
      const expected = grants.filter(
        ({ clientId, subject }) =>
          clientId === (filter.clientId ?? clientId) && subject === (filter.subject ?? subject),
      );
      const paged: Grant[] = [];
      for (;;) {
        const page = await bench.store.grants.list(filter, { limit: 5, after: paged.at(-1)?.id });
        if (page.length === 0) break;
        assert.ok(page.length <= 5);
        paged.push(...page);
      }
      assert.deepEqual(paged, expected);
    }
  },

  "a revoked grant says when and why, once, and refuses": async (bench) => {
    const grant = await bench.grant();
    const other = await bench.grant(grant.clientId);
    const now = (bench.clock.at += SECOND);
    const { grants } = bench.store;
    assert.equal(await grants.revoke(grant.id, "revoked_by_client", ACTOR), true);
    const { type, grantId, data } = await bench.lastEvent();
    assert.deepEqual([type, grantId], ["grant.revoked", grant.id]);
    assert.equal(data["reason"], "revoked_by_client");
    assert.equal(data["actor"], ACTOR);

    bench.clock.at += SECOND;
    assert.equal(await grants.revoke(grant.id, "revoked_by_operator", ACTOR), false);
    const row = { ...grant, revokedAt: now, revokedReason: "revoked_by_client" };
    assert.deepEqual(await grants.find(grant.id), row);
    assert.equal((await bench.lastEvent()).data["reason"], "revoked_by_client");
    assert.equal((await bench.refresh(grant, 0)).outcome, "revoked");
    assert.equal((await bench.refresh(other, 0)).outcome, "rotated");
  },

  "a denied access token is denied until it expires, and no other": async (bench) => {
    const { grants } = bench.store;
    const { id: clientId } = await bench.client();
    const token = { jti: "jti-1", expiresAt: bench.clock.at + 60 * SECOND, clientId, actor: ACTOR };
    await Promise.all([grants.denyAccessToken(token), grants.denyAccessToken(token)]);
    assert.equal(await grants.isAccessTokenDenied("jti-1"), true);
    assert.equal(await grants.isAccessTokenDenied("jti-2"), false);
    const types = await bench.eventTypes();
    assert.equal(types.filter((type) => type === "access_token.revoked").length, 1);
    bench.clock.at += 59 * SECOND;
    await bench.store.sweep({ limit: 100, eventRetention: 3600 });
    assert.equal(await grants.isAccessTokenDenied("jti-1"), true);
    bench.clock.at += SECOND;
    await bench.store.sweep({ limit: 100, eventRetention: 3600 });
    assert.equal(await grants.isAccessTokenDenied("jti-1"), false);
  },
};
