import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { pino } from "pino";
import { createMetrics } from "../metrics.ts";
import { openStore } from "../open-store.ts";
import { readOptions } from "../config/read-config.ts";
import { resolveConfig } from "../config/resolve-config.ts";
import {
  Clock,
  bareEvent,
  DAY,
  newSubscription,
  SECOND,
  subscriptionEvent,
  uuid,
} from "../store/contract/fixtures.ts";
import { found } from "../store/contract/bench.ts";
import type { Event, NewSubscription, Subscription } from "../store/store.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { PAGE } from "./read-events.ts";
import { SubscriptionRunner } from "./runner.ts";
import type { Delivery, Sender } from "./sender.ts";
import { LEASE } from "./session.ts";
import { matchesType } from "./event-filter.ts";

const clock = new Clock();
const config = resolveConfig(readOptions({ database: `sqlite:${temporaryFolder()}/regrant.db` }));
const lines: string[] = [];
const log = pino({ level: "debug", base: null }, { write: (line: string) => void lines.push(line) });
const { store } = await openStore(config, { now: clock.now });
after(() => store.close());

/** What a runner's receivers were sent, and what they respond. */
class Receivers implements Sender {
  readonly sent: { to: string; id: number; by: string }[] = [];
  respond: (event: Event, to: string, signal: AbortSignal) => Delivery | Promise<Delivery> = () => ({
    outcome: "delivered",
  });

  takes({ type }: Event, { settings }: Subscription): boolean {
    return matchesType(settings["events"] as string[], type);
  }

  sender(by: string): Sender {
    return {
      takes: (event, subscription) => this.takes(event, subscription),
      deliver: async (subscription, event, signal) => {
        this.sent.push({ to: subscription.id, id: event.id, by });
        return this.respond(event, subscription.id, signal);
      },
    };
  }

  deliver(): Promise<Delivery> {
    throw new Error("not used");
  }

  idsFor(to: string): number[] {
    return this.sent.filter((one) => one.to === to).map(({ id }) => id);
  }
}

let receivers = new Receivers();
const runners: SubscriptionRunner[] = [];

/** A runner of another process; it looks only when a test says so. */
function runner(by = "one"): SubscriptionRunner {
  const metrics = createMetrics();
  const made = new SubscriptionRunner({ store, log, metrics }, { webhook: receivers.sender(by) });
  runners.push(made);
  return made;
}

beforeEach(async () => {
  clock.at += 30 * DAY;
  receivers = new Receivers();
  for (const one of runners.splice(0)) await one.stop();
  for (const { id } of await store.subscriptions.list({ limit: 100 })) {
    await store.subscriptions.delete(id, subscriptionEvent("subscription.deleted", id));
  }
});

after(() => Promise.all(runners.map((one) => one.stop())));

async function subscribe(changes: Partial<NewSubscription> = {}): Promise<string> {
  const wanted = newSubscription(changes);
  await store.subscriptions.create(wanted, 100, subscriptionEvent("subscription.created", wanted.id));
  return wanted.id;
}

async function record(
  type: "grant.reused" | "client.enabled" = "grant.reused",
  count = 1,
): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < count; i += 1) {
    await store.events.record(bareEvent(type, { grantId: uuid() }));
    const newest = (await store.events.list({ type, since: clock.at }, 10_000)).at(-1);
    ids.push(found(newest).id);
  }
  return ids;
}

const stateOf = async (id: string) => found(await store.subscriptions.find(id));

test("a subscription is sent the events of its types, in their order, and no event before it", async () => {
  await record();
  const id = await subscribe();
  const [first] = await record();
  await record("client.enabled");
  const [second] = await record();
  await runner().settled();
  assert.deepEqual(receivers.idsFor(id), [first, second]);
  await record("client.enabled");
  await runner().settled();
  assert.equal(receivers.sent.length, 2);
});

