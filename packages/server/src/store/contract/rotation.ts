import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decide, eventInterval, eventsOf } from "../decide.ts";
import { step } from "./arbitraries.ts";
import { held } from "../retry-windows.ts";
import { rotationResult, written } from "../rotation-result.ts";
import { rotationProperties } from "./rotation-properties.ts";
import type { SimulatedStore } from "./simulation.ts";
import type { EventType, Grant } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { HOUR, POLICY, SECOND, WINDOW, presentedToken, uuid } from "./fixtures.ts";
import {
  explains,
  instant,
  orders,
  BINDINGS,
  present,
  presentation,
  RESOURCES,
  when,
} from "./presented-tokens.ts";

/** Histories for each property; each step is a durable commit. */
const RUNS = 60;

/** The events of the grant's refreshes. */
async function refreshEvents({ store }: Pick<Bench, "store">, grant: Grant) {
  const events = await store.events.list({ grantId: grant.id }, 1000);
  return events.filter(({ type }) => type !== "grant.created");
}

/** The engine as a store for the properties of rotation. */
function simulated(bench: Bench): SimulatedStore {
  let clientId: Promise<string> | undefined;
  return {
    clock: bench.clock,
    begin: async () => bench.grant(await (clientId ??= bench.client().then(({ id }) => id))),
    rotate: (presented) => bench.store.grants.rotate(presented),
    hold: (failed) => bench.store.grants.hold(failed),
    grant: async (id) => found(await bench.store.grants.find(id)),
    events: async (id): Promise<EventType[]> => {
      const events = await bench.store.events.list({ grantId: id }, 1000);
      return events.map(({ type }) => type).filter((type) => type !== "grant.created");
    },
  };
}

