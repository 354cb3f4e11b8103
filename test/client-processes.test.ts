import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { randomNumbers } from "../packages/client/src/testing/random.ts";
import { SharedSession } from "./client/children.ts";
import type { Child } from "./client/children.ts";
import { drawSeed, HOSTILITY, lostResponses, SECONDS, storm, TIMEOUT } from "./client/storm.ts";

const PROCESSES = 20;
/** Between two kills, ms. */
const SHORTEST_LIFE = 200;
const LONGEST_LIFE = 800;

/** What the processes reported. */
interface Tally {
  refreshed: number;
  /** Count by error code. */
  failed: Record<string, number>;
}

test(
  `${PROCESSES} processes on one file, killed at random for ${SECONDS} s while responses are lost, keep the session`,
  { timeout: (SECONDS + 120) * 1000 },
  async (t) => {
    const seed = drawSeed(t);
    const session = await SharedSession.begin(t, { ...HOSTILITY, seed, timeoutMs: TIMEOUT });
    const { server } = session;
    const tally: Tally = { refreshed: 0, failed: {} };
    const following: Promise<void>[] = [];
    const start = async () => {
      const child = await session.start();
      child.send({ do: "loop" });
      following.push(follow(child, tally));
      return child;
    };
    const children = await Promise.all(Array.from({ length: PROCESSES }, start));
    const random = randomNumbers(seed);
    const lasts = storm(server);
    let kills = 0;
    for (; lasts(); kills += 1) {
      await delay(SHORTEST_LIFE + random() * (LONGEST_LIFE - SHORTEST_LIFE));
      const victim = Math.floor(random() * PROCESSES);
      await children[victim]?.kill();
      children[victim] = await start();
    }
    await Promise.all(children.map((child) => child.kill()));
    await Promise.all(following);

    t.diagnostic(
      `${tally.refreshed} tokens, ${server.refreshes.length} refreshes, ${lostResponses(server)} responses lost, ${kills} kills, ` +
        `failed: ${JSON.stringify(tally.failed)}`,
    );
    assert.deepEqual(server.overlaps(), [], "no token is sent twice at the same time");
    assert.equal(tally.failed["session_ended"], undefined, "no process got session_ended");
    assert.equal(server.families[0]?.active, true);
    await assertContinues(session);
  },
);

async function follow(child: Child, tally: Tally): Promise<void> {
  for (let report = await child.next(); report !== undefined; report = await child.next()) {
    if (report.is === "refreshed") tally.refreshed += 1;
    if (report.is === "failed") tally.failed[report.code] = (tally.failed[report.code] ?? 0) + 1;
  }
}

/** A new process gets a token that the API accepts, whatever state the killed ones left. */
async function assertContinues(session: SharedSession): Promise<void> {
  const child = await session.start();
  for (;;) {
    const report = await child.run({ do: "refresh" });
    if (report?.is === "refreshed") break;
    assert.equal(report?.is === "failed" && report.code, "token_unavailable");
    await delay(500);
  }
  assert.deepEqual(await child.run({ do: "request", times: 1 }), { is: "responded", statuses: [200] });
}