test("events that are not for it are passed by the page or after a minute, and cost no write before", async () => {
  const id = await subscribe();
  const before = (await stateOf(id)).cursor;
  await record("client.enabled", 5);
  const one = runner();
  await one.settled();
  assert.deepEqual((await stateOf(id)).cursor, before);
  clock.at += 60 * SECOND;
  await one.settled();
  assert.equal((await stateOf(id)).waitingSince, null);
  const passed = (await stateOf(id)).cursor;
  await record("client.enabled", PAGE);
  await one.settled();
  assert.ok((await stateOf(id)).cursor.id >= passed.id + PAGE);
  assert.deepEqual(receivers.sent, []);
});

test("after a failure the same event is sent again, later and later, and the next one not before it", async () => {
  const id = await subscribe();
  const [first = NaN, second] = await record("grant.reused", 2);
  receivers.respond = () => ({ outcome: "failed", error: "HTTP 500" });
  const one = runner();
  const waits = [];
  for (let failures = 1; failures <= 9; failures += 1) {
    await one.settled();
    const state = await stateOf(id);
    assert.deepEqual([state.failures, state.lastError], [failures, "HTTP 500"]);
    waits.push((state.nextAttemptAt - clock.at) / SECOND);
    clock.at = state.nextAttemptAt - 1;
    await one.settled();
    assert.equal(receivers.sent.length, failures, "not yet");
    clock.at += 1;
  }
  for (const [i, wait] of [5, 30, 120, 600, 1800, 3600, 7200, 7200, 7200].entries()) {
    const given = waits[i] ?? NaN;
    assert.ok(given >= wait * 0.8 && given <= wait * 1.2, `${given} of ${wait}`);
  }
  assert.deepEqual(new Set(receivers.idsFor(id)), new Set([first]));
  receivers.respond = () => ({ outcome: "delivered" });
  await one.settled();
  assert.deepEqual(receivers.idsFor(id).slice(-2), [first, second]);
  const { failures, lastError } = await stateOf(id);
  assert.deepEqual([failures, lastError], [0, null]);
});

test("a receiver that asks for more time gets it, up to two hours", async () => {
  const one = runner();
  for (const [asked, given] of [
    [900, 900],
    [100_000, 7200],
  ] as const) {
    const id = await subscribe();
    await record();
    receivers.respond = (_event, to) =>
      to === id ? { outcome: "failed", error: "HTTP 429", retryAfter: asked } : { outcome: "delivered" };
    await one.settled();
    assert.equal((await stateOf(id)).nextAttemptAt - clock.at, given * SECOND);
  }
});

test("an event that cannot be delivered for three days becomes a dead letter, and the next ones follow in order", async () => {
  const id = await subscribe();
  const [bad, good] = await record("grant.reused", 2);
  receivers.respond = (event) =>
    event.id === bad ? { outcome: "failed", error: "HTTP 400" } : { outcome: "delivered" };
  const one = runner();
  await one.settled();
  for (let days = 0; days < 3; days += 1) {
    assert.equal((await stateOf(id)).deadLetters, 0);
    clock.at += DAY;
    await one.settled();
  }
  assert.equal(receivers.idsFor(id).at(-1), good);
  const [letter, ...others] = await store.subscriptions.deadLetters(id, { limit: 10 });
  assert.deepEqual(others, []);
  assert.partialDeepStrictEqual(letter, { eventId: bad, attempts: 4, error: "HTTP 400" });
  assert.equal(lines.filter((line) => line.includes("is a dead letter")).length, 1);

  // Somebody asks for it again: it fails once more, and then arrives.
  const event = { subscription_id: id, kind: "webhook", actor: "operator" };
  const ask = () =>
    store.subscriptions.replayDeadLetters(id, bad, { type: "subscription.replay_requested", data: event });
  await ask();
  await one.settled();
  assert.deepEqual(
    (await store.subscriptions.deadLetters(id, { limit: 10 })).map(({ attempts }) => attempts),
    [5],
  );
  receivers.respond = () => ({ outcome: "delivered" });
  await ask();
  await one.settled();
  assert.equal(receivers.idsFor(id).at(-1), bad);
  assert.equal((await stateOf(id)).deadLetters, 0);
});

