import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FAULTS, RESPONSE_LOST } from "./model-server.ts";
import type { Delivery } from "./model-server.ts";
import { Simulation } from "./simulation.ts";
import type { SimulationOptions } from "./simulation.ts";

const RUNS = Number(process.env["RUNS"] ?? 60);
const SECOND = 1000;

interface Operation {
  /** Pause before it, ms. */
  readonly pause: number;
  readonly process: number;
  readonly request: "auto" | "force" | "rejected" | "set back";
  /** After how many calls of the store and the network the process crashes; undefined: it does not. */
  readonly crash: number | undefined;
}

const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Delivery>("delivered") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...FAULTS),
  },
);

const operation: fc.Arbitrary<Operation> = fc.record({
  pause: fc.oneof(fc.nat(5 * SECOND), fc.nat(60 * SECOND)),
  process: fc.nat(2),
  request: fc.constantFrom("auto", "auto", "force", "rejected"),
  crash: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(12) }),
});

const history = fc.record({
  operations: fc.array(operation, { minLength: 1, maxLength: 12 }),
  deliveries: fc.array(delivery, { maxLength: 12 }),
});

test("with a retry window no session is lost, whichever responses are lost and processes crash", async () => {
  const property = fc.asyncProperty(history, async ({ operations, deliveries }) => {
    const simulation = await runHistory(operations, {
      window: 30 * SECOND,
      scope: "machine",
      clockOffsets: [0, 0, 0],
      deliveries,
      maxFaults: 2,
    });
    refreshesDoNotOverlap(simulation);
    recordsFollowInOrder(simulation);
    assert.ok(!simulation.server.isRevoked, "the server revoked the session");
    await everyProcessRefreshes(simulation);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test("without a retry window a session is lost only with a lost response, and the reason says so", async () => {
  const property = fc.asyncProperty(history, async ({ operations, deliveries }) => {
    const simulation = await runHistory(operations, {
      window: 0,
      scope: "machine",
      clockOffsets: [0, 0, 0],
      deliveries,
      maxFaults: Infinity,
    });
    refreshesDoNotOverlap(simulation);
    recordsFollowInOrder(simulation);
    const isResponseLost =
      deliveries.some((each) => RESPONSE_LOST.has(each)) ||
      operations.some(({ crash }) => crash !== undefined);
    if (!simulation.server.isRevoked) return everyProcessRefreshes(simulation);
    assert.ok(isResponseLost, "no response was lost, but the session was");
    for (const { client } of simulation.processes) {
      const got = simulation.time.during(client.getToken());
      await assert.rejects(got, { code: "session_ended", reason: "outcome_unknown" });
    }
  });
  await fc.assert(property, { numRuns: RUNS });
});

test("machines whose clocks differ never refresh with one token at the same time, without a retry window", async () => {
  const offsets = fc.tuple(
    fc.constant(0),
    fc.integer({ min: -600, max: 600 }),
    fc.integer({ min: -600, max: 600 }),
  );
  const property = fc.asyncProperty(history, offsets, async ({ operations, deliveries }, offsets) => {
    const skewed = offsets.map((s) => s * SECOND);
    const simulation = await runHistory(operations, {
      window: 0,
      scope: "shared",
      clockOffsets: skewed,
      deliveries,
      maxFaults: Infinity,
    });
    refreshesDoNotOverlap(simulation);
    recordsFollowInOrder(simulation);
  });
  await fc.assert(property, { numRuns: RUNS });
});

/** Runs a history, during which every process also calls `getToken` about every 3 s. */
async function runHistory(operations: readonly Operation[], options: SimulationOptions): Promise<Simulation> {
  const simulation = new Simulation(options);
  await simulation.login();
  const useToken = (index: number) => {
    void simulation
      .process(index)
      .client.getToken()
      .catch(() => {});
    simulation.time.timer(3 * SECOND, () => useToken(index));
  };
  for (const index of simulation.processes.keys()) simulation.time.timer(index * 900, () => useToken(index));
  for (const { pause, process: index, request, crash } of operations) {
    await simulation.time.pass(pause);
    const process = simulation.process(index);
    if (crash !== undefined && simulation.mayFail()) process.crashAfter = crash;
    const accessToken = simulation.stored()?.accessToken;
    const getTokenOptions =
      request === "rejected"
        ? { rejected: accessToken }
        : ({ mode: request === "force" ? request : "auto" } as const);
    const got = process.client.getToken(getTokenOptions).catch(() => {});
    await Promise.race([simulation.time.during(got, 20 * SECOND).catch(() => {}), got]);
  }
  simulation.stopFaults();
  await simulation.time.pass(70 * SECOND);
  return simulation;
}

/**
 * No two requests with one refresh token overlap. With a retry window, the client may retry as soon as the first request
 * has timed out; without one, the server may still be processing it.
 */
function refreshesDoNotOverlap({ server }: Simulation): void {
  const requests = server.sent.map(({ token, from, clientDoneAt, processedAt }) => {
    const ends = server.window > 0 && clientDoneAt < Infinity ? [clientDoneAt] : [clientDoneAt, processedAt];
    return { token, from, until: Math.max(...ends.filter((end) => end < Infinity)) };
  });
  for (const [index, { token, until }] of requests.entries()) {
    const beside = requests.slice(index + 1).find((later) => later.token === token && later.from < until);
    assert.equal(beside, undefined, `${token} was sent twice at the same time`);
  }
}

/** Every stored record has the generation of the one before it, or the next. */
function recordsFollowInOrder({ written }: Simulation): void {
  for (const [index, record] of written.entries()) {
    const before = written[index - 1];
    if (before === undefined || record.ended) continue;
    const step = record.generation - before.generation;
    assert.ok(step === 0 || step === 1, `from generation ${before.generation} to ${record.generation}`);
    if (step === 0) assert.equal(record.refreshToken, before.refreshToken);
  }
}

/** A refresh succeeds, and every process gets its token. */
async function everyProcessRefreshes(simulation: Simulation): Promise<void> {
  await simulation.time.during(simulation.process(0).client.getToken({ mode: "force" }));
  for (const { client } of simulation.processes) {
    const { accessToken } = await simulation.time.during(client.getToken());
    assert.equal(accessToken, `access-${simulation.server.head}`);
  }
}
