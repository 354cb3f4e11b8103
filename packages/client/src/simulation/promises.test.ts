import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FAULTS, LOSING } from "./model-server.ts";
import type { Fate } from "./model-server.ts";
import { World } from "./world.ts";
import type { Setting } from "./world.ts";

const RUNS = Number(process.env["RUNS"] ?? 60);
const SECOND = 1000;

interface Move {
  /** ms before it */
  readonly pause: number;
  readonly who: number;
  readonly want: "auto" | "force" | "rejected" | "set back";
  /** After how many of its effects the process crashes; undefined: not. */
  readonly crash: number | undefined;
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>("answered") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...FAULTS),
  },
);

const move: fc.Arbitrary<Move> = fc.record({
  pause: fc.oneof(fc.nat(5 * SECOND), fc.nat(60 * SECOND)),
  who: fc.nat(2),
  want: fc.constantFrom("auto", "auto", "force", "rejected"),
  crash: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(12) }),
});

const history = fc.record({
  moves: fc.array(move, { minLength: 1, maxLength: 12 }),
  fates: fc.array(fate, { maxLength: 12 }),
});

test("with a retry window no session is lost, whatever is lost on the way and whoever crashes", async () => {
  const property = fc.asyncProperty(history, async ({ moves, fates }) => {
    const world = await lived(moves, {
      window: 30 * SECOND,
      scope: "machine",
      ahead: [0, 0, 0],
      fates,
      patience: 2,
    });
    spendsOneAtATime(world);
    onlySuccessors(world);
    assert.ok(!world.server.isRevoked, "the server ended the session");
    await everybodyGoesOn(world);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test("with a strict server a session is lost only with a lost answer, and by that name", async () => {
  const property = fc.asyncProperty(history, async ({ moves, fates }) => {
    const world = await lived(moves, {
      window: 0,
      scope: "machine",
      ahead: [0, 0, 0],
      fates,
      patience: Infinity,
    });
    spendsOneAtATime(world);
    onlySuccessors(world);
    const isLosing = fates.some((fate) => LOSING.has(fate)) || moves.some(({ crash }) => crash !== undefined);
    if (!world.server.isRevoked) return everybodyGoesOn(world);
    assert.ok(isLosing, "nothing was lost, but the session");
    for (const { client } of world.processes) {
      const got = world.time.during(client.getToken());
      await assert.rejects(got, { code: "session_ended", reason: "outcome_unknown" });
    }
  });
  await fc.assert(property, { numRuns: RUNS });
});

test("machines whose clocks differ spend a strict server's token one at a time", async () => {
  const ahead = fc.tuple(
    fc.constant(0),
    fc.integer({ min: -600, max: 600 }),
    fc.integer({ min: -600, max: 600 }),
  );
  const property = fc.asyncProperty(history, ahead, async ({ moves, fates }, ahead) => {
    const skewed = ahead.map((s) => s * SECOND);
    const world = await lived(moves, {
      window: 0,
      scope: "shared",
      ahead: skewed,
      fates,
      patience: Infinity,
    });
    spendsOneAtATime(world);
    onlySuccessors(world);
  });
  await fc.assert(property, { numRuns: RUNS });
});

/** What is left after a history during which every process also asks for its token every 3 s or so. */
async function lived(moves: readonly Move[], setting: Setting): Promise<World> {
  const world = new World(setting);
  await world.login();
  const ask = (index: number) => {
    void world
      .process(index)
      .client.getToken()
      .catch(() => {});
    world.time.timer(3 * SECOND, () => ask(index));
  };
  for (const index of world.processes.keys()) world.time.timer(index * 900, () => ask(index));
  for (const { pause, who, want, crash } of moves) {
    await world.time.pass(pause);
    const process = world.process(who);
    if (crash !== undefined && world.mayFail()) process.crashAfter = crash;
    const accessToken = world.stored()?.accessToken;
    const options =
      want === "rejected" ? { rejected: accessToken } : ({ mode: want === "force" ? want : "auto" } as const);
    const got = process.client.getToken(options).catch(() => {});
    await Promise.race([world.time.during(got, 20 * SECOND).catch(() => {}), got]);
  }
  world.calm();
  await world.time.pass(70 * SECOND);
  return world;
}

/**
 * No two requests with one refresh token overlap. A server that repeats its answer may be asked again as soon as the
 * client has given the first up; a strict one may then still be at work on it.
 */
function spendsOneAtATime({ server }: World): void {
  const spends = server.spends.map(({ token, from, left, taken }) => {
    const ends = server.window > 0 && left < Infinity ? [left] : [left, taken];
    return { token, from, until: Math.max(...ends.filter((end) => end < Infinity)) };
  });
  for (const [index, { token, until }] of spends.entries()) {
    const beside = spends.slice(index + 1).find((later) => later.token === token && later.from < until);
    assert.equal(beside, undefined, `${token} was spent twice at the same time`);
  }
}

/** Every stored record goes one answer on from the one before, or is about the same answer. */
function onlySuccessors({ written }: World): void {
  for (const [index, record] of written.entries()) {
    const before = written[index - 1];
    if (before === undefined || record.ended) continue;
    const step = record.generation - before.generation;
    assert.ok(step === 0 || step === 1, `from generation ${before.generation} to ${record.generation}`);
    if (step === 0) assert.equal(record.refreshToken, before.refreshToken);
  }
}

/** A refresh works, and every process has its token. */
async function everybodyGoesOn(world: World): Promise<void> {
  await world.time.during(world.process(0).client.getToken({ mode: "force" }));
  for (const { client } of world.processes) {
    const { accessToken } = await world.time.during(client.getToken());
    assert.equal(accessToken, `access-${world.server.head}`);
  }
}
