import assert from "node:assert/strict";
import { found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, SECOND, subscriptionEvent, uuid } from "./fixtures.ts";
import { recorded, subscribed } from "./subscriptions.ts";

const TTL = 6 * SECOND;

/** A subscription with `count` dead letters, and the positions of their events. */
async function withLetters(bench: Bench, count: number) {
  const { id } = await subscribed(bench);
  const { subscriptions } = bench.store;
  await subscriptions.lease(id, "one", TTL);
  const positions = [];
  for (let i = 0; i < count; i += 1) {
    const cursor = await recorded(bench);
    const deadLetter = { attempts: i + 1, error: `HTTP 50${i}` };
    assert.partialDeepStrictEqual(await subscriptions.advance(id, "one", { cursor, deadLetter }, TTL), {
      cursor,
      lastError: deadLetter.error,
    });
    positions.push(cursor);
  }
  return { id, positions };
}

const replayRequested = (id: string) =>
  ({
    type: "subscription.replay_requested",
    data: { subscription_id: id, kind: "webhook", actor: "operator" },
  }) as const;

export const deadLetterCases: Cases = {
  "an event that is given up becomes a dead letter as the cursor moves on, and not without the lease": async (
    bench,
  ) => {
    const { subscriptions } = bench.store;
    const { id, positions } = await withLetters(bench, 3);
    const letters = await subscriptions.deadLetters(id, { limit: 10 });
    assert.deepEqual(
      letters.map(({ event, ...row }) => ({ ...row, event: event?.id })),
      positions.map(({ id: eventId, at: eventAt }, i) => ({
        eventId,
        eventAt,
        failedAt: bench.clock.at,
        attempts: i + 1,
        error: `HTTP 50${i}`,
        replayAt: null,
        event: eventId,
      })),
    );
    const after = positions[0]?.id;
    assert.deepEqual(await subscriptions.deadLetters(id, { after, limit: 1 }), letters.slice(1, 2));
    assert.equal((await subscriptions.find(id))?.deadLetters, 3);
    const late = { cursor: await recorded(bench), deadLetter: { attempts: 1, error: "late" } };
    assert.equal(await subscriptions.advance(id, "two", late, TTL), undefined);
    assert.equal((await subscriptions.find(id))?.deadLetters, 3);
    assert.deepEqual(await subscriptions.deadLetters(uuid(), { limit: 10 }), []);
  },

  "dead letters are sent again when asked for, one or all, and go when they are delivered": async (bench) => {
    const { subscriptions } = bench.store;
    const { id, positions } = await withLetters(bench, 3);
    const [first = NaN, second = NaN, third = NaN] = positions.map((position) => position.id);
    const asked = async () =>
      (await subscriptions.deadLetters(id, { limit: 10, replays: true })).map(({ eventId }) => eventId);
    assert.equal(await subscriptions.replayDeadLetters(id, 999_999, replayRequested(id)), 0);
    assert.equal((await subscriptions.find(id))?.replays, false);
    assert.equal(await subscriptions.replayDeadLetters(id, second, replayRequested(id)), 1);
    assert.equal((await bench.lastEvent()).type, "subscription.replay_requested");
    assert.equal((await subscriptions.find(id))?.replays, true);
    assert.deepEqual(await asked(), [second]);
    await subscriptions.endReplay(id, second, undefined);
    assert.equal(await subscriptions.replayDeadLetters(id, undefined, replayRequested(id)), 2);
    assert.deepEqual(await asked(), [first, third]);
    bench.clock.at += SECOND;
    await subscriptions.endReplay(id, first, "HTTP 404");
    assert.deepEqual(await asked(), [third]);
    const [kept] = await subscriptions.deadLetters(id, { limit: 1 });
    const failedAt = bench.clock.at;
    assert.partialDeepStrictEqual(kept, { eventId: first, attempts: 2, error: "HTTP 404", failedAt });
  },

  "asking for a replay ends the wait for the next attempt": async (bench) => {
    const { subscriptions } = bench.store;
    const { id } = await withLetters(bench, 1);
    await subscriptions.fail(id, "one", { error: "HTTP 500", nextAttemptAt: bench.clock.at + DAY });
    await subscriptions.replayDeadLetters(id, undefined, replayRequested(id));
    assert.equal(found(await subscriptions.find(id)).nextAttemptAt, 0);
  },

  "a dead letter outlives its event by a week, and goes with its subscription": async (bench) => {
    const { store, clock } = bench;
    const { id } = await withLetters(bench, 2);
    const sweep = () => store.sweep({ limit: 100, eventRetention: 3600 });
    clock.at += DAY;
    await recorded(bench);
    await store.subscriptions.update(id, { status: "paused" }, subscriptionEvent("subscription.paused", id));
    await sweep();
    const letters = await store.subscriptions.deadLetters(id, { limit: 10 });
    assert.deepEqual(
      letters.map(({ event }) => event),
      [undefined, undefined],
    );
    clock.at += 7 * DAY;
    await sweep();
    assert.deepEqual(await store.subscriptions.deadLetters(id, { limit: 10 }), []);
    const other = await withLetters(bench, 1);
    await store.subscriptions.delete(other.id, subscriptionEvent("subscription.deleted", other.id));
    assert.deepEqual(await store.subscriptions.deadLetters(other.id, { limit: 10 }), []);
  },
};
