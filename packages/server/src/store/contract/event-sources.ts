import assert from "node:assert/strict";
import { runFrom } from "../../request-source.ts";
import type { RequestSource } from "../../request-source.ts";
import type { Event } from "../store.ts";
import { found } from "./bench.ts";
import type { Bench, Cases } from "./bench.ts";
import {
  DAY,
  HOUR,
  SECOND,
  START,
  WINDOW,
  bareEvent,
  digest,
  newGrant,
  presentedToken,
  uuid,
} from "./fixtures.ts";

/** The source of the request with this number. */
function source(number: number): RequestSource {
  return { address: `203.0.113.${number}`, userAgent: `agent/${number}`, requestId: `request-${number}` };
}

function sourceOf({ address, userAgent, requestId }: Event) {
  return { address, userAgent, requestId };
}

const NONE = { address: undefined, userAgent: undefined, requestId: undefined };
const REQUESTS = 50;

/** The source of each grant's last event of a type, by grant. */
async function sourcesByGrant({ store }: Bench, type: string): Promise<Map<string | undefined, unknown>> {
  const events = await store.events.list({ type }, 1000);
  return new Map(events.map((event) => [event.grantId, sourceOf(event)]));
}

export const eventSourceCases: Cases = {
  "an event has the source of the request that asked for it, and none outside of a request": async (
    bench,
  ) => {
    const event = bareEvent("client.refused", { clientId: uuid() });
    await bench.store.events.record(event);
    await runFrom(source(1), () => bench.store.events.record(event));
    const partly = { ...source(2), address: undefined, userAgent: undefined };
    await runFrom(partly, () => bench.store.events.record(event));
    const events = await bench.store.events.list({}, 10);
    assert.deepEqual(events.map(sourceOf), [NONE, source(1), partly]);
    assert.deepEqual(bench.told, events);
  },

  "requests at once that share transactions each have their own source": async (bench) => {
    const clientId = (await bench.client()).id;
    const grants = Array.from({ length: REQUESTS }, () => newGrant(clientId));
    await Promise.all(grants.map((grant, i) => runFrom(source(i), () => bench.store.grants.create(grant))));
    const all = new Map(grants.map(({ id }, i) => [id, source(i)]));
    assert.deepEqual(await sourcesByGrant(bench, "grant.created"), all);

    const rows = await Promise.all(grants.map(async ({ id }) => found(await bench.store.grants.find(id))));
    const present = (generation: number) =>
      Promise.all(
        rows.map((row, i) =>
          runFrom(source(i), () => bench.store.grants.rotate(presentedToken(row, generation))),
        ),
      );
    await present(0);
    bench.clock.at += WINDOW + SECOND;
    await present(1);
    bench.clock.at += WINDOW + SECOND;
    const reused = await present(0);
    assert.ok(reused.every((result) => result.outcome === "reused"));
    assert.deepEqual(await sourcesByGrant(bench, "grant.reused"), all);
  },

  "requests at once for one grant each have their own source": async (bench) => {
    const grant = await bench.grant();
    await bench.refresh(grant, 0);
    bench.clock.at += SECOND;
    const rotate = (number: number, presented: ReturnType<typeof presentedToken>) =>
      runFrom(source(number), () => bench.store.grants.rotate(presented));
    await Promise.all([
      rotate(1, presentedToken(grant, 1)),
      rotate(2, presentedToken(grant, 1, {}, { clientId: uuid() })),
      rotate(3, presentedToken(grant, 0)),
      rotate(4, presentedToken(grant, 1, {}, { clientId: uuid() })),
    ]);
    const events = await bench.store.events.list({ grantId: grant.id }, 10);
    assert.deepEqual(
      events.slice(1).map((event) => [event.type, sourceOf(event)]),
      [
        ["grant.client_mismatch", source(2)],
        ["grant.retried", source(3)],
      ],
    );
  },

  "a source is forgotten when it is old enough, and the request's id and the rest of its event stay": async (
    bench,
  ) => {
    const { events } = bench.store;
    const record = (number: number) =>
      runFrom(source(number), () => events.record(bareEvent("client.refused", { clientId: uuid() })));
    const agents = async () => (await events.list({}, 100)).map(({ userAgent }) => userAgent);
    await record(1);
    bench.clock.at += HOUR;
    await record(2);
    const before = await events.list({}, 100);

    bench.clock.at = START + 2 * HOUR - 1;
    assert.deepEqual(await events.forgetSources(7200, 10), { done: true });
    assert.deepEqual(await agents(), ["agent/1", "agent/2"]);
    bench.clock.at = START + 2 * HOUR;
    assert.deepEqual(await events.forgetSources(7200, 10), { done: true });
    const [old, young] = before;
    const kept = { ...found(old), address: undefined, userAgent: undefined };
    assert.deepEqual(await events.list({}, 100), [kept, young]);
    assert.deepEqual(await events.forgetSources(7200, 10), { done: true });
    assert.deepEqual(await agents(), [undefined, "agent/2"]);
  },

  "sources are forgotten in slices, each event once, however many processes do it": async (bench) => {
    const { events } = bench.store;
    for (let i = 0; i < 7; i += 1) await runFrom(source(i), () => events.record(bareEvent("store.restored")));
    bench.clock.at += DAY;
    await runFrom(source(7), () => events.record(bareEvent("store.restored")));
    const kept = async () =>
      (await events.list({}, 100)).filter(({ address }) => address !== undefined).length;
    assert.deepEqual([await events.forgetSources(HOUR / SECOND, 3), await kept()], [{ done: false }, 5]);
    await Promise.all([events.forgetSources(HOUR / SECOND, 3), events.forgetSources(HOUR / SECOND, 3)]);
    for (let done = false; !done;) ({ done } = await events.forgetSources(HOUR / SECOND, 3));
    assert.equal(await kept(), 1);
    assert.deepEqual(
      [await events.forgetSources(0, 3), await kept()],
      [{ done: true }, 1],
      "a minute at least",
    );
    bench.clock.at += 60 * SECOND;
    assert.deepEqual([await events.forgetSources(0, 3), await kept()], [{ done: true }, 0]);
  },

  "the source of a request is that of all events of one operation": async (bench) => {
    const signIns = Array.from({ length: 3 }, () => ({ subject: "s-1", name: "Ada", digest: digest() }));
    for (const signIn of signIns) {
      await bench.store.signIns.start({ ...signIn, ttl: 3600, replaces: null });
    }
    await runFrom(source(7), () => bench.store.signIns.endAll("s-1", bench.clock.at + SECOND));
    const ended = await bench.store.events.list({ type: "sign_in.ended" }, 10);
    assert.deepEqual(ended.map(sourceOf), [source(7), source(7), source(7)]);
  },
};
