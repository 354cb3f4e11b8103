import assert from "node:assert/strict";
import type { EventPosition, NewSubscription, Subscription } from "../store.ts";
import { found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import { DAY, SECOND, bareEvent, digest, newSubscription, subscriptionEvent, uuid } from "./fixtures.ts";

const TTL = 6 * SECOND;
const MOST = 100;

/** Creates a subscription. */
export async function subscribed(
  { store }: Bench,
  changes: Partial<NewSubscription> = {},
): Promise<Subscription> {
  const wanted = newSubscription(changes);
  const event = subscriptionEvent("subscription.created", wanted.id);
  assert.equal(await store.subscriptions.create(wanted, MOST, event), "created");
  return found(await store.subscriptions.find(wanted.id));
}

/** Records an event, and returns its position. */
export async function recorded(bench: Bench): Promise<EventPosition> {
  await bench.store.events.record(bareEvent("grant.reused", { grantId: uuid() }));
  const { id, at } = await bench.lastEvent();
  return { id, at };
}

const eventIds = async ({ store }: Bench) => (await store.events.list({}, 1000)).map(({ id }) => id);

export const subscriptionCases: Cases = {
  "a subscription is found and listed as it was created, after the newest event, with its event": async (
    bench,
  ) => {
    const last = await recorded(bench);
    const wanted = newSubscription();
    const event = subscriptionEvent("subscription.created", wanted.id);
    assert.equal(await bench.store.subscriptions.create(wanted, MOST, event), "created");
    const one = found(await bench.store.subscriptions.find(wanted.id));
    const { from, ...columns } = wanted;
    assert.deepEqual(one, {
      ...columns,
      status: "enabled",
      statusReason: null,
      version: 1,
      cursor: last,
      progress: null,
      failures: 0,
      nextAttemptAt: 0,
      lastError: null,
      createdAt: bench.clock.at,
      waitingSince: bench.clock.at,
      deadLetters: 0,
      replays: false,
      free: true,
    });
    assert.partialDeepStrictEqual(await bench.lastEvent(), event);
    const other = await subscribed(bench);
    const ids = [one, other].map(({ id }) => id).toSorted();
    const listed = await bench.store.subscriptions.list({ limit: 10 });
    assert.deepEqual(
      listed.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(await bench.store.subscriptions.list({ after: ids[0], limit: 1 }), listed.slice(1));
    for (const id of [uuid(), "a\0b"]) assert.equal(await bench.store.subscriptions.find(id), undefined);
  },

  "a subscription begins now, at the oldest event, or at an instant": async (bench) => {
    assert.deepEqual((await subscribed(bench)).cursor, { id: 0, at: 0 });
    bench.clock.at += SECOND;
    const first = await recorded(bench);
    bench.clock.at += SECOND;
    const second = await recorded(bench);
    const cursorOf = async (from: NewSubscription["from"]) => (await subscribed(bench, { from })).cursor;
    assert.deepEqual(await cursorOf({ since: second.at }), first);
    assert.deepEqual(await cursorOf("beginning"), { id: 0, at: 0 });
    assert.deepEqual(await cursorOf({ since: 0 }), { id: 0, at: 0 });
    const { id, at } = await bench.lastEvent();
    assert.deepEqual(await cursorOf("now"), { id, at });
  },

  "there are no more subscriptions than there may be, however many are created at once": async (bench) => {
    const create = () => {
      const wanted = newSubscription();
      return bench.store.subscriptions.create(
        wanted,
        3,
        subscriptionEvent("subscription.created", wanted.id),
      );
    };
    const outcomes = await Promise.all(Array.from({ length: 8 }, create));
    assert.equal(outcomes.filter((outcome) => outcome === "created").length, 3);
    assert.equal((await eventIds(bench)).length, 3);
  },

  "an update changes what it gives, forgets failures, and needs the version if one is given": async (
    bench,
  ) => {
    const { store } = bench;
    const { id, secrets } = await subscribed(bench);
    await store.subscriptions.lease(id, "one", TTL);
    await store.subscriptions.fail(id, "one", { error: "HTTP 500", nextAttemptAt: bench.clock.at + DAY });
    const failed = found(await store.subscriptions.find(id));
    assert.deepEqual(
      [failed.failures, failed.nextAttemptAt, failed.lastError, failed.free],
      [1, bench.clock.at + DAY, "HTTP 500", true],
    );
    const paused = subscriptionEvent("subscription.paused", id);
    const change = { status: "paused", statusReason: "asked" } as const;
    assert.equal(await store.subscriptions.update(id, change, paused, 2), "conflict");
    assert.equal(await store.subscriptions.update(uuid(), change, paused), "not_found");
    assert.equal(await store.subscriptions.update(id, change, paused, 1), "updated");
    const updated = found(await store.subscriptions.find(id));
    assert.partialDeepStrictEqual(updated, { ...change, version: 2, failures: 0, nextAttemptAt: 0, secrets });
    const settings = { url: "https://other.example/" };
    const key = digest();
    const again = { settings, secrets: key, status: "enabled" } as const;
    await store.subscriptions.update(id, again, subscriptionEvent("subscription.resumed", id));
    const last = found(await store.subscriptions.find(id));
    assert.partialDeepStrictEqual(last, { ...again, version: 3, statusReason: null });
    const types = (await bench.eventTypes()).slice(-2);
    assert.deepEqual(types, ["subscription.paused", "subscription.resumed"]);
  },

  "sealed secrets are replaced only if they are still those that were opened": async (bench) => {
    const { subscriptions } = bench.store;
    const { id, secrets } = await subscribed(bench);
    const resealed = digest();
    assert.equal(await subscriptions.reseal(id, found(secrets ?? undefined), resealed), true);
    assert.equal(await subscriptions.reseal(id, found(secrets ?? undefined), digest()), false);
    assert.deepEqual((await subscriptions.find(id))?.secrets, resealed);
  },

  "one process has the lease until it gives it back or its time is over": async (bench) => {
    const { subscriptions } = bench.store;
    const { id } = await subscribed(bench);
    const taken = await Promise.all(["one", "two", "three"].map((by) => subscriptions.lease(id, by, TTL)));
    assert.equal(taken.filter((row) => row !== undefined).length, 1);
    const holder = ["one", "two", "three"][taken.findIndex((row) => row !== undefined)] ?? "";
    const other = holder === "one" ? "two" : "one";
    assert.equal((await subscriptions.find(id))?.free, false);
    bench.clock.at += TTL - 1;
    assert.ok(await subscriptions.lease(id, holder, TTL), "renewed");
    bench.clock.at += TTL - 1;
    assert.equal(await subscriptions.lease(id, other, TTL), undefined);
    await subscriptions.release(id, other);
    assert.equal((await subscriptions.find(id))?.free, false, "another's lease");
    bench.clock.at += 1;
    assert.ok(await subscriptions.lease(id, other, TTL), "its time was over");
    await subscriptions.release(id, other);
    assert.ok(await subscriptions.lease(id, holder, TTL), "it was given back");
  },

  "a subscription is not leased while it is paused, before its next attempt, or when it does not exist":
    async (bench) => {
      const { subscriptions } = bench.store;
      const { id } = await subscribed(bench);
      assert.equal(await subscriptions.lease(uuid(), "one", TTL), undefined);
      await subscriptions.lease(id, "one", TTL);
      await subscriptions.fail(id, "one", { error: "HTTP 500", nextAttemptAt: bench.clock.at + SECOND });
      assert.equal(await subscriptions.lease(id, "one", TTL), undefined);
      bench.clock.at += SECOND;
      assert.ok(await subscriptions.lease(id, "one", TTL));
      await subscriptions.update(id, { status: "paused" }, subscriptionEvent("subscription.paused", id));
      assert.equal(await subscriptions.lease(id, "one", TTL), undefined);
    },

  "only the process with the lease moves the cursor, and renews its lease with it": async (bench) => {
    const { subscriptions } = bench.store;
    const { id, cursor } = await subscribed(bench);
    const to = { cursor: await recorded(bench), progress: { sent: 1 } };
    assert.equal(await subscriptions.advance(id, "one", to, TTL), undefined, "no lease");
    await subscriptions.lease(id, "one", TTL);
    assert.equal(await subscriptions.advance(id, "two", to, TTL), undefined, "another's lease");
    bench.clock.at += TTL - 1;
    const moved = await subscriptions.advance(id, "one", to, TTL);
    assert.partialDeepStrictEqual(moved, { ...to, failures: 0, lastError: null });
    bench.clock.at += TTL - 1;
    const next = { cursor: await recorded(bench) };
    assert.partialDeepStrictEqual(await subscriptions.advance(id, "one", next, TTL), {
      ...next,
      progress: { sent: 1 },
    });
    bench.clock.at += TTL;
    assert.equal(await subscriptions.advance(id, "one", { cursor }, TTL), undefined, "its time is over");
    const late = { error: "late", nextAttemptAt: bench.clock.at };
    assert.equal(await subscriptions.fail(id, "one", late), false);
    await subscriptions.lease(id, "two", TTL);
    assert.equal(await subscriptions.advance(id, "one", { cursor }, TTL), undefined, "lost to another");
    assert.deepEqual((await subscriptions.find(id))?.cursor, next.cursor);
  },

  "what was sent to a subscription that was paused meanwhile is done with": async (bench) => {
    const { subscriptions } = bench.store;
    const { id } = await subscribed(bench);
    await subscriptions.lease(id, "one", TTL);
    await subscriptions.update(id, { status: "paused" }, subscriptionEvent("subscription.paused", id));
    const cursor = await recorded(bench);
    const moved = await subscriptions.advance(id, "one", { cursor }, TTL);
    assert.partialDeepStrictEqual(moved, { cursor, status: "paused", version: 2 });
    assert.equal(await subscriptions.delete(id, subscriptionEvent("subscription.deleted", id)), true);
    assert.equal(await subscriptions.delete(id, subscriptionEvent("subscription.deleted", id)), false);
    assert.equal(await subscriptions.advance(id, "one", { cursor }, TTL), undefined);
    assert.equal((await bench.lastEvent()).type, "subscription.deleted");
  },

  "a subscription tells since when the first event after its cursor waits": async (bench) => {
    const { subscriptions } = bench.store;
    const { id } = await subscribed(bench);
    await subscriptions.lease(id, "one", TTL);
    const { id: last, at } = await bench.lastEvent();
    await subscriptions.advance(id, "one", { cursor: { id: last, at } }, TTL);
    assert.equal((await subscriptions.find(id))?.waitingSince, null);
    const first = await recorded(bench);
    bench.clock.at += SECOND;
    await recorded(bench);
    assert.equal((await subscriptions.find(id))?.waitingSince, first.at);
  },

  "the sweep keeps events that wait for an enabled subscription, and the one at its cursor, a week longer":
    async (bench) => {
      const { store, clock } = bench;
      const first = await recorded(bench);
      const { id, cursor } = await subscribed(bench);
      assert.deepEqual(cursor, first);
      const [, created = NaN] = await eventIds(bench);
      const sweep = () => store.sweep({ limit: 100, eventRetention: 3600 });
      clock.at += DAY;
      await sweep();
      assert.deepEqual(await eventIds(bench), [first.id, created]);
      await store.subscriptions.lease(id, "one", TTL);
      await store.subscriptions.advance(id, "one", { cursor: { id: created, at: first.at } }, TTL);
      await sweep();
      assert.deepEqual(await eventIds(bench), [created]);
      const next = await recorded(bench);
      clock.at += 8 * DAY;
      await sweep();
      assert.deepEqual(await eventIds(bench), []);
      assert.deepEqual((await subscribed(bench, { from: { since: next.at } })).cursor, { id: 0, at: 0 });
      await store.subscriptions.update(
        id,
        { status: "paused" },
        subscriptionEvent("subscription.paused", id),
      );
      clock.at += DAY;
      await store.subscriptions.update(
        (await store.subscriptions.list({ limit: 10 })).find(({ status }) => status === "enabled")?.id ?? "",
        { status: "paused" },
        subscriptionEvent("subscription.paused", id),
      );
      clock.at += 3601 * SECOND;
      await sweep();
      assert.deepEqual(await eventIds(bench), [], "nothing is kept for a paused one");
    },
};
