import assert from "node:assert/strict";
import type { ExtensionResult, Grant, GrantEnd } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import type { Cases } from "./bench.ts";
import { DAY, POLICY, SECOND, uuid } from "./fixtures.ts";

const YEAR = 31_536_000;
const IDLE = POLICY.refreshIdleTtl * SECOND;

/** Why a grant was not extended: its outcome, or the reason that it is over for. */
function refusalOf(result: ExtensionResult): string {
  return result.outcome === "not_active" ? result.status.reason : result.outcome;
}

/** GrantStore.extendLifetime, and the list of grants that end soon. */
export const extensionCases: Cases = {
  "an extension moves the end of the absolute lifetime, and nothing else of the row": async (bench) => {
    const { grants } = bench.store;
    const grant = await bench.grant(undefined, { authTime: "now", maxTtl: 1000 });
    await bench.refresh(grant, 0);
    bench.clock.at += 500 * SECOND;
    const before = found(await grants.find(grant.id));
    const result = await grants.extendLifetime(grant.id, { by: 60 }, ACTOR);
    const extended = { ...before, expiresAt: before.expiresAt + 60 * SECOND };
    assert.deepEqual(result, {
      outcome: "lifetime_extended",
      grant: extended,
      previousExpiresAt: before.expiresAt,
    });
    assert.deepEqual(await grants.find(grant.id), extended);

    const { type, clientId, subject, grantId, data, at } = await bench.lastEvent();
    assert.deepEqual([type, at], ["grant.lifetime_extended", bench.clock.at]);
    assert.deepEqual([clientId, subject, grantId], [grant.clientId, grant.subject, grant.id]);
    const told = { previous_expires_at: before.expiresAt, expires_at: extended.expiresAt, actor: ACTOR };
    assert.deepEqual(data, told);
    assert.equal(bench.told.at(-1)?.type, "grant.lifetime_extended");
  },

  "the refresh after an extension has the new end, past the old one": async (bench) => {
    const grant = await bench.grant(undefined, { maxTtl: 100 });
    await bench.store.grants.extendLifetime(grant.id, { by: 100 }, ACTOR);
    bench.clock.at += 150 * SECOND;
    const result = await bench.refresh(grant, 0);
    assert.ok(result.outcome === "rotated");
    assert.equal(result.grant.expiresAt, grant.expiresAt + 100 * SECOND);
    bench.clock.at += 50 * SECOND;
    assert.equal((await bench.refresh(grant, 1)).outcome, "expired");
  },

  "an extension to a new grant's lifetime never shortens the one that there is": async (bench) => {
    const { grants } = bench.store;
    const grant = await bench.grant(undefined, { maxTtl: 2 * YEAR });
    for (const maxTtl of [YEAR, 2 * YEAR]) {
      assert.deepEqual(await grants.extendLifetime(grant.id, { maxTtl }, ACTOR), {
        outcome: "unchanged",
        grant,
      });
    }
    assert.deepEqual((await bench.lastEvent()).type, "grant.created");
    bench.clock.at += DAY;
    const result = await grants.extendLifetime(grant.id, { maxTtl: 2 * YEAR }, ACTOR);
    assert.ok(result.outcome === "lifetime_extended");
    assert.equal(result.grant.expiresAt, bench.clock.at + 2 * YEAR * SECOND);
  },

  "what is over is not extended, and says why": async (bench) => {
    const { grants, clients } = bench.store;
    const [client, disabled, deleted] = [await bench.client(), await bench.client(), await bench.client()];
    const made = {
      absolute: await bench.grant(client.id, { maxTtl: 60 }),
      idle: await bench.grant(client.id),
      revoked: await bench.grant(client.id),
      disabled: await bench.grant(disabled.id),
      deleted: await bench.grant(deleted.id),
    };
    await grants.revoke(made.revoked.id, "revoked_by_subject", ACTOR);
    await clients.disable(disabled.id, ACTOR);
    await clients.delete(deleted.id, ACTOR);
    const reasonOf = async ({ id }: Pick<Grant, "id">) =>
      refusalOf(await grants.extendLifetime(id, { by: YEAR }, ACTOR));
    const events = (await bench.eventTypes()).length;
    bench.clock.at += 60 * SECOND;
    assert.equal(await reasonOf(made.absolute), "absolute_lifetime");
    assert.equal(await reasonOf(made.revoked), "revoked_by_subject");
    assert.equal(await reasonOf(made.disabled), "client_disabled");
    assert.equal(await reasonOf(made.deleted), "client_deleted");
    bench.clock.at += IDLE - 60 * SECOND;
    assert.equal(await reasonOf(made.idle), "idle_lifetime");
    for (const id of [uuid(), "", "x", "' OR 1 = 1 --"]) assert.equal(await reasonOf({ id }), "not_found");
    for (const grant of [made.absolute, made.idle]) {
      assert.deepEqual(await grants.find(grant.id), grant);
      assert.equal((await bench.refresh(grant, 0)).outcome, "expired");
    }
    assert.equal((await bench.eventTypes()).length, events);
  },

  "extensions at the same time add up, and disturb no refresh": async (bench) => {
    const { grants } = bench.store;
    const grant = await bench.grant();
    const results = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        if (i % 3 > 0) return (await bench.refresh(grant, 0)).outcome;
        return (await grants.extendLifetime(grant.id, { by: 10 }, ACTOR)).outcome;
      }),
    );
    const count = (outcome: string) => results.filter((result) => result === outcome).length;
    assert.deepEqual([count("lifetime_extended"), count("rotated"), count("retried")], [20, 1, 39]);
    const row = found(await grants.find(grant.id));
    assert.deepEqual([row.generation, row.expiresAt], [1, grant.expiresAt + 200 * SECOND]);
    const events = await bench.store.events.list({ grantId: grant.id, type: "grant.lifetime_extended" }, 100);
    const ends = events.map(({ data }) => Number(data["expires_at"]));
    assert.deepEqual(
      ends.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => grant.expiresAt + (i + 1) * 10 * SECOND),
    );
  },

  "extensions at the same time do not move the end to more than ten years from now": async (bench) => {
    const { grants } = bench.store;
    const grant = await bench.grant(undefined, { maxTtl: YEAR });
    const by = 4 * YEAR;
    const results = await Promise.all(
      Array.from({ length: 4 }, () => grants.extendLifetime(grant.id, { by }, ACTOR)),
    );
    const outcomes = results.map(({ outcome }) => outcome).toSorted();
    assert.deepEqual(outcomes, ["lifetime_extended", "lifetime_extended", "too_long", "too_long"]);
    const { expiresAt } = found(await grants.find(grant.id));
    assert.equal(expiresAt, grant.expiresAt + 2 * by * SECOND);
    assert.equal((await grants.extendLifetime(grant.id, { by: YEAR }, ACTOR)).outcome, "lifetime_extended");
    assert.equal((await grants.extendLifetime(grant.id, { by: 1 }, ACTOR)).outcome, "too_long");
  },

  "an extension that races a revocation revives nothing": async (bench) => {
    const { grants } = bench.store;
    for (let i = 0; i < 10; i += 1) {
      const { id } = await bench.grant();
      const extend = () => grants.extendLifetime(id, { by: YEAR }, ACTOR);
      const revoke = () => grants.revoke(id, "revoked_by_operator", ACTOR);
      await Promise.all(i % 2 ? [extend(), revoke()] : [revoke(), extend()]);
      assert.notEqual(found(await grants.find(id)).revokedAt, null);
      assert.equal((await extend()).outcome, "not_active");
    }
  },

  "grants are listed in the order of their ends, from a place in it, also those that are over": async (
    bench,
  ) => {
    const { grants } = bench.store;
    const make = (days: number) => bench.grant(undefined, { maxTtl: days * 86_400 });
    const [b, last, a, same] = [await make(5), await make(40), await make(3), await make(5)];
    await grants.revoke(a.id, "revoked_by_operator", ACTOR);
    const start = { expiresAt: bench.clock.at, id: "00000000-0000-0000-0000-000000000000" };
    const by = bench.clock.at + 30 * DAY;
    const ids = async (after: GrantEnd, limit = 10) =>
      found(await grants.listEnding({ after, by }, limit)).map(({ id }) => id);
    assert.deepEqual(await ids(start), [a.id, b.id, same.id]);
    assert.deepEqual(await ids(start, 2), [a.id, b.id]);
    assert.deepEqual(await ids(b), [same.id]);
    assert.deepEqual(await ids(same), []);
    assert.deepEqual(await ids({ expiresAt: b.expiresAt, id: start.id }), [b.id, same.id]);
    await grants.extendLifetime(b.id, { by: 60 * 86_400 }, ACTOR);
    assert.deepEqual(await ids(start), [a.id, same.id]);
    assert.deepEqual(await grants.listEnding({ after: same, by: last.expiresAt }, 1), [last]);
  },
};