/** `rotate`, whose specification is `decide`. */
export const rotationCases: Cases = {
  "a token without a grant is unknown": async (bench) => {
    const grant = await bench.grant();
    for (const id of [uuid(), "", "x"]) {
      const result = await bench.store.grants.rotate(presentedToken({ ...grant, id }, 0));
      assert.deepEqual(result, { outcome: "unknown", at: bench.clock.at });
    }
  },

  "a lifetime ends to the millisecond": async (bench) => {
    const { id: clientId } = await bench.client();
    const idle = POLICY.refreshIdleTtl * SECOND;
    for (const [maxTtl, lifetime] of [
      [60, 60 * SECOND],
      [31_536_000, idle],
    ] as const) {
      const [grant, late] = [
        await bench.grant(clientId, { maxTtl }),
        await bench.grant(clientId, { maxTtl }),
      ];
      bench.clock.at = grant.createdAt + lifetime - 1;
      assert.equal((await bench.refresh(grant, 0)).outcome, "rotated");
      bench.clock.at += 1;
      assert.equal((await bench.refresh(late, 0)).outcome, "expired");
    }
  },

  "a window is over when the retry window has passed, to the millisecond": async (bench) => {
    const grant = await bench.grant();
    const windowStartedAt = (bench.clock.at += HOUR);
    const rotated = async (generation: number, at: number): Promise<(number | undefined)[]> => {
      bench.clock.at = at;
      assert.equal((await bench.refresh(grant, generation)).outcome, "rotated");
      const row = await bench.store.grants.find(grant.id);
      return [row?.windowStartedAt, row?.windowGeneration];
    };
    assert.deepEqual(await rotated(0, windowStartedAt), [windowStartedAt, 0]);
    assert.deepEqual(await rotated(1, windowStartedAt + WINDOW - 1), [windowStartedAt, 0]);
    assert.deepEqual(await rotated(2, windowStartedAt + WINDOW), [windowStartedAt + WINDOW, 2]);
  },

  "any history has the outcomes, rows and events that the decision table says": async (bench) => {
    const { id: clientId } = await bench.client();
    // Some responses cannot be made.
    const fails = fc.constantFrom(false, false, true);
    const history = fc.array(fc.tuple(when, presentation, fails), { minLength: 1, maxLength: 40 });
    const maxTtl = fc.constantFrom(36_000, 31_536_000);
    const scope = fc.constantFrom("read write", "read write", "");
    const grants = fc.record({
      maxTtl,
      scope,
      resource: fc.constantFrom(...RESOURCES),
      binding: fc.constantFrom(...Array<null>(6).fill(null), ...BINDINGS),
    });
    const property = fc.asyncProperty(history, grants, async (history, about) => {
      const grant = await bench.grant(clientId, about);
      const expected: { type: EventType; at: number; data: unknown }[] = [];
      let row = grant;
      for (const [when, asked, fails] of history) {
        const now = (bench.clock.at = instant(when, row, asked, bench.clock.at));
        const presented = present(row, asked);
        const decision = decide(row, presented, now);
        const result = await bench.store.grants.rotate(presented);
        assert.deepEqual(result, rotationResult(decision, row, now));
        const once = eventInterval(decision, row);
        row = written(row, decision);
        if (fails && "grant" in result) {
          await bench.store.grants.hold(result);
          row = { ...row, ...held(row, result) };
        }
        assert.deepEqual(await bench.store.grants.find(grant.id), row);
        for (const event of eventsOf(decision)) {
          const isRepeated =
            once !== undefined &&
            expected.some(({ type, at }) => type === event.type && at > now - once * SECOND);
          if (!isRepeated) expected.push({ ...event, at: now });
        }
      }
      const events = await refreshEvents(bench, grant);
      assert.deepEqual(
        events.map(({ type, at, data }) => ({ type, at, data })),
        expected,
      );
      assert.ok(events.every((event) => event.clientId === clientId && event.subject === grant.subject));
    });
    await fc.assert(property, { numRuns: RUNS });
  },

  "a failed response of a grant that went on meanwhile changes nothing": async (bench) => {
    const grant = await bench.grant();
    const failed = await bench.refresh(grant, 0);
    assert.ok("grant" in failed);
    const holds = async (changes: Partial<Grant>) => {
      await bench.store.grants.hold(failed);
      assert.partialDeepStrictEqual(await bench.store.grants.find(grant.id), changes);
    };
    bench.clock.at += SECOND;
    await holds({ generation: 1, windowsHeldAt: failed.at });
    bench.clock.at += 10 * WINDOW;
    assert.equal((await bench.refresh(grant, 0)).outcome, "retried");
    assert.equal((await bench.refresh(grant, 1)).outcome, "rotated");
    await holds({ generation: 2, windowsHeldAt: null });
    await bench.store.grants.revoke(grant.id, "revoked_by_operator", ACTOR);
    const last = { ...failed, grant: found(await bench.store.grants.find(grant.id)) };
    await bench.store.grants.hold(last);
    assert.equal((await bench.store.grants.find(grant.id))?.windowsHeldAt, null);
    // Nor does one of a grant that was swept.
    await bench.store.grants.hold({ ...failed, grant: { ...grant, id: uuid() } });
  },

  "requests of one instant have the results of some order of them": async (bench) => {
    const { id: clientId } = await bench.client();
    const history = fc.array(fc.tuple(step, presentation), { maxLength: 4 });
    const together = fc.array(presentation, { minLength: 2, maxLength: 4 });
    const property = fc.asyncProperty(history, together, async (history, together) => {
      const grant = await bench.grant(clientId);
      const other = await bench.grant(clientId);
      let row = grant;
      for (const [step, asked] of history) {
        bench.clock.at += step;
        await bench.store.grants.rotate(present(row, asked));
        row = found(await bench.store.grants.find(grant.id));
      }
      const members = together.map((asked) => present(row, asked));
      const [elsewhere, ...results] = await Promise.all(
        [presentedToken(other, 0), ...members].map((presented) => bench.store.grants.rotate(presented)),
      );
      const after = found(await bench.store.grants.find(grant.id));
      const answered = members.map((presented, i) => ({ presented, result: found(results[i]) }));
      assert.ok(orders(answered).some((order) => explains(order, row, after, bench.clock.at)));
      assert.equal(elsewhere?.outcome, "rotated");
    });
    await fc.assert(property, { numRuns: 2 * RUNS });
  },

  "200 concurrent refreshes of one token have one successor, and one event": async (bench) => {
    const grant = await bench.grant();
    bench.clock.at += HOUR;
    bench.batches.length = 0;
    const all = Array.from({ length: 200 }, () => bench.store.grants.rotate(presentedToken(grant, 0)));
    const results = await Promise.all(all);
    const outcomes = results.map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === "rotated").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === "retried").length, 199);
    for (const result of results) assert.ok("grant" in result && result.grant.generation === 1);
    assert.equal((await bench.store.grants.find(grant.id))?.generation, 1);
    assert.deepEqual(
      (await refreshEvents(bench, grant)).map(({ type }) => type),
      ["grant.retried"],
    );
    assert.ok(bench.batches.length < 200, "concurrent rotations share transactions");
    assert.ok(bench.batches.every((members) => members > 0));
  },

  "many writers over many grants lose no rotation and add no row": async (bench) => {
    const { id: clientId } = await bench.client();
    const grants = await Promise.all(Array.from({ length: 40 }, () => bench.grant(clientId)));
    const events = (await bench.eventTypes()).length;
    bench.clock.at += HOUR;
    const chain = async (grant: Grant): Promise<void> => {
      for (let generation = 0; generation < 20; generation += 1) {
        const [one, two] = await Promise.all([
          bench.store.grants.rotate(presentedToken(grant, generation)),
          bench.store.grants.find(grant.id),
        ]);
        assert.equal(one.outcome, "rotated");
        assert.ok(two !== undefined && two.generation >= generation);
      }
    };
    await Promise.all(grants.map(chain));
    const rows = await bench.store.grants.list({ clientId }, { limit: 1000 });
    assert.deepEqual(
      rows.map(({ generation }) => generation),
      grants.map(() => 20),
    );
    assert.equal((await bench.eventTypes()).length, events);
  },

  "a member that fails leaves the rest of its batch as it is": async (bench) => {
    const grant = await bench.grant();
    const other = await bench.grant(grant.clientId);
    bench.clock.at += HOUR;
    const results = await Promise.allSettled([
      bench.store.grants.rotate(presentedToken(grant, 0)),
      bench.grant(grant.clientId, { id: grant.id }),
      bench.store.grants.rotate(presentedToken(other, 0)),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === "fulfilled" ? "fulfilled" : "rejected")),
      ["fulfilled", "rejected", "fulfilled"],
    );
    for (const { id } of [grant, other]) {
      assert.equal((await bench.store.grants.find(id))?.generation, 1);
    }
  },

  ...Object.fromEntries(
    Object.entries(rotationProperties).map(([title, holds]) => [
      title,
      (bench: Bench) => holds(async () => simulated(bench), RUNS / 3),
    ]),
  ),
};
