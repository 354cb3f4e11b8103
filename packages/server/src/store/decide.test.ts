import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  DAY,
  HOUR,
  POLICY,
  START,
  WINDOW,
  digest,
  grantRow,
  presentedToken,
  uuid,
} from "./contract/fixtures.ts";
import { decide, eventInterval, LAST_GENERATION, REPEATED_EVENT_INTERVAL } from "./decide.ts";
import type { Decision } from "./decide.ts";
import { held } from "./retry-windows.ts";
import { rotationResult, written } from "./rotation-result.ts";
import { CONCURRENT_USE_SCORE, RETRIED_WINDOW_SCORE } from "./retry-windows.ts";
import type { Grant, PresentedToken, RotationPolicy } from "./store.ts";

// The decision table row by row and in its order; one file, to be read beside it.

const IDLE = POLICY.refreshIdleTtl * 1000;

/** Head 8; its window started an hour after the grant was created, with the rotation of 6; 5 was spent long before. */
const WINDOW_START = START + HOUR;
const WINDOW_END = WINDOW_START + 10_000;
/** The row after a rotation at the very end of the window before that one. */
const PREVIOUS = { previousWindowGeneration: 4, previousWindowEndedAt: WINDOW_START - 1000 };
const NOT_HELD = { windowsHeldAt: null, windowRetryHeld: false };
const NO_PREVIOUS = { previousWindowGeneration: null, previousWindowEndedAt: null };
function rotatedGrant(changes: Partial<Grant> = {}): Grant {
  return grantRow({
    generation: 8,
    windowStartedAt: WINDOW_START,
    windowEndedAt: WINDOW_END,
    windowGeneration: 6,
    rotatedAt: WINDOW_END,
    lastUsedAt: WINDOW_END,
    ...changes,
  });
}

interface Request {
  generation: number;
  now: number;
  grant?: Partial<Grant>;
  policy?: Partial<RotationPolicy>;
  presented?: Partial<PresentedToken>;
}

function meet({ generation, now, grant, policy, presented }: Request): Decision {
  const row = rotatedGrant(grant);
  return decide(row, presentedToken(row, generation, policy, presented), now);
}

describe("who may ask", () => {
  test("a token without a grant is unknown, without an event", () => {
    const token = presentedToken(grantRow(), 0);
    assert.deepEqual(decide(undefined, token, START), { outcome: "unknown" });
  });

  test("a token whose secret does not fit its grant is unknown", () => {
    assert.deepEqual(meet({ generation: 8, now: WINDOW_START, presented: { secretHash: digest() } }), {
      outcome: "unknown",
    });
  });

  test("another client's token is refused with an event and changes nothing, spent or not", () => {
    const clientId = uuid();
    for (const generation of [0, 7, 8, 9]) {
      assert.deepEqual(meet({ generation, now: WINDOW_START + DAY, presented: { clientId } }), {
        outcome: "client_mismatch",
        event: { type: "grant.client_mismatch", data: { presented_by: clientId, generation } },
      });
    }
  });

  test("a secret that does not fit is unknown before it is a client mismatch", () => {
    const presented = { clientId: uuid(), secretHash: digest() };
    assert.equal(meet({ generation: 8, now: WINDOW_START, presented }).outcome, "unknown");
  });
});