test("a receiver that is gone disables its subscription, with an event, and nothing more is sent", async () => {
  const id = await subscribe();
  await record("grant.reused", 2);
  receivers.respond = () => ({ outcome: "gone", reason: "The receiver responded with 410 Gone." });
  const one = runner();
  await one.settled();
  await one.settled();
  assert.equal(receivers.sent.length, 1);
  const { status, statusReason } = await stateOf(id);
  assert.deepEqual([status, statusReason], ["disabled", "The receiver responded with 410 Gone."]);
  const [event] = await store.events.list({ type: "subscription.disabled", since: clock.at }, 10);
  assert.partialDeepStrictEqual(event?.data, { subscription_id: id, reason: statusReason });
});

test("a subscription that hangs keeps no other waiting, and a stop ends its attempt without a failure", async () => {
  const [hangs, works] = [await subscribe(), await subscribe()];
  const [event] = await record();
  const arrived = Promise.withResolvers<void>();
  receivers.respond = (_event, to, signal) => {
    if (to !== hangs) return (arrived.resolve(), { outcome: "delivered" });
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve({ outcome: "failed", error: "ended" }));
    });
  };
  const one = runner();
  await one.look();
  await arrived.promise;
  await one.stop();
  assert.deepEqual(receivers.idsFor(works), [event]);
  const { failures, cursor, free } = await stateOf(hangs);
  assert.deepEqual([failures, cursor.id < (event ?? 0), free], [0, true, true]);
});

test("of two processes one sends, and the other one follows when its lease is over", async () => {
  const id = await subscribe();
  const ids = await record("grant.reused", 3);
  const [dies, follows] = [runner("dies"), runner("follows")];
  const reached = Promise.withResolvers<void>();
  receivers.respond = (event) => {
    if (event.id !== ids[1] || receivers.sent.at(-1)?.by === "follows") return { outcome: "delivered" };
    reached.resolve();
    return new Promise(() => {});
  };
  void dies.look();
  await reached.promise;
  await follows.settled();
  assert.deepEqual(receivers.idsFor(id), ids.slice(0, 2), "the lease is another's");
  clock.at += LEASE;
  await follows.settled();
  assert.deepEqual(receivers.idsFor(id), [ids[0], ids[1], ids[1], ids[2]]);
  assert.deepEqual(new Set(receivers.sent.slice(2).map(({ by }) => by)), new Set(["follows"]));
  runners.splice(runners.indexOf(dies), 1);
});

test("an event is sent as soon as it is told, without waiting for the next look", async () => {
  const id = await subscribe();
  const one = runner();
  await one.settled();
  await record();
  const [event] = await store.events.list({ type: "grant.reused", since: clock.at }, 1);
  const arrived = Promise.withResolvers<void>();
  receivers.respond = () => (arrived.resolve(), { outcome: "delivered" });
  one.wake(found(event));
  await arrived.promise;
  await one.settled();
  assert.deepEqual(receivers.idsFor(id), [event?.id]);
});

test("events that were swept before they were sent are told of, once, and the next ones are sent", async () => {
  const id = await subscribe();
  await record();
  await store.subscriptions.update(id, { status: "paused" }, subscriptionEvent("subscription.paused", id));
  clock.at += 10 * DAY;
  await store.sweep({ limit: 10_000, eventRetention: 3600 });
  await store.subscriptions.update(id, { status: "enabled" }, subscriptionEvent("subscription.resumed", id));
  const [next] = await record();
  receivers.respond = () => ({ outcome: "failed", error: "HTTP 500" });
  const one = runner();
  await one.settled();
  clock.at += 10 * SECOND;
  receivers.respond = () => ({ outcome: "delivered" });
  await one.settled();
  assert.deepEqual(receivers.idsFor(id), [next, next]);
  const lost = await store.events.list({ type: "subscription.events_lost" }, 10);
  assert.equal(lost.length, 1);
});

test("a sender that throws is a failure, and its error is in the log alone", async () => {
  const id = await subscribe();
  await record();
  receivers.respond = () => {
    throw new Error("a secret text");
  };
  await runner().settled();
  assert.equal((await stateOf(id)).lastError, "internal error: see the log");
  assert.ok(lines.some((line) => line.includes("a secret text")));
});
