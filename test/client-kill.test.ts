import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Step } from "./client/child.ts";
import { SharedSession } from "./client/children.ts";

/** Of a token request, ms. The claim of a killed process expires a quarter later. */
const TIMEOUT = 3000;
const RETRY_WINDOW = 30;

/** Whether the server had rotated by then, and how the session ends without a retry window. */
const STEPS: Record<Step, { readonly spent: boolean; readonly strict: "continues" | "outcome_unknown" }> = {
  "before the claim": { spent: false, strict: "continues" },
  "after the claim": { spent: false, strict: "continues" },
  "after the rotation": { spent: true, strict: "outcome_unknown" },
  "before the successor is stored": { spent: true, strict: "outcome_unknown" },
  "after the successor is stored": { spent: true, strict: "continues" },
};

describe("a process is killed during a refresh", { concurrency: 5, timeout: 120_000 }, () => {
  for (const [step, { spent, strict }] of Object.entries(STEPS) as [Step, (typeof STEPS)[Step]][]) {
    test(`${step}: the next process continues without a login`, async (t) => {
      const { server, next } = await killedAt(t, step, spent, RETRY_WINDOW);
      assert.equal(next?.is, "refreshed", JSON.stringify(next));
      assert.equal(server.families[0]?.active, true);
      assert.deepEqual(server.overlaps(), []);
    });

    const end =
      strict === "continues" ? "the next process continues" : "the session ends with outcome_unknown";
    test(`${step}, without a retry window: ${end}`, async (t) => {
      const { server, next } = await killedAt(t, step, spent, 0);
      if (strict === "continues") assert.equal(next?.is, "refreshed", JSON.stringify(next));
      else assert.deepEqual(next, { is: "failed", code: "session_ended", reason: strict });
      assert.equal(server.families[0]?.active, strict === "continues");
      assert.deepEqual(server.overlaps(), []);
    });
  }
});

/** @returns the report of another process, which refreshes afterwards */
async function killedAt(t: TestContext, step: Step, spent: boolean, retryWindow: number) {
  const session = await SharedSession.begin(t, { retryWindow, timeoutMs: TIMEOUT });
  const { server } = session;
  const [victim, other] = await Promise.all([session.start({ stopAt: step }), session.start()]);
  assert.deepEqual(await victim.run({ do: "refresh" }), { is: "stopped" });
  assert.equal(server.families[0]?.generation, spent ? 1 : 0);
  await victim.kill();
  let next = await other.run({ do: "refresh" });
  // While the killed process's claim lasts, the token is unavailable.
  while (next?.is === "failed" && next.code === "token_unavailable") {
    await delay(200);
    next = await other.run({ do: "refresh" });
  }
  return { server, next };
}