describe("a grant that is bound to a key", () => {
  const KEY = "jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
  const OTHER = "x5t:A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

  test("is rotated and retried for requests that prove its key", () => {
    const bound = { grant: { binding: KEY }, presented: { binding: KEY } };
    assert.equal(meet({ generation: 8, now: WINDOW_START + 12_000, ...bound }).outcome, "rotated");
    assert.equal(meet({ generation: 7, now: WINDOW_START + 12_000, ...bound }).outcome, "retried");
  });

  test("refuses every generation without that key, and nothing is spent and nothing ends", () => {
    const now = WINDOW_START + DAY;
    for (const [binding, proven] of [
      [KEY, null],
      [KEY, OTHER],
    ] as const) {
      for (const generation of [0, 7, 8, 9]) {
        const data = { generation, distance: 8 - generation, age_ms: DAY - 10_000 };
        assert.deepEqual(meet({ generation, now, grant: { binding }, presented: { binding: proven } }), {
          outcome: "binding_mismatch",
          event: { type: "grant.binding_mismatch", data },
        });
      }
    }
  });

  test("that no key is bound to is bound by the first token that is accepted with a proof", () => {
    const now = WINDOW_START + 12_000;
    const unbound = { generation: 8, now };
    const bound = { binding: KEY, boundGeneration: 8 };
    const event = { type: "grant.bound", data: { binding: KEY, generation: 8 } };
    for (const [given, outcome] of [
      [{}, "rotated"],
      [{ policy: { rotation: "never" } }, "extended"],
      [{ generation: 7 }, "retried"],
      [{ generation: 7, now: now + DAY }, "retried_late"],
    ] as const) {
      const without = meet({ ...unbound, ...given });
      const decision = meet({ ...unbound, ...given, presented: { binding: KEY } });
      assert.equal(decision.outcome, outcome);
      assert.deepEqual(decision, { ...without, write: { ...without.write, ...bound }, bound: event });
    }
    const ahead = meet({ generation: 11, now, presented: { binding: KEY } });
    assert.deepEqual([ahead.outcome, ahead.write?.boundGeneration], ["recovered", 11]);
  });

  test("is not bound by a token that is refused, nor where the policy leaves it as it is, and no key is needed", () => {
    const now = WINDOW_START + DAY;
    const presented = { binding: KEY };
    for (const refused of [
      { generation: 0 },
      { generation: 8, presented: { ...presented, scope: ["admin"] } },
    ]) {
      const { write, bound } = meet({ now, policy: { reuse: "detect" }, presented, ...refused });
      assert.deepEqual([write, bound], [undefined, undefined]);
    }
    const kept = meet({ generation: 8, now, presented, policy: { bindOnRefresh: false } });
    assert.deepEqual(kept, meet({ generation: 8, now }));
  });

  test("by a refresh: a token of a bearer from before counts as reused, in the window too, and later ones end nothing", () => {
    const now = WINDOW_START + 12_000;
    const grant = { binding: KEY, boundGeneration: 7 };
    for (const binding of [null, OTHER]) {
      const presented = { binding };
      for (const generation of [0, 6, 7]) {
        const { outcome, write } = meet({ generation, now, grant, presented });
        assert.deepEqual([outcome, write], ["reused", { revokedAt: now, revokedReason: "reused" }]);
        const reported = meet({ generation, now, grant, presented, policy: { reuse: "detect" } });
        assert.deepEqual([reported.outcome, reported.write], ["reused", undefined]);
      }
      for (const generation of [8, 9]) {
        const { outcome, write } = meet({ generation, now, grant, presented });
        assert.deepEqual([outcome, write], ["binding_mismatch", undefined]);
      }
    }
    const retried = meet({ generation: 7, now, grant, presented: { binding: KEY } });
    assert.deepEqual([retried.outcome, retried.bound], ["retried", undefined]);
  });

  test("that was revoked or has expired says so first", () => {
    const presented = { binding: OTHER };
    const revoked = { binding: KEY, revokedAt: WINDOW_START };
    assert.equal(meet({ generation: 8, now: WINDOW_START, grant: revoked, presented }).outcome, "revoked");
    const grant = { binding: KEY };
    assert.equal(meet({ generation: 8, now: START + 400 * DAY, grant, presented }).outcome, "expired");
  });
});

describe("a grant that was revoked or expired", () => {
  test("a revoked grant refuses every generation and is not revoked again", () => {
    const grant = { revokedAt: WINDOW_START, revokedReason: "revoked_by_client" } as const;
    for (const generation of [0, 7, 8, 9]) {
      assert.deepEqual(meet({ generation, now: WINDOW_START + 1, grant }), { outcome: "revoked" });
    }
  });

  test("another client's token of a revoked grant is a client mismatch", () => {
    const grant = { revokedAt: WINDOW_START };
    assert.equal(
      meet({ generation: 8, now: WINDOW_START, grant, presented: { clientId: uuid() } }).outcome,
      "client_mismatch",
    );
  });

  test("a grant created when the client was disabled, or before, is revoked; a later one is not", () => {
    const outcome = (grantsRevokedAt: number): string =>
      meet({ generation: 8, now: WINDOW_START + WINDOW, presented: { grantsRevokedAt } }).outcome;
    assert.equal(outcome(START - 1), "rotated");
    assert.equal(outcome(START), "revoked");
    assert.equal(outcome(START + 1), "revoked");
  });

  test("a revoked grant is revoked before it is expired", () => {
    assert.equal(
      meet({ generation: 8, now: START + 400 * DAY, grant: { revokedAt: WINDOW_START } }).outcome,
      "revoked",
    );
  });

  test("the idle lifetime ends to the millisecond, counted from the last use", () => {
    const end = WINDOW_START + 10_000 + IDLE;
    assert.equal(meet({ generation: 8, now: end - 1 }).outcome, "rotated");
    assert.deepEqual(meet({ generation: 8, now: end }), { outcome: "expired" });
    const grant = { lastUsedAt: end - DAY };
    assert.equal(meet({ generation: 8, now: end, grant }).outcome, "rotated");
  });

  test("the absolute lifetime ends to the millisecond, however recent the last use", () => {
    const now = START + 365 * DAY;
    const grant = { lastUsedAt: now - 2 };
    assert.equal(meet({ generation: 8, now: now - 1, grant }).outcome, "rotated");
    assert.deepEqual(meet({ generation: 8, now, grant }), { outcome: "expired" });
  });

  test("a spent token of an expired grant is expired, not reused", () => {
    assert.equal(meet({ generation: 0, now: WINDOW_START + 10_000 + IDLE }).outcome, "expired");
  });

  test("a token ahead of the row is not measured by the row's idle time, but by its absolute lifetime", () => {
    assert.equal(meet({ generation: 9, now: WINDOW_START + 10_000 + IDLE }).outcome, "recovered");
    assert.equal(meet({ generation: 9, now: START + 365 * DAY }).outcome, "expired");
  });
});

