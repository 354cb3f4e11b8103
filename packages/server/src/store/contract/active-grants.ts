import assert from "node:assert/strict";
import { grantStatus } from "../grant-status.ts";
import type { ActiveGrants, Grant } from "../store.ts";
import { ACTOR } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, SECOND, digest, uuid } from "./fixtures.ts";

const SUBJECT = "subject-1";

/** What `listActive` must say, from the rows themselves; its parts put together, in order. */
async function isTrue(bench: Bench): Promise<ActiveGrants[]> {
  const { grants, clients } = bench.store;
  const active: Grant[] = [];
  for (const grant of await grants.list({ subject: SUBJECT }, { limit: 10_000 })) {
    const client = await clients.find(grant.clientId);
    if (grantStatus(grant, client, bench.clock.at).state === "active") active.push(grant);
  }
  const expected = together(active);
  assert.deepEqual(together(await grants.listActive(SUBJECT)), expected);
  return expected;
}

function together(parts: readonly ActiveGrants[]): ActiveGrants[] {
  const keyOf = ({ clientId, scope, resource }: ActiveGrants) => `${clientId} ${scope} ${resource}`;
  const groups = Object.entries(Object.groupBy(parts, keyOf)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([, group = []]) => ({
    clientId: group[0]?.clientId ?? "",
    scope: group[0]?.scope ?? "",
    resource: group[0]?.resource ?? null,
    createdAt: Math.min(...group.map(({ createdAt }) => createdAt)),
    lastUsedAt: Math.max(...group.map(({ lastUsedAt }) => lastUsedAt)),
    expiresAt: Math.min(...group.map(({ expiresAt }) => expiresAt)),
  }));
}

/** The active grants of a subject, without a row for each. */
export const activeGrantCases: Cases = {
  "the active grants of a subject are those that `grantStatus` says, by client, scope and resource": async (
    bench,
  ) => {
    const { store, clock } = bench;
    const one = await bench.client();
    const other = await bench.client({ refreshIdleTtl: 3 * 86_400 });
    const numbered = await bench.client({ id: "7" });
    const disabled = await bench.client();
    const deleted = await bench.client();
    for (const { id } of [one, other, numbered, disabled, deleted]) {
      await bench.grant(id, { subject: SUBJECT, scope: "read", maxTtl: 86_400 });
      await bench.grant(id, { subject: SUBJECT, scope: "read write", maxTtl: 5 * 86_400 });
      await bench.grant(id, { subject: "subject-2" });
    }
    await bench.grant(one.id, {
      subject: SUBJECT,
      scope: "read",
      resource: "https://mcp.example",
      maxTtl: 86_400,
    });
    const used = await bench.grant(other.id, { subject: SUBJECT, scope: "" });
    const revoked = await bench.grant(one.id, { subject: SUBJECT, scope: "admin" });
    assert.equal((await isTrue(bench)).length, 13);

    clock.at += SECOND;
    await store.grants.revoke(revoked.id, "revoked_by_client", ACTOR);
    await store.clients.disable(disabled.id, ACTOR);
    await store.clients.delete(deleted.id, ACTOR);
    assert.equal((await isTrue(bench)).length, 8);
    clock.at += 2 * DAY;
    assert.equal((await bench.refresh(used, 0, { refreshIdleTtl: 3 * 86_400 })).outcome, "rotated");
    assert.equal((await isTrue(bench)).length, 4, "a day is over");
    clock.at += 2 * DAY;
    assert.equal((await isTrue(bench)).length, 3, "unused for three days");
    clock.at += DAY;
    await store.clients.enable(disabled.id, ACTOR);
    await bench.grant(disabled.id, { subject: SUBJECT });
    assert.deepEqual(
      (await isTrue(bench)).map(({ clientId }) => clientId),
      [disabled.id],
    );
    assert.deepEqual(await store.grants.listActive("unknown"), []);
    assert.deepEqual(await store.grants.listActive("\0"), []);
  },

  "very many grants of one subject are few parts": async (bench) => {
    const clients = [(await bench.client()).id, (await bench.client()).id] as const;
    const sessions = Array.from({ length: 2500 }, (_, i) => ({
      id: `${uuid().slice(0, 14)}8${uuid().slice(15)}`,
      clientId: i % 5 === 0 ? clients[0] : clients[1],
      subject: SUBJECT,
      scope: "read",
      secretHash: digest(),
      maxTtl: 86_400 + i,
    }));
    assert.equal(await bench.store.grants.adopt(sessions), 2500);
    assert.equal((await isTrue(bench)).length, 2);
    assert.ok((await bench.store.grants.listActive(SUBJECT)).length <= 6);
  },
};
