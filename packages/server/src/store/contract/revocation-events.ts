import assert from "node:assert/strict";
import type { Event, EventPosition, NewEvent } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, SECOND, bareEvent, uuid } from "./fixtures.ts";

const BEGINNING: EventPosition = { id: 0, at: 0 };

async function revocations({ store }: Bench, from: EventPosition | { since: number }, limit = 100) {
  return found(await store.events.revocations(from, limit));
}

function types({ events }: { events: Event[] }): string[] {
  return events.map(({ type }) => type);
}

export const revocationCases: Cases = {
  "what ends access tokens is listed in order, and nothing else": async (bench) => {
    const { store } = bench;
    const grant = await bench.grant();
    const reused = await bench.grant();
    const client = await bench.client();
    await store.accounts.create({ subject: "s-1", username: "ada", passwordHash: null }, ACTOR);
    await store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
    const denied = { jti: "j-1", expiresAt: bench.clock.at + SECOND, clientId: client.id, actor: ACTOR };
    await store.grants.denyAccessToken(denied);
    await store.accounts.disable("s-1", ACTOR);
    await store.clients.disable(client.id, ACTOR);
    await store.clients.enable(client.id, ACTOR);
    await bench.refresh(reused, 0);
    bench.clock.at += DAY;
    await bench.refresh(reused, 1);
    bench.clock.at += DAY;
    await bench.refresh(reused, 0);
    await store.clients.delete(client.id, ACTOR);
    const listed = await revocations(bench, BEGINNING);
    assert.deepEqual(types(listed), [
      "grant.revoked",
      "access_token.revoked",
      "account.disabled",
      "client.disabled",
      "grant.reused",
      "client.deleted",
    ]);
    const all = await store.events.list({}, 100);
    for (const event of listed.events) assert.deepEqual(event, found(all.find(({ id }) => id === event.id)));
  },

  "the end of all grants of a subject is listed after a position, before what ends them one by one": async (
    bench,
  ) => {
    const { store, clock } = bench;
    const grant = await bench.grant();
    const data = { created_until: clock.at, actor: ACTOR };
    await store.events.record({ type: "subject.revoked", subject: grant.subject, data });
    await store.grants.revokeAll([grant.id], "revoked_by_operator", ACTOR, true);
    const { events } = await revocations(bench, BEGINNING);
    assert.deepEqual(
      events.map((event) => [event.type, event.data]),
      [
        ["subject.revoked", data],
        ["grant.revoked", { reason: "revoked_by_operator", actor: ACTOR, generation: 0, with_subject: true }],
      ],
    );
    // From an instant on, the grant's own is enough.
    assert.ok(types(await revocations(bench, { since: clock.at })).includes("grant.revoked"));
  },

  "a reader goes on from its position, a page at a time, and is moved past what it need not see": async (
    bench,
  ) => {
    const record = (type: NewEvent["type"], grantId = uuid()) =>
      bench.store.events.record(bareEvent(type, { grantId }));
    for (let i = 0; i < 5; i += 1) {
      await record("grant.revoked");
      await record("grant.created");
    }
    const first = await revocations(bench, BEGINNING, 2);
    assert.equal(first.events.length, 2);
    assert.equal(first.position.id, first.events.at(-1)?.id);
    const rest = await revocations(bench, first.position);
    assert.equal(rest.events.length, 3);
    assert.equal(rest.position.id, found((await bench.store.events.list({}, 100)).at(-1)).id);
    assert.deepEqual(types(await revocations(bench, rest.position)), []);
    await record("grant.created");
    const none = await revocations(bench, rest.position);
    assert.deepEqual(types(none), []);
    await record("grant.revoked");
    assert.deepEqual(types(await revocations(bench, none.position)), ["grant.revoked"]);
    assert.deepEqual(types(await revocations(bench, rest.position)), ["grant.revoked"]);
  },

  "a reader that begins gets what ended since an instant": async (bench) => {
    await bench.store.events.record(bareEvent("grant.revoked", { grantId: uuid() }));
    bench.clock.at += DAY;
    const since = bench.clock.at;
    const beforehand = await revocations(bench, { since });
    assert.deepEqual(types(beforehand), []);
    await bench.store.events.record(bareEvent("client.disabled", { clientId: uuid() }));
    bench.clock.at += DAY;
    await bench.store.events.record(bareEvent("grant.revoked", { grantId: uuid() }));
    assert.deepEqual(types(await revocations(bench, { since })), ["client.disabled", "grant.revoked"]);
    assert.deepEqual(types(await revocations(bench, { since: since + 1 })), ["grant.revoked"]);
    assert.deepEqual(types(await revocations(bench, beforehand.position)), [
      "client.disabled",
      "grant.revoked",
    ]);
  },

  "a position that this store never gave, or whose event is gone, is not taken for one": async (bench) => {
    await bench.store.events.record(bareEvent("grant.revoked", { grantId: uuid() }));
    const { position } = await revocations(bench, BEGINNING);
    assert.deepEqual(types(await revocations(bench, position)), []);
    const foreign = [
      { id: position.id + 1, at: position.at },
      { id: position.id, at: position.at + 1 },
    ];
    for (const from of foreign) assert.equal(await bench.store.events.revocations(from, 10), undefined);
    const empty = await bench.another();
    assert.equal(await empty.events.revocations(position, 10), undefined);
    assert.deepEqual(await empty.events.revocations({ since: 0 }, 10), { events: [], position: BEGINNING });
  },

  "of events that are recorded at once, none is missed by a reader that follows": async (bench) => {
    const grants = Array.from({ length: 60 }, () => uuid());
    const seen: string[] = [];
    let position = BEGINNING;
    const follow = async (): Promise<void> => {
      const page = await revocations(bench, position, 7);
      seen.push(...page.events.map(({ grantId = "" }) => grantId));
      ({ position } = page);
    };
    const records = Promise.all(
      grants.map((grantId) => bench.store.events.record(bareEvent("grant.revoked", { grantId }))),
    );
    for (let reads = 0; reads < 5; reads += 1) await follow();
    await records;
    for (let reads = 0; seen.length < grants.length && reads < 20; reads += 1) await follow();
    assert.deepEqual(seen.toSorted(), grants.toSorted());
  },
};