describe("a spent token inside the window", () => {
  test("gets the head, and marks its window as retried with one write and one event", () => {
    for (const generation of [6, 7]) {
      const decision = meet({ generation, now: WINDOW_START + 12_000 });
      assert.deepEqual(decision, {
        outcome: "retried",
        write: { windowRetried: true },
        event: {
          type: "grant.retried",
          data: { generation, distance: 8 - generation, age_ms: 2000, retry_score: 8, revoked: false },
        },
      });
    }
  });

  test("of a window that was retried before gets the head without a write or an event", () => {
    assert.deepEqual(meet({ generation: 7, now: WINDOW_START + 12_000, grant: { windowRetried: true } }), {
      outcome: "retried",
    });
  });

  test("is believed until the retry window has passed since the window's last rotation, to the millisecond", () => {
    const grant = { windowRetried: true };
    for (const generation of [6, 7]) {
      assert.equal(meet({ generation, now: WINDOW_END + WINDOW - 1, grant }).outcome, "retried");
      assert.equal(meet({ generation, now: WINDOW_END + WINDOW, grant }).outcome, "reused");
    }
  });

  test("of the previous window is believed until the retry window has passed since that one's last rotation", () => {
    const end = PREVIOUS.previousWindowEndedAt + WINDOW;
    for (const generation of [4, 5]) {
      const decision = meet({ generation, now: end - 1, grant: PREVIOUS });
      assert.equal(decision.outcome, "retried");
      assert.deepEqual(decision.write, { windowRetried: true }, "the window that it came in is marked");
      assert.equal(meet({ generation, now: end, grant: PREVIOUS }).outcome, "reused");
    }
    assert.equal(meet({ generation: 3, now: end - 1, grant: PREVIOUS }).outcome, "reused");
  });

  test("is measured by its own client's retry window", () => {
    const grant = { windowRetried: true };
    const now = WINDOW_END + 299_999;
    assert.equal(meet({ generation: 6, now, grant, policy: { retryWindow: 300 } }).outcome, "retried");
    assert.equal(meet({ generation: 6, now, grant, policy: { retryWindow: 299 } }).outcome, "reused");
  });

  test("is believed when the clock went back to before the window", () => {
    const decision = meet({ generation: 7, now: WINDOW_START - DAY / 48 });
    assert.equal(decision.outcome, "retried");
    assert.partialDeepStrictEqual(decision.event?.data, { age_ms: 0 });
  });

  test("that was spent before the window is reused", () => {
    assert.equal(meet({ generation: 5, now: WINDOW_START + 1 }).outcome, "reused");
  });
});

describe("a spent token after the window", () => {
  const late = WINDOW_END + WINDOW;

  test("that the head replaced gets the head, and a window of that one generation starts, retried", () => {
    const data = { generation: 7, distance: 1, age_ms: WINDOW, retry_score: 8, revoked: false };
    const window = { windowStartedAt: late, windowEndedAt: late, windowGeneration: 7, windowRetried: true };
    assert.deepEqual(meet({ generation: 7, now: late }), {
      outcome: "retried_late",
      write: { ...window, ...NO_PREVIOUS, ...NOT_HELD },
      event: { type: "grant.retried_late", data },
    });
  });

  test("that was answered late is answered for the retry window, and no older one", () => {
    const row = rotatedGrant();
    const answered = written(row, decide(row, presentedToken(row, 7), late));
    const outcome = (generation: number, now: number) =>
      decide(answered, presentedToken(row, generation), now).outcome;
    assert.equal(outcome(7, late + 1), "retried");
    assert.equal(outcome(7, late + WINDOW - 1), "retried");
    assert.equal(outcome(7, late + WINDOW), "reused");
    assert.equal(outcome(6, late + 1), "reused");
  });

  test("that was answered late is answered though its successor is rotated meanwhile", () => {
    const row = rotatedGrant();
    const answered = written(row, decide(row, presentedToken(row, 7), late));
    const rotated = written(answered, decide(answered, presentedToken(row, 8), late + 1000));
    assert.deepEqual(
      [rotated.generation, rotated.windowGeneration, rotated.windowStartedAt, rotated.windowEndedAt],
      [9, 7, late, late + 1000],
    );
    for (const generation of [7, 8]) {
      assert.equal(decide(rotated, presentedToken(row, generation), late + WINDOW).outcome, "retried");
    }
  });

  test("is reused if this window or the one before it was retried", () => {
    assert.equal(meet({ generation: 7, now: late, grant: { windowRetried: true } }).outcome, "reused");
    assert.equal(
      meet({ generation: 7, now: late, grant: { previousWindowRetried: true } }).outcome,
      "reused",
    );
    assert.equal(meet({ generation: 7, now: late, grant: { retryScore: 30 } }).outcome, "retried_late");
  });

  test("is reused if it is not the head's predecessor, though it was spent in the same window", () => {
    assert.equal(meet({ generation: 6, now: late }).outcome, "reused");
  });

  test("is reused under the policy `refuse` for late retries", () => {
    assert.equal(meet({ generation: 7, now: late, policy: { lateRetry: "refuse" } }).outcome, "reused");
    assert.equal(meet({ generation: 7, now: late - 1, policy: { lateRetry: "refuse" } }).outcome, "retried");
  });
});

