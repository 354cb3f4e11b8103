import assert from "node:assert/strict";
import { ACTOR, afterSignIn } from "./bench.ts";
import { DAY, SECOND, newCode } from "./fixtures.ts";

const SWEEP = { limit: 100, eventRetention: 365 * 86_400 };

export const consentCases = afterSignIn({
  "consent is remembered with a code, grows by what is allowed later, and is not given unasked": async (
    bench,
  ) => {
    const { store, clock } = bench;
    const { id: clientId } = await bench.client();
    await store.codes.issue(newCode(clientId));
    assert.equal(await store.consents.find("subject-1", clientId), undefined);

    const givenAt = clock.at;
    await store.codes.issue(newCode(clientId, { scope: "read", consented: true }));
    const updatedAt = (clock.at += SECOND);
    await store.codes.issue(newCode(clientId, { scope: "write read", consented: true }));
    const consent = { subject: "subject-1", clientId, scope: "read write", givenAt, updatedAt };
    assert.deepEqual(await store.consents.find("subject-1", clientId), consent);
    assert.equal(await store.consents.find("subject-2", clientId), undefined);
    const { type, subject, data } = await bench.lastEvent();
    assert.deepEqual([type, subject, data["scope"]], ["consent.given", "subject-1", "read write"]);
  },

  "of scopes allowed at once none is lost": async (bench) => {
    const { store } = bench;
    const { id: clientId } = await bench.client();
    const scopes = ["a", "b", "c", "d"];
    await Promise.all(
      scopes.map((scope) => store.codes.issue(newCode(clientId, { scope, consented: true }))),
    );
    const remembered = (await store.consents.find("subject-1", clientId))?.scope;
    assert.deepEqual(remembered?.split(" ").toSorted(), scopes);
  },

  "consents are listed by subject, page by page without gap": async (bench) => {
    const { store } = bench;
    const ids = (await Promise.all(Array.from({ length: 5 }, () => bench.client()))).map(({ id }) => id);
    for (const id of ids) await store.codes.issue(newCode(id, { consented: true }));
    await store.codes.issue(newCode(ids[0] ?? "", { consented: true, subject: "subject-2" }));
    const first = await store.consents.list("subject-1", { limit: 3 });
    const rest = await store.consents.list("subject-1", { limit: 3, after: first.at(-1)?.clientId });
    assert.equal(first.length, 3);
    assert.deepEqual(
      [...first, ...rest].map(({ clientId }) => clientId),
      ids.toSorted(),
    );
  },

  "withdrawing a consent ends the subject's grants of that client, and nobody else's": async (bench) => {
    const { store } = bench;
    const { id: clientId } = await bench.client();
    await store.codes.issue(newCode(clientId, { consented: true }));
    const own = [await bench.grant(clientId), await bench.grant(clientId)];
    const elsewhere = await bench.grant();
    const others = await bench.grant(clientId, { subject: "subject-2" });
    bench.clock.at += SECOND;
    assert.equal(await store.consents.withdraw("subject-1", clientId, "subject-1"), true);
    assert.equal(await store.consents.find("subject-1", clientId), undefined);
    for (const grant of own) {
      assert.equal((await bench.refresh(grant, 0)).outcome, "revoked");
      assert.equal((await store.grants.find(grant.id))?.revokedReason, "revoked_by_subject");
    }
    for (const grant of [elsewhere, others]) assert.equal((await bench.refresh(grant, 0)).outcome, "rotated");
    const ended = (await store.events.list({ clientId }, 100)).map(({ type }) => type).slice(-3);
    assert.deepEqual(ended, ["consent.withdrawn", "grant.revoked", "grant.revoked"]);
    assert.equal(await store.consents.withdraw("subject-1", clientId, "subject-1"), false);
    assert.equal(await store.consents.withdraw("subject-1", "no id", "subject-1"), false);
  },

  "a withdrawal of another copy of the store is applied, but not over a newer consent": async (bench) => {
    const { store, clock } = bench;
    const { id: clientId } = await bench.client();
    const subject = "subject-1";
    await store.codes.issue(newCode(clientId, { consented: true }));
    const event = { id: 1, type: "consent.withdrawn", subject, clientId, data: { actor: ACTOR } } as const;
    assert.equal(await store.events.replay({ ...event, at: clock.at + SECOND }), true);
    assert.equal(await store.consents.find(subject, clientId), undefined);
    clock.at += 2 * SECOND;
    await store.codes.issue(newCode(clientId, { consented: true }));
    assert.equal(await store.events.replay({ ...event, at: clock.at - SECOND }), false);
    assert.notEqual(await store.consents.find(subject, clientId), undefined);
  },

  "a deleted client's consents are swept, then the client itself": async (bench) => {
    const { store } = bench;
    const { id: clientId } = await bench.client();
    const { id: kept } = await bench.client();
    for (const id of [clientId, kept]) await store.codes.issue(newCode(id, { consented: true }));
    await store.clients.delete(clientId, ACTOR);
    bench.clock.at += 8 * DAY;
    await store.sweep(SWEEP);
    assert.equal(await store.consents.find("subject-1", clientId), undefined);
    assert.notEqual(await store.consents.find("subject-1", kept), undefined);
  },
});
