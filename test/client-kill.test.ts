import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Step } from "./client/child.ts";
import { SharedSession } from "./client/children.ts";

/** Of a token request, ms. A claim that a killed process leaves is over a quarter later. */
const TIMEOUT = 3000;
const RETRY_WINDOW = 30;

/** What the server had spent by then, and how a server that repeats no answer lets the session end. */
const STEPS: Record<Step, { readonly spent: boolean; readonly strict: "goes on" | "outcome_unknown" }> = {
  "before the intent": { spent: false, strict: "goes on" },
  "after the intent": { spent: false, strict: "goes on" },
  "after the commit": { spent: true, strict: "outcome_unknown" },
  "before the successor is stored": { spent: true, strict: "outcome_unknown" },
  "after the successor is stored": { spent: true, strict: "goes on" },
};

describe("a process is killed in a refresh", { concurrency: 5, timeout: 120_000 }, () => {
  for (const [step, { spent, strict }] of Object.entries(STEPS) as [Step, (typeof STEPS)[Step]][]) {
    test(`${step}: the next one goes on without a login`, async (t) => {
      const { server, next } = await killedAt(t, step, spent, RETRY_WINDOW);
      assert.equal(next?.is, "refreshed", JSON.stringify(next));
      assert.equal(server.families[0]?.alive, true);
      assert.deepEqual(server.overlaps(), []);
    });

    const end = strict === "goes on" ? "the next one goes on as well" : "the end is called by its name";
    test(`${step}, and the server repeats no answer: ${end}`, async (t) => {
      const { server, next } = await killedAt(t, step, spent, 0);
      if (strict === "goes on") assert.equal(next?.is, "refreshed", JSON.stringify(next));
      else assert.deepEqual(next, { is: "failed", code: "session_ended", reason: strict });
      assert.equal(server.families[0]?.alive, strict === "goes on");
      assert.deepEqual(server.overlaps(), []);
    });
  }
});

/** @returns what another process reports that refreshes after it */
async function killedAt(t: TestContext, step: Step, spent: boolean, retryWindow: number) {
  const session = await SharedSession.begin(t, { retryWindow, timeoutMs: TIMEOUT });
  const { server } = session;
  const [victim, other] = await Promise.all([session.start({ stopAt: step }), session.start()]);
  assert.deepEqual(await victim.run({ do: "refresh" }), { is: "stopped" });
  assert.equal(server.families[0]?.generation, spent ? 1 : 0);
  await victim.kill();
  let next = await other.run({ do: "refresh" });
  // Who asks while the claim of the dead is still good is told to come again.
  while (next?.is === "failed" && next.code === "token_unavailable") {
    await delay(200);
    next = await other.run({ do: "refresh" });
  }
  return { server, next };
}