describe("a reused token", () => {
  test("revokes the grant, with an event that has distance and age", () => {
    const now = WINDOW_START + DAY;
    assert.deepEqual(meet({ generation: 2, now }), {
      outcome: "reused",
      write: { revokedAt: now, revokedReason: "reused" },
      event: {
        type: "grant.reused",
        data: { generation: 2, distance: 6, age_ms: DAY - 10_000, revoked: true },
      },
    });
  });

  test("is refused with an event, but revokes nothing, under the policy `detect`", () => {
    assert.deepEqual(meet({ generation: 2, now: WINDOW_START + DAY, policy: { reuse: "detect" } }), {
      outcome: "reused",
      event: {
        type: "grant.reused",
        data: { generation: 2, distance: 6, age_ms: DAY - 10_000, revoked: false },
      },
    });
  });

  test("is recognised ten thousand rotations later", () => {
    const grant = { generation: 10_000, windowGeneration: 9_999 };
    assert.equal(meet({ generation: 0, now: WINDOW_START + 1, grant }).outcome, "reused");
  });
});

describe("a scope beyond the grant's", () => {
  const presented = { scope: ["read", "admin"] };

  test("changes nothing, whatever the outcome would have been", () => {
    const exceeded = { outcome: "scope_exceeded" };
    const now = WINDOW_START + 12_000;
    assert.deepEqual(meet({ generation: 8, now, presented }), exceeded, "rotated");
    assert.deepEqual(
      meet({ generation: 8, now, presented, policy: { rotation: "never" } }),
      exceeded,
      "extended",
    );
    assert.deepEqual(meet({ generation: 7, now, presented }), exceeded, "retried");
    assert.deepEqual(meet({ generation: 7, now: WINDOW_END + WINDOW, presented }), exceeded, "retried late");
    assert.deepEqual(meet({ generation: 9, now, presented }), exceeded, "recovered");
    assert.deepEqual(
      meet({ generation: 9, now, presented, policy: { lostWrites: "reject" } }),
      exceeded,
      "generation_ahead",
    );
    const grant = { retryScore: CONCURRENT_USE_SCORE };
    const policy = { concurrentUse: "revoke" } as const;
    assert.deepEqual(meet({ generation: 7, now, presented, grant, policy }), exceeded, "concurrent_use");
  });

  test("does not hide that the token is reused", () => {
    assert.equal(meet({ generation: 2, now: WINDOW_START + 1, presented }).outcome, "reused");
  });

  test("is not one that has some or all of the granted scopes, in any order, or none", () => {
    for (const scope of [["read"], ["write", "read"], []]) {
      assert.equal(
        meet({ generation: 8, now: WINDOW_START + WINDOW, presented: { scope } }).outcome,
        "rotated",
      );
    }
  });

  test("is every scope, for a grant without one", () => {
    const grant = { scope: "" };
    assert.equal(
      meet({ generation: 8, now: WINDOW_START, grant, presented: { scope: ["read"] } }).outcome,
      "scope_exceeded",
    );
    assert.equal(
      meet({ generation: 8, now: WINDOW_START, grant, presented: { scope: [] } }).outcome,
      "rotated",
    );
  });
});

