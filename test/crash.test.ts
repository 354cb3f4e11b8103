import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { randomNumbers } from "../packages/client/src/testing/random.ts";
import { postgres, sqlite } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { jsonLines } from "./service.ts";
import type { NewClient, RunningServer } from "./service.ts";
import { readRefreshToken, refresh, successorIn } from "./token-request.ts";
import type { Answer } from "./token-request.ts";

/** Moments of one run, others each time; `CRASH_KILLS` tries more in one. */
const KILLS = Number(process.env["CRASH_KILLS"] ?? 12);
const LINEAGES = 300;
/** Refreshes in flight. */
const IN_FLIGHT = 32;
/** Load between a start and the next kill, ms. */
const SHORTEST_LIFE = 50;
const LONGEST_LIFE = 400;
/** With a seed in this variable the same moments are drawn again. */
const SEED = "CRASH_SEED";
/** s. A slow machine restarts slowly: several answers lost in a row must not push an honest retry out of the window. */
const RETRY_WINDOW = "300";

/** A client that refreshes without end, and after a lost answer tries again with the last token it holds. */
interface Holder {
  held: string;
  /** Good answers, each with a new refresh token. */
  successors: number;
  lostAnswers: number;
  /** The answer that ended it, if one did. */
  refusal?: Answer;
}

interface Load {
  client: NewClient;
  /** Those without a refresh in flight, the one that waited longest first. */
  waiting: Holder[];
  /** The processes of the service; one is pending from its kill until the next in its place listens. */
  servers: Promise<RunningServer>[];
  stopped: boolean;
}

for (const engine of [sqlite, postgres]) {
  test(
    `after ${KILLS} kills at random moments under load every session goes on, none lost or forked: ${engine.name}`,
    { timeout: 60_000 + KILLS * 6000 },
    (t) => killUnderLoad(t, engine),
  );
}

async function killUnderLoad(t: TestContext, { processes, prepare }: Engine): Promise<void> {
  const seed = Number(process.env[SEED] ?? randomInt(2 ** 32));
  t.diagnostic(`${SEED}=${seed}`);
  const { service, grants, assertSound } = await prepare(t);
  const flags = ["--grant-type", "refresh_token", "--retry-window", RETRY_WINDOW];
  const client = await service.createClient(...flags);
  const issued = await service.issueGrants(client, "subject-1", LINEAGES);
  const holders = issued.map((held): Holder => ({ held, successors: 0, lostAnswers: 0 }));

  const serve = (port: number) => service.serve({ port, env: { REGRANT_SIGNING_ALGORITHM: "EdDSA" } });
  const servers = Array.from({ length: processes }, () => serve(0));
  const load: Load = { client, waiting: [...holders], servers, stopped: false };
  const ports = (await Promise.all(servers)).map(({ port }) => port);
  const running = Array.from({ length: IN_FLIGHT }, (_, i) => refreshUntilStopped(load, i % processes));
  try {
    const random = randomNumbers(seed);
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = Math.floor(random() * processes);
      const server = (await servers[victim]) as RunningServer;
      await delay(SHORTEST_LIFE + random() * (LONGEST_LIFE - SHORTEST_LIFE));
      servers[victim] = server.kill().then(() => serve(ports[victim] ?? 0));
    }
    await Promise.all(servers);
  } finally {
    load.stopped = true;
  }
  await Promise.all(running);

  const refused = holders.filter(({ refusal }) => refusal !== undefined);
  assert.deepEqual(refused, [], "no session is lost");
  const [last, ...others] = await Promise.all(servers);
  for (const holder of holders) {
    holder.held = successorIn(await refresh(last?.url ?? "", client, holder.held));
    holder.successors += 1;
  }
  for (const server of [last, ...others]) assert.equal(await server?.stop(), 0);

  const total = (count: (holder: Holder) => number) =>
    holders.reduce((sum, holder) => sum + count(holder), 0);
  const retried = jsonLines(await service.run(["events", "--type", "grant.retried", "--json"])).length;
  t.diagnostic(
    `${total(({ successors }) => successors)} refreshes, ${total(({ lostAnswers }) => lostAnswers)} answers lost, ` +
      `${retried} sessions had been rotated by then`,
  );
  assert.ok(retried > 0, "some kill came between a commit and its answer");
  await assertSound();
  const rows = await grants();
  assert.equal(rows.size, LINEAGES);
  for (const { held, successors } of holders) {
    const { grantId, generation } = readRefreshToken(held);
    const row = { generation: successors, revoked: false };
    assert.deepEqual(rows.get(grantId), row, "each rotation was answered once");
    assert.equal(generation, successors, "the holder has the head");
  }
}

/** One of those that share the work: takes the next holder, sends its refresh, and puts it back. */
async function refreshUntilStopped(load: Load, process: number): Promise<void> {
  while (!load.stopped) {
    const { url = "" } = (await load.servers[process]) ?? {};
    const holder = load.waiting.shift();
    if (holder === undefined) return;
    await refreshOnce(holder, load.client, url);
    if (holder.refusal === undefined) load.waiting.push(holder);
  }
}

async function refreshOnce(holder: Holder, client: NewClient, url: string): Promise<void> {
  let answer: Answer;
  try {
    answer = await refresh(url, client, holder.held);
  } catch {
    // The server was killed; whether it rotated before that, nobody can tell.
    holder.lostAnswers += 1;
    return;
  }
  // Busy: the service itself asks for another try.
  if (answer.status === 503) return;
  if (answer.status !== 200) {
    holder.refusal = answer;
    return;
  }
  holder.held = successorIn(answer);
  holder.successors += 1;
}
