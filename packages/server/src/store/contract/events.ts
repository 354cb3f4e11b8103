import assert from "node:assert/strict";
import type { Event, EventFilter, EventStore, NewEvent } from "../store.ts";
import { found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { SECOND, bareEvent, digest, presentedToken, uuid } from "./fixtures.ts";

async function types({ store }: Bench, filter: EventFilter): Promise<string[]> {
  return (await store.events.list(filter, 100)).map(({ type }) => type);
}

export const eventCases: Cases = {
  "an event is listed as it was recorded, and told once": async (bench) => {
    const event = {
      type: "client.refused",
      clientId: uuid(),
      subject: "s-1",
      grantId: uuid(),
      data: { cause: "wrong secret", age_ms: 12, nested: { list: [1, null, "ü"] } },
    } as const;
    await bench.store.events.record(event);
    const [listed, ...rest] = await bench.store.events.list({}, 10);
    assert.deepEqual(rest, []);
    const nobody = { address: undefined, userAgent: undefined, requestId: undefined };
    assert.deepEqual(listed, { ...event, ...nobody, id: listed?.id, at: bench.clock.at });
    assert.deepEqual(bench.told, [listed]);
  },

  "an event of a type that a newer program recorded is listed, and asks a restore for nothing": async (
    bench,
  ) => {
    const newer = { type: "grant.teleported", grantId: uuid(), data: { to: "mars" } } as unknown as NewEvent;
    await bench.store.events.record(newer);
    const [listed] = await bench.store.events.list({ type: "grant" }, 10);
    assert.partialDeepStrictEqual(listed, newer);
    assert.deepEqual((await bench.store.events.revocations({ since: 0 }, 10))?.events, []);
    const copy = await bench.another();
    const secretRotated = { ...(listed as object), ...(bareEvent("client.secret_rotated") as object) };
    for (const event of [found(listed), secretRotated as Event]) {
      assert.equal(await copy.events.replay(event), false);
    }
  },

  "events are listed oldest first, after an id, up to a limit": async (bench) => {
    const recorded = ["account.refused", "client.refused", "store.restored", "account.refused"] as const;
    await Promise.all(recorded.map((type) => bench.store.events.record(bareEvent(type))));
    const all = await bench.store.events.list({}, 100);
    assert.deepEqual(
      all.map(({ type }) => type),
      recorded,
    );
    assert.deepEqual(
      all.map(({ id }) => id),
      all.map(({ id }) => id).toSorted((a, b) => a - b),
    );
    assert.deepEqual(await bench.store.events.list({ after: all[1]?.id }, 100), all.slice(2));
    assert.deepEqual(await bench.store.events.list({ after: all[0]?.id }, 2), all.slice(1, 3));
    assert.deepEqual(bench.told, all);
  },

  "events about exactly a client, a subject or the store name nothing else": async ({ store }) => {
    const [clientId, subject, grantId] = [uuid(), "s-1", uuid()];
    const abouts = [{}, { clientId }, { subject }, { clientId, subject }, { clientId, subject, grantId }];
    for (const about of abouts) await store.events.record({ ...bareEvent("account.refused"), ...about });
    for (const about of abouts) {
      const listed = await store.events.list({ ...about, type: "account", exactly: true }, 10);
      assert.deepEqual(
        listed.map((event) => [event.clientId, event.subject, event.grantId]),
        [["clientId", "subject", "grantId"].map((name) => (about as Record<string, string>)[name])],
      );
    }
  },

  "events are filtered by type, its first word, client, subject, grant and time": async (bench) => {
    const [clientId, grantId] = [uuid(), uuid()];
    const record: EventStore["record"] = (event, options) => bench.store.events.record(event, options);
    await record(bareEvent("grant.revoked", { clientId, subject: "s-1", grantId }));
    bench.clock.at += SECOND;
    await record(bareEvent("grant.recovered", { clientId, subject: "s-2", grantId: uuid() }));
    await record(bareEvent("client.refused", { clientId }));
    await record(bareEvent("account.refused", { subject: "s-1" }));
    assert.deepEqual(await types(bench, { type: "grant.recovered" }), ["grant.recovered"]);
    assert.deepEqual(await types(bench, { type: "grant" }), ["grant.revoked", "grant.recovered"]);
    assert.deepEqual(await types(bench, { type: "gran" }), []);
    assert.deepEqual(await types(bench, { clientId }), [
      "grant.revoked",
      "grant.recovered",
      "client.refused",
    ]);
    assert.deepEqual(await types(bench, { subject: "s-1" }), ["grant.revoked", "account.refused"]);
    assert.deepEqual(await types(bench, { grantId }), ["grant.revoked"]);
    const since = bench.clock.at;
    assert.deepEqual(await types(bench, { since }), ["grant.recovered", "client.refused", "account.refused"]);
    assert.deepEqual(await types(bench, { since: since + 1 }), []);
    assert.deepEqual(await types(bench, { clientId, type: "grant", since }), ["grant.recovered"]);
  },

  "with `once`, an event is not recorded again for the same grant, client or subject until then": async (
    bench,
  ) => {
    const record: EventStore["record"] = (event, options) => bench.store.events.record(event, options);
    const count = async (): Promise<number> => (await types(bench, {})).length;
    const about = { grantId: uuid(), clientId: uuid() };
    const event = bareEvent("grant.client_mismatch", about);
    await Promise.all([record(event, { once: 60 }), record(event, { once: 60 })]);
    assert.equal(await count(), 1);
    bench.clock.at += 60 * SECOND - 1;
    await record(event, { once: 60 });
    assert.equal(await count(), 1);
    await record(bareEvent("grant.client_mismatch", { ...about, grantId: uuid() }), { once: 60 });
    assert.equal(await count(), 2, "another grant");
    await record(bareEvent("grant.generation_ahead", about), { once: 60 });
    assert.equal(await count(), 3, "another type");
    await record(bareEvent("client.refused", { clientId: about.clientId }), { once: 60 });
    await record(bareEvent("client.refused", { clientId: about.clientId }), { once: 60 });
    assert.equal(await count(), 4, "the same client");
    await record(bareEvent("account.refused", { subject: "s-1" }), { once: 60 });
    await record(bareEvent("account.refused", { subject: "s-2" }), { once: 60 });
    assert.equal(await count(), 6, "another subject");
    bench.clock.at += 2;
    await record(event, { once: 60 });
    assert.equal(await count(), 7, "the time is over");
    await record(event);
    assert.equal(await count(), 8, "without `once`");
    assert.equal(bench.told.length, 8);
  },

  "a plain refresh is no event": async (bench) => {
    const grant = await bench.grant();
    const before = await types(bench, {});
    bench.clock.at += SECOND;
    await bench.refresh(grant, 0);
    await bench.refresh(grant, 1, { rotation: "never" });
    assert.deepEqual(await types(bench, {}), before);
  },

  "a refusal that changes nothing is recorded once a minute, whoever keeps asking": async (bench) => {
    const grant = await bench.grant();
    const ask = async (): Promise<void> => {
      const stranger = presentedToken(grant, 0, {}, { clientId: uuid() });
      assert.equal((await bench.store.grants.rotate(stranger)).outcome, "client_mismatch");
    };
    const count = async (): Promise<number> => (await types(bench, { type: "grant.client_mismatch" })).length;
    await Promise.all([ask(), ask(), ask()]);
    assert.equal(await count(), 1);
    bench.clock.at += 61 * SECOND;
    await ask();
    assert.equal(await count(), 2);
  },

  "an event holds no secret of the token that caused it": async (bench) => {
    const grant = await bench.grant();
    const secretHash = digest();
    await bench.store.grants.rotate(presentedToken(grant, 5));
    await bench.store.grants.rotate(presentedToken(grant, 0));
    await bench.store.grants.rotate(presentedToken(grant, 0, {}, { secretHash }));
    const told = JSON.stringify(bench.told);
    assert.ok(told.includes("grant.recovered") && told.includes("grant.reused"));
    assert.ok(!told.includes(grant.secretHash.toString("hex")) && !told.includes(secretHash.toString("hex")));
  },
};