describe("a resource", () => {
  const bound = { resource: "https://mcp.example" };

  test("other than the grant's changes nothing, whatever the outcome would have been", () => {
    const refused = { outcome: "resource_mismatch" };
    const now = WINDOW_START + 12_000;
    for (const generation of [7, 8, 9]) {
      assert.deepEqual(meet({ generation, now, presented: bound }), refused, "the client's own audience");
      assert.deepEqual(meet({ generation, now, grant: bound, presented: { resource: null } }), refused);
    }
  });

  test("that is the grant's is accepted, in any spelling of the same URI", () => {
    const now = WINDOW_START + WINDOW;
    const respelled = { resource: "HTTPS://MCP.example:443/" };
    assert.equal(meet({ generation: 8, now, grant: bound, presented: respelled }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now, grant: respelled, presented: bound }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now, grant: bound, presented: bound }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now, presented: { resource: null } }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now, grant: bound }).outcome, "rotated");
  });
});

describe("the head, where the policy rotates", () => {
  test("starts a window when the last one is over, and that one is the previous", () => {
    const now = WINDOW_START + WINDOW;
    assert.deepEqual(meet({ generation: 8, now }), {
      outcome: "rotated",
      write: {
        generation: 9,
        rotatedAt: now,
        lastUsedAt: now,
        windowStartedAt: now,
        windowEndedAt: now,
        windowGeneration: 8,
        windowRetried: false,
        previousWindowGeneration: 6,
        previousWindowEndedAt: WINDOW_END,
        previousWindowRetried: false,
        retryScore: 0,
        ...NOT_HELD,
      },
    });
  });

  test("does not keep a window in which no token is recent any more, but whether it was retried", () => {
    for (const windowRetried of [false, true]) {
      const { write } = meet({ generation: 8, now: WINDOW_END + WINDOW, grant: { windowRetried } });
      assert.partialDeepStrictEqual(write, { ...NO_PREVIOUS, previousWindowRetried: windowRetried });
    }
    const { write } = meet({ generation: 8, now: WINDOW_END + WINDOW - 1, grant: PREVIOUS });
    assert.partialDeepStrictEqual(write, { previousWindowGeneration: 6, previousWindowEndedAt: WINDOW_END });
  });

  test("joins a window that is not over, which ends now and else stays as it is, retried or not", () => {
    const now = WINDOW_START + WINDOW - 1;
    for (const retried of [false, true]) {
      const marks = { windowRetried: retried, previousWindowRetried: !retried, retryScore: 3 };
      const { outcome, write } = meet({ generation: 8, now, grant: { ...PREVIOUS, ...marks } });
      assert.equal(outcome, "rotated");
      assert.deepEqual(write, {
        generation: 9,
        rotatedAt: now,
        lastUsedAt: now,
        windowStartedAt: WINDOW_START,
        windowEndedAt: now,
        windowGeneration: 6,
        ...PREVIOUS,
        ...marks,
        ...NOT_HELD,
      });
    }
  });

  test("counts windows that were retried, and forgets one for every eight that were not", () => {
    const score = (grant: Partial<Grant>): unknown =>
      meet({ generation: 8, now: WINDOW_START + WINDOW, grant }).write?.retryScore;
    assert.equal(score({ windowRetried: true, retryScore: 3 }), 3 + RETRIED_WINDOW_SCORE);
    assert.equal(score({ windowRetried: false, retryScore: 3 }), 2);
    assert.equal(score({ windowRetried: false, retryScore: 0 }), 0);
  });

  test("starts a window as not retried", () => {
    assert.equal(
      meet({ generation: 8, now: WINDOW_START + WINDOW, grant: { windowRetried: true } }).write
        ?.windowRetried,
      false,
    );
  });

  test("starts the first window of a grant, however young the grant", () => {
    const row = grantRow();
    const { write } = decide(row, presentedToken(row, 0), START + 5000);
    assert.equal(write?.windowStartedAt, START + 5000);
    assert.equal(write?.windowGeneration, 0);
    assert.partialDeepStrictEqual(write, { ...NO_PREVIOUS, previousWindowRetried: false, retryScore: 0 });
  });

  test("never moves the row's instants back when the clock went back", () => {
    const { outcome, write } = meet({ generation: 8, now: WINDOW_START - HOUR });
    assert.equal(outcome, "rotated");
    assert.equal(write?.rotatedAt, WINDOW_START + 10_000);
    assert.equal(write?.lastUsedAt, WINDOW_START + 10_000);
    assert.equal(write?.windowStartedAt, WINDOW_START, "a negative age is inside the window");
    const first = meet({
      generation: 0,
      now: WINDOW_START - HOUR,
      grant: { generation: 0, windowGeneration: 0 },
    });
    assert.equal(
      first.write?.windowStartedAt,
      WINDOW_START + 10_000,
      "the instant of the rotation, as the row tells it",
    );
  });

  test("rotates up to the last generation, which is refused", () => {
    const generation = LAST_GENERATION;
    const before = meet({
      generation: generation - 1,
      now: WINDOW_START,
      grant: { generation: generation - 1 },
    });
    assert.equal(before.write?.generation, LAST_GENERATION);
    assert.deepEqual(meet({ generation, now: WINDOW_START, grant: { generation } }), {
      outcome: "exhausted",
    });
  });

  test("rotates at the threshold, to the millisecond", () => {
    const policy = { rotation: "threshold", rotationThreshold: 60 } as const;
    const rotatedAt = WINDOW_START + 10_000;
    assert.equal(meet({ generation: 8, now: rotatedAt + 59_999, policy }).outcome, "extended");
    assert.equal(meet({ generation: 8, now: rotatedAt + 60_000, policy }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now: rotatedAt - HOUR, policy }).outcome, "extended");
  });
});

describe("the head, where the policy does not rotate", () => {
  const policy = { rotation: "never" } as const;

  test("is extended: the same generation, last used now, both windows closed", () => {
    const now = WINDOW_START + 12_000;
    assert.deepEqual(meet({ generation: 8, now, policy }), {
      outcome: "extended",
      write: { lastUsedAt: now, windowGeneration: 8, ...NO_PREVIOUS, ...NOT_HELD },
    });
  });

  test("closes both windows, and the late retry", () => {
    const row = rotatedGrant({ ...PREVIOUS, previousWindowEndedAt: WINDOW_END });
    const extended = written(row, decide(row, presentedToken(row, 8, policy), WINDOW_START + 12_000));
    for (const generation of [4, 5, 6, 7]) {
      const token = presentedToken(row, generation, policy);
      assert.equal(decide(row, token, WINDOW_START + 12_001).outcome, "retried");
      assert.equal(decide(extended, token, WINDOW_START + 12_001).outcome, "reused");
    }
    const token = presentedToken(row, 7, policy);
    assert.equal(decide(row, token, WINDOW_END + WINDOW).outcome, "retried_late");
    assert.equal(decide(extended, token, WINDOW_END + WINDOW).outcome, "reused");
  });

  test("leaves no token of a closed window to the rotation after it", () => {
    const row = rotatedGrant();
    const extended = written(row, decide(row, presentedToken(row, 8, policy), WINDOW_START + 12_000));
    for (const now of [WINDOW_START + 13_000, WINDOW_START + WINDOW]) {
      const rotated = written(extended, decide(extended, presentedToken(row, 8), now));
      assert.equal(decide(rotated, presentedToken(row, 8), now + 1).outcome, "retried");
      assert.equal(decide(rotated, presentedToken(row, 7), now + 1).outcome, "reused");
    }
  });

  test("stays valid past the idle lifetime as long as it is used, up to the absolute lifetime", () => {
    let row = rotatedGrant();
    for (let now = WINDOW_START + 9 * DAY; now < row.expiresAt; now += 9 * DAY) {
      const decision = decide(row, presentedToken(row, 8, policy), now);
      assert.equal(decision.outcome, "extended");
      row = written(row, decision);
    }
    assert.equal(decide(row, presentedToken(row, 8, policy), row.expiresAt).outcome, "expired");
  });

  test("does not move the last use back when the clock went back", () => {
    assert.equal(meet({ generation: 8, now: START, policy }).write?.lastUsedAt, WINDOW_START + 10_000);
  });

  test("is extended at the last generation too", () => {
    const generation = LAST_GENERATION;
    assert.equal(meet({ generation, now: WINDOW_START, grant: { generation }, policy }).outcome, "extended");
  });
});

describe("a token ahead of the row", () => {
  const now = WINDOW_START + DAY;

  test("recovers the grant: its successor is the head, with an event", () => {
    assert.deepEqual(meet({ generation: 1000, now }), {
      outcome: "recovered",
      write: {
        generation: 1001,
        rotatedAt: now,
        lastUsedAt: now,
        windowStartedAt: now,
        windowEndedAt: now,
        windowGeneration: 1000,
        windowRetried: false,
        ...NO_PREVIOUS,
        previousWindowRetried: false,
        retryScore: 0,
        ...NOT_HELD,
      },
      event: {
        type: "grant.recovered",
        data: { generation: 1000, distance: -992, age_ms: DAY - 10_000 },
      },
    });
  });

  test("recovers it where the policy does not rotate too, since the row has no such head", () => {
    assert.equal(meet({ generation: 9, now, policy: { rotation: "never" } }).outcome, "recovered");
  });

  test("recovers a grant that was restored to its creation", () => {
    const row = grantRow();
    const recovered = written(row, decide(row, presentedToken(row, 40), now));
    assert.equal(recovered.generation, 41);
    assert.equal(decide(recovered, presentedToken(row, 40), now + 1).outcome, "retried");
  });

  test("is refused with an event under the policy `reject`", () => {
    assert.deepEqual(meet({ generation: 9, now, policy: { lostWrites: "reject" } }), {
      outcome: "generation_ahead",
      event: { type: "grant.generation_ahead", data: { generation: 9, distance: -1, age_ms: DAY - 10_000 } },
    });
  });

  test("is refused where it can have no successor", () => {
    assert.equal(meet({ generation: LAST_GENERATION - 1, now }).write?.generation, LAST_GENERATION);
    assert.deepEqual(meet({ generation: LAST_GENERATION, now }), { outcome: "exhausted" });
  });
});

describe("concurrent use", () => {
  const now = WINDOW_START + 12_000;

  test("is reported from a score of 40 with this window's 8, and the token gets the head", () => {
    assert.deepEqual([CONCURRENT_USE_SCORE, RETRIED_WINDOW_SCORE], [40, 8]);
    assert.equal(meet({ generation: 7, now, grant: { retryScore: 31 } }).event?.type, "grant.retried");
    for (const retryScore of [32, 40]) {
      const decision = meet({ generation: 7, now, grant: { retryScore } });
      assert.equal(decision.outcome, "retried");
      assert.deepEqual(decision.write, { windowRetried: true });
      const data = { generation: 7, distance: 1, age_ms: 2000, retry_score: retryScore + 8, revoked: false };
      assert.deepEqual(decision.event, { type: "grant.concurrent_use", data });
    }
  });

  test("is reported once for each window", () => {
    const grant = { retryScore: 32, windowRetried: true };
    assert.deepEqual(meet({ generation: 7, now, grant }), { outcome: "retried" });
  });

  test("is reported of a late retry too, which gets the head and its window", () => {
    const late = WINDOW_END + WINDOW;
    const decision = meet({ generation: 7, now: late, grant: { retryScore: 32 } });
    assert.equal(decision.outcome, "retried_late");
    assert.partialDeepStrictEqual(decision.write, { windowStartedAt: late, windowRetried: true });
    assert.equal(decision.event?.type, "grant.concurrent_use");
    assert.partialDeepStrictEqual(decision.event?.data, { retry_score: 40, revoked: false });
  });

  test("revokes the grant under the policy `revoke`", () => {
    const policy = { concurrentUse: "revoke" } as const;
    assert.equal(meet({ generation: 7, now, grant: { retryScore: 31 }, policy }).outcome, "retried");
    for (const at of [now, WINDOW_END + WINDOW]) {
      const decision = meet({ generation: 7, now: at, grant: { retryScore: 32 }, policy });
      assert.equal(decision.outcome, "concurrent_use");
      assert.deepEqual(decision.write, { revokedAt: at, revokedReason: "concurrent_use" });
      assert.equal(decision.event?.type, "grant.concurrent_use");
      assert.equal(decision.event?.data["revoked"], true);
    }
  });

  /** In which of the windows, each left by a rotation an hour later, a spent token in every `n`th is first reported. */
  function reportedAt(n: number, after: number): number | undefined {
    let row = rotatedGrant();
    let at = WINDOW_END;
    for (let window = 1; window <= 720; window += 1) {
      row = written(row, decide(row, presentedToken(row, row.generation), (at += HOUR)));
      if ((window - 1) % n !== 0) continue;
      const decision = decide(row, presentedToken(row, row.generation - 1), at + after);
      assert.ok("write" in decision && decision.outcome.startsWith("retried"), decision.outcome);
      if (decision.event?.type === "grant.concurrent_use") return window;
      row = written(row, decision);
    }
    return undefined;
  }

  test("names a second holder in every window, in every second and in every fifth, inside the window or late", () => {
    assert.equal(reportedAt(1, 1000), 5);
    for (const after of [1000, HOUR / 6]) {
      assert.equal(reportedAt(2, after), 11);
      assert.equal(reportedAt(5, after), 41);
      assert.equal(reportedAt(8, after), 257);
      assert.equal(reportedAt(9, after), undefined, "a steady ninth is what lost responses look like");
    }
  });
});

describe("a grant whose windows stand still, since responses failed", () => {
  const windowsHeldAt = WINDOW_END + 1000;
  const later = windowsHeldAt + 10 * WINDOW;
  /** What a row has when the windows go on at `later`. */
  const resumedWindows = {
    windowStartedAt: WINDOW_START + 10 * WINDOW,
    windowEndedAt: WINDOW_END + 10 * WINDOW,
    windowsHeldAt: null,
  };

  test("answers the head's predecessor as the response that failed: the windows go on, and nothing is marked", () => {
    for (const windowRetried of [false, true]) {
      const { outcome, write, event } = meet({
        generation: 7,
        now: later,
        grant: { windowsHeldAt, windowRetried },
      });
      assert.deepEqual([outcome, event], ["retried", undefined]);
      assert.partialDeepStrictEqual(write, { ...resumedWindows, windowRetried });
    }
  });

  test("answers an older token of its windows as a retry, which it marks", () => {
    const { outcome, write, event } = meet({ generation: 6, now: later, grant: { windowsHeldAt } });
    assert.deepEqual([outcome, event?.type], ["retried", "grant.retried"]);
    assert.partialDeepStrictEqual(write, { ...resumedWindows, windowRetried: true });
    assert.equal(meet({ generation: 5, now: later, grant: { windowsHeldAt } }).outcome, "reused");
  });

  test("had no more time left than when they stopped", () => {
    const grant = { windowsHeldAt: WINDOW_END + WINDOW - 1, windowRetried: true };
    assert.equal(meet({ generation: 7, now: later, grant }).outcome, "retried");
    assert.equal(
      meet({ generation: 7, now: later, grant: { ...grant, windowsHeldAt: WINDOW_END + WINDOW } }).outcome,
      "reused",
    );
  });

  test("is rotated by its head, in the window or after it", () => {
    const { write } = meet({ generation: 8, now: later, grant: { windowsHeldAt } });
    assert.partialDeepStrictEqual(write, { ...resumedWindows, windowEndedAt: later, windowGeneration: 6 });
    const held = WINDOW_START + WINDOW;
    const next = meet({ generation: 8, now: later, grant: { windowsHeldAt: held } }).write;
    const previous = { previousWindowGeneration: 6, previousWindowEndedAt: WINDOW_END + later - held };
    assert.partialDeepStrictEqual(next, { windowStartedAt: later, ...previous, windowsHeldAt: null });
  });

  test("goes on where an older program rotated it meanwhile: no window ends in the future", () => {
    const ended = later - 1000;
    const row = { windowStartedAt: ended, windowEndedAt: ended, rotatedAt: ended, windowGeneration: 7 };
    const grant = { windowsHeldAt, ...row, windowRetried: true };
    const { outcome, write } = meet({ generation: 7, now: later, grant });
    assert.equal(outcome, "retried");
    assert.partialDeepStrictEqual(write, { windowStartedAt: later, windowEndedAt: later });
  });

  test("waits for a clock that was set back", () => {
    const grant = { windowsHeldAt, windowRetried: true };
    const { outcome, write } = meet({ generation: 7, now: WINDOW_START, grant });
    assert.equal(outcome, "retried");
    assert.partialDeepStrictEqual(write, { windowStartedAt: WINDOW_START, windowEndedAt: WINDOW_END });
  });

  test("is not held for ever by a thief who lets his own requests fail", () => {
    let row = rotatedGrant();
    let now = WINDOW_END;
    const present = (generation: number) => decide(row, presentedToken(row, generation), now);
    let refreshes = 0;
    while (present(7).outcome !== "reused") {
      assert.ok(refreshes <= 3, "the stolen token is refused after three refreshes of its victim");
      for (const pause of [1000, WINDOW / 2, WINDOW / 2]) {
        now += pause;
        const result = rotationResult(present(7), row, now);
        if (!("grant" in result)) break;
        row = { ...result.grant, ...held(result.grant, result) };
      }
      now += HOUR;
      row = written(row, present(row.generation));
      refreshes += 1;
    }
  });

  test("stays as it is where another response was made since the failure", () => {
    const row = rotatedGrant();
    const failed = rotationResult(decide(row, presentedToken(row, 8), later), row, later);
    assert.ok("grant" in failed);
    assert.deepEqual(held(failed.grant, failed), { windowsHeldAt: later });
    const answered = written(failed.grant, decide(failed.grant, presentedToken(row, 8), later + 1));
    assert.equal(held(answered, failed), undefined);
    const refreshed = written(failed.grant, decide(failed.grant, presentedToken(row, 9), later + 1));
    assert.equal(held(refreshed, failed), undefined);
  });

  test("takes back what retries marked, in whichever order their failures are told", () => {
    const row = rotatedGrant();
    const first = rotationResult(decide(row, presentedToken(row, 7), WINDOW_END), row, WINDOW_END);
    assert.ok("grant" in first);
    const marked = first.grant;
    const second = rotationResult(decide(marked, presentedToken(row, 6), WINDOW_END), marked, WINDOW_END);
    assert.ok("grant" in second);
    for (const failures of [
      [first, second],
      [second, first],
    ]) {
      const told = failures.reduce((grant, failed) => ({ ...grant, ...held(grant, failed) }), second.grant);
      assert.partialDeepStrictEqual(told, { windowRetried: false, windowsHeldAt: WINDOW_END });
    }
  });

  test("records a retry that fails again at most once a minute", () => {
    const row = rotatedGrant({ windowsHeldAt: WINDOW_END + WINDOW });
    const decision = decide(row, presentedToken(row, 7), later);
    assert.equal(decision.outcome, "retried_late");
    assert.equal(eventInterval(decision, row), REPEATED_EVENT_INTERVAL);
    assert.equal(eventInterval(decision, rotatedGrant()), undefined);
  });
});
