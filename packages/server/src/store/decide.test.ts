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
import { LAST_GENERATION, SHADOWING_BURSTS, decide } from "./decide.ts";
import type { Decision } from "./decide.ts";
import type { Grant, PresentedToken, RotationPolicy } from "./store.ts";

// The decision table row by row and in its order; one file, to be read beside it.

const IDLE = POLICY.refreshIdleTtl * 1000;

/** Head 8; the burst began an hour after the grant was made, with the rotation of 6; 5 was spent long before. */
const BURST = START + HOUR;
function rotatedGrant(changes: Partial<Grant> = {}): Grant {
  return grantRow({
    generation: 8,
    burstAt: BURST,
    burstGeneration: 6,
    rotatedAt: BURST + 10_000,
    lastUsedAt: BURST + 10_000,
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

/** The columns after what `decision` writes. */
function after(grant: Grant, decision: Decision): Grant {
  return { ...grant, ...decision.write };
}

describe("who may ask", () => {
  test("a token of no grant is unknown, and nothing is told of it", () => {
    const token = presentedToken(grantRow(), 0);
    assert.deepEqual(decide(undefined, token, START), { outcome: "unknown" });
  });

  test("a token whose secret does not fit its grant is unknown", () => {
    assert.deepEqual(meet({ generation: 8, now: BURST, presented: { secretHash: digest() } }), {
      outcome: "unknown",
    });
  });

  test("another client's token is refused with an event and changes nothing, spent or not", () => {
    const clientId = uuid();
    for (const generation of [0, 7, 8, 9]) {
      assert.deepEqual(meet({ generation, now: BURST + DAY, presented: { clientId } }), {
        outcome: "foreign_client",
        event: { type: "grant.foreign_client", data: { presented_by: clientId, generation } },
      });
    }
  });

  test("a secret that does not fit is unknown before it is another client's", () => {
    const presented = { clientId: uuid(), secretHash: digest() };
    assert.equal(meet({ generation: 8, now: BURST, presented }).outcome, "unknown");
  });
});

describe("a grant that has ended", () => {
  test("a revoked grant refuses every generation and is not revoked again", () => {
    const grant = { revokedAt: BURST, revokedReason: "revoked_by_client" } as const;
    for (const generation of [0, 7, 8, 9]) {
      assert.deepEqual(meet({ generation, now: BURST + 1, grant }), { outcome: "revoked" });
    }
  });

  test("another client's token of a revoked grant stays another client's", () => {
    const grant = { revokedAt: BURST };
    assert.equal(
      meet({ generation: 8, now: BURST, grant, presented: { clientId: uuid() } }).outcome,
      "foreign_client",
    );
  });

  test("what was granted at or before the client was disabled is revoked, what came after it is not", () => {
    const outcome = (grantsRevokedAt: number): string =>
      meet({ generation: 8, now: BURST + WINDOW, presented: { grantsRevokedAt } }).outcome;
    assert.equal(outcome(START - 1), "rotated");
    assert.equal(outcome(START), "revoked");
    assert.equal(outcome(START + 1), "revoked");
  });

  test("a revoked grant is revoked before it is expired", () => {
    assert.equal(
      meet({ generation: 8, now: START + 400 * DAY, grant: { revokedAt: BURST } }).outcome,
      "revoked",
    );
  });

  test("the idle lifetime ends at its last millisecond, counted from the last use", () => {
    const end = BURST + 10_000 + IDLE;
    assert.equal(meet({ generation: 8, now: end - 1 }).outcome, "rotated");
    assert.deepEqual(meet({ generation: 8, now: end }), { outcome: "expired" });
    const grant = { lastUsedAt: end - DAY };
    assert.equal(meet({ generation: 8, now: end, grant }).outcome, "rotated");
  });

  test("the absolute lifetime ends at its last millisecond, however fresh the last use", () => {
    const now = START + 365 * DAY;
    const grant = { lastUsedAt: now - 2 };
    assert.equal(meet({ generation: 8, now: now - 1, grant }).outcome, "rotated");
    assert.deepEqual(meet({ generation: 8, now, grant }), { outcome: "expired" });
  });

  test("a spent token of an expired grant is expired, not reused", () => {
    assert.equal(meet({ generation: 0, now: BURST + 10_000 + IDLE }).outcome, "expired");
  });

  test("a token ahead of the row is not measured by the row's idle time, but by its absolute lifetime", () => {
    assert.equal(meet({ generation: 9, now: BURST + 10_000 + IDLE }).outcome, "healed");
    assert.equal(meet({ generation: 9, now: START + 365 * DAY }).outcome, "expired");
  });
});

describe("a spent token inside the window", () => {
  test("is answered with the head, and marks its burst with one write and one event", () => {
    for (const generation of [6, 7]) {
      const decision = meet({ generation, now: BURST + 12_000 });
      assert.deepEqual(decision, {
        outcome: "replayed",
        write: { burstMarked: true },
        event: {
          type: "grant.replayed",
          data: { generation, distance: 8 - generation, age_ms: 2000, bursts: 1, revoked: false },
        },
      });
    }
  });

  test("of a marked burst is answered without a write or an event", () => {
    assert.deepEqual(meet({ generation: 7, now: BURST + 12_000, grant: { burstMarked: true } }), {
      outcome: "replayed",
    });
  });

  test("is believed until the burst's window is over, which later rotations do not move", () => {
    const grant = { burstMarked: true };
    assert.equal(meet({ generation: 6, now: BURST + WINDOW - 1, grant }).outcome, "replayed");
    assert.equal(meet({ generation: 6, now: BURST + WINDOW, grant }).outcome, "reused");
  });

  test("that the head replaced is believed for a window from its own rotation, though the burst is over", () => {
    const grant = { burstMarked: true, rotatedAt: BURST + WINDOW - 1 };
    const end = BURST + WINDOW - 1 + WINDOW;
    assert.equal(meet({ generation: 7, now: end - 1, grant }).outcome, "replayed");
    assert.equal(meet({ generation: 7, now: end, grant }).outcome, "reused");
    assert.equal(meet({ generation: 6, now: BURST + WINDOW, grant }).outcome, "reused");
  });

  test("is measured by its own client's window", () => {
    const grant = { burstMarked: true };
    const now = BURST + 299_999;
    assert.equal(meet({ generation: 6, now, grant, policy: { retryWindow: 300 } }).outcome, "replayed");
    assert.equal(meet({ generation: 6, now, grant, policy: { retryWindow: 299 } }).outcome, "reused");
  });

  test("is believed when the clock went back behind the burst", () => {
    const decision = meet({ generation: 7, now: BURST - DAY / 48 });
    assert.equal(decision.outcome, "replayed");
    assert.equal(decision.event?.data["age_ms"], 0);
  });

  test("that was spent before the burst is reuse", () => {
    assert.equal(meet({ generation: 5, now: BURST + 1 }).outcome, "reused");
  });
});

describe("a spent token after the window", () => {
  const late = BURST + 10_000 + WINDOW;

  test("that the head replaced is answered once, and marks its burst", () => {
    assert.deepEqual(meet({ generation: 7, now: late }), {
      outcome: "replayed_late",
      write: { burstMarked: true },
      event: { type: "grant.replayed_late", data: { generation: 7, distance: 1, age_ms: WINDOW } },
    });
  });

  test("is reuse if this burst or the one before it was marked", () => {
    assert.equal(meet({ generation: 7, now: late, grant: { burstMarked: true } }).outcome, "reused");
    assert.equal(meet({ generation: 7, now: late, grant: { markedBursts: 1 } }).outcome, "reused");
  });

  test("is reuse if it is not the head's predecessor, though it was spent in the same burst", () => {
    assert.equal(meet({ generation: 6, now: late }).outcome, "reused");
  });

  test("is reuse where late retries are refused", () => {
    assert.equal(meet({ generation: 7, now: late, policy: { lateRetry: "refuse" } }).outcome, "reused");
    assert.equal(meet({ generation: 7, now: late - 1, policy: { lateRetry: "refuse" } }).outcome, "replayed");
  });
});

describe("reuse", () => {
  test("revokes the grant, with an event that tells distance and age", () => {
    const now = BURST + DAY;
    assert.deepEqual(meet({ generation: 2, now }), {
      outcome: "reused",
      write: { revokedAt: now, revokedReason: "reused" },
      event: {
        type: "grant.reused",
        data: { generation: 2, distance: 6, age_ms: DAY - 10_000, revoked: true },
      },
    });
  });

  test("is refused and told, but revokes nothing, under the policy `detect`", () => {
    assert.deepEqual(meet({ generation: 2, now: BURST + DAY, policy: { reuse: "detect" } }), {
      outcome: "reused",
      event: {
        type: "grant.reused",
        data: { generation: 2, distance: 6, age_ms: DAY - 10_000, revoked: false },
      },
    });
  });

  test("is recognised ten thousand rotations later", () => {
    const grant = { generation: 10_000, burstGeneration: 9_999 };
    assert.equal(meet({ generation: 0, now: BURST + 1, grant }).outcome, "reused");
  });
});

describe("a scope wider than granted", () => {
  const presented = { scope: ["read", "admin"] };

  test("consumes nothing, whichever outcome it would have had", () => {
    const wider = { outcome: "wider" };
    const now = BURST + 12_000;
    assert.deepEqual(meet({ generation: 8, now, presented }), wider, "rotated");
    assert.deepEqual(
      meet({ generation: 8, now, presented, policy: { rotation: "never" } }),
      wider,
      "extended",
    );
    assert.deepEqual(meet({ generation: 7, now, presented }), wider, "replayed");
    assert.deepEqual(meet({ generation: 7, now: BURST + WINDOW, presented }), wider, "replayed late");
    assert.deepEqual(meet({ generation: 9, now, presented }), wider, "healed");
    assert.deepEqual(meet({ generation: 9, now, presented, policy: { ahead: "reject" } }), wider, "ahead");
    const grant = { markedBursts: SHADOWING_BURSTS - 1 };
    const policy = { shadowing: "revoke" } as const;
    assert.deepEqual(meet({ generation: 7, now, presented, grant, policy }), wider, "shadowed");
  });

  test("does not hide reuse", () => {
    assert.equal(meet({ generation: 2, now: BURST + 1, presented }).outcome, "reused");
  });

  test("is not what names some or all of the granted scopes, in any order, or none", () => {
    for (const scope of [["read"], ["write", "read"], []]) {
      assert.equal(meet({ generation: 8, now: BURST + WINDOW, presented: { scope } }).outcome, "rotated");
    }
  });

  test("is every scope, for a grant without one", () => {
    const grant = { scope: "" };
    assert.equal(meet({ generation: 8, now: BURST, grant, presented: { scope: ["read"] } }).outcome, "wider");
    assert.equal(meet({ generation: 8, now: BURST, grant, presented: { scope: [] } }).outcome, "rotated");
  });
});

describe("a resource", () => {
  const bound = { resource: "https://mcp.example" };

  test("other than the grant's consumes nothing, whichever outcome it would have had", () => {
    const refused = { outcome: "foreign_resource" };
    const now = BURST + 12_000;
    for (const generation of [7, 8, 9]) {
      assert.deepEqual(meet({ generation, now, presented: bound }), refused, "the client's own audience");
      assert.deepEqual(meet({ generation, now, grant: bound, presented: { resource: null } }), refused);
    }
  });

  test("that is the grant's is answered", () => {
    const now = BURST + WINDOW;
    assert.equal(meet({ generation: 8, now, grant: bound, presented: bound }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now, presented: { resource: null } }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now, grant: bound }).outcome, "rotated");
  });
});

describe("the head, where the policy rotates", () => {
  test("begins a burst when the last one's window is over", () => {
    const now = BURST + WINDOW;
    assert.deepEqual(meet({ generation: 8, now }), {
      outcome: "rotated",
      write: {
        generation: 9,
        rotatedAt: now,
        lastUsedAt: now,
        burstAt: now,
        burstGeneration: 8,
        burstMarked: false,
        markedBursts: 0,
      },
    });
  });

  test("leaves a burst inside the window as it is, marked or not", () => {
    const now = BURST + WINDOW - 1;
    for (const burstMarked of [false, true]) {
      const { outcome, write } = meet({ generation: 8, now, grant: { burstMarked, markedBursts: 3 } });
      assert.equal(outcome, "rotated");
      assert.deepEqual(write, {
        generation: 9,
        rotatedAt: now,
        lastUsedAt: now,
        burstAt: BURST,
        burstGeneration: 6,
        burstMarked,
        markedBursts: 3,
      });
    }
  });

  test("counts marked bursts in a row, and an unmarked one ends the row", () => {
    const count = (grant: Partial<Grant>): unknown =>
      meet({ generation: 8, now: BURST + WINDOW, grant }).write?.markedBursts;
    assert.equal(count({ burstMarked: true, markedBursts: 3 }), 4);
    assert.equal(count({ burstMarked: false, markedBursts: 3 }), 0);
  });

  test("begins a burst unmarked", () => {
    assert.equal(
      meet({ generation: 8, now: BURST + WINDOW, grant: { burstMarked: true } }).write?.burstMarked,
      false,
    );
  });

  test("begins the first burst of a grant, however young the grant", () => {
    const row = grantRow();
    const { write } = decide(row, presentedToken(row, 0), START + 5000);
    assert.equal(write?.burstAt, START + 5000);
    assert.equal(write?.burstGeneration, 0);
  });

  test("never moves the row's instants back when the clock went back", () => {
    const { outcome, write } = meet({ generation: 8, now: BURST - HOUR });
    assert.equal(outcome, "rotated");
    assert.equal(write?.rotatedAt, BURST + 10_000);
    assert.equal(write?.lastUsedAt, BURST + 10_000);
    assert.equal(write?.burstAt, BURST, "a negative age is inside the window");
    const first = meet({ generation: 0, now: BURST - HOUR, grant: { generation: 0, burstGeneration: 0 } });
    assert.equal(first.write?.burstAt, BURST + 10_000, "the instant of the rotation, as the row tells it");
  });

  test("rotates up to the last generation, which is refused", () => {
    const generation = LAST_GENERATION;
    const before = meet({ generation: generation - 1, now: BURST, grant: { generation: generation - 1 } });
    assert.equal(before.write?.generation, LAST_GENERATION);
    assert.deepEqual(meet({ generation, now: BURST, grant: { generation } }), { outcome: "exhausted" });
  });

  test("rotates at the threshold, to the millisecond", () => {
    const policy = { rotation: "threshold", rotationThreshold: 60 } as const;
    const rotatedAt = BURST + 10_000;
    assert.equal(meet({ generation: 8, now: rotatedAt + 59_999, policy }).outcome, "extended");
    assert.equal(meet({ generation: 8, now: rotatedAt + 60_000, policy }).outcome, "rotated");
    assert.equal(meet({ generation: 8, now: rotatedAt - HOUR, policy }).outcome, "extended");
  });
});

describe("the head, where the policy does not rotate", () => {
  const policy = { rotation: "never" } as const;

  test("is extended: the same generation, used now, the predecessor's window closed", () => {
    const now = BURST + 12_000;
    assert.deepEqual(meet({ generation: 8, now, policy }), {
      outcome: "extended",
      write: { lastUsedAt: now, burstGeneration: 8 },
    });
  });

  test("closes the predecessor's window and its late retry", () => {
    const row = rotatedGrant();
    const extended = after(row, decide(row, presentedToken(row, 8, policy), BURST + 12_000));
    for (const now of [BURST + 12_001, BURST + WINDOW]) {
      assert.equal(decide(row, presentedToken(row, 7, policy), now).outcome.startsWith("replayed"), true);
      assert.equal(decide(extended, presentedToken(row, 7, policy), now).outcome, "reused");
    }
  });

  test("keeps living past the idle lifetime as long as it is used, up to the absolute lifetime", () => {
    let row = rotatedGrant();
    for (let now = BURST + 9 * DAY; now < row.expiresAt; now += 9 * DAY) {
      const decision = decide(row, presentedToken(row, 8, policy), now);
      assert.equal(decision.outcome, "extended");
      row = after(row, decision);
    }
    assert.equal(decide(row, presentedToken(row, 8, policy), row.expiresAt).outcome, "expired");
  });

  test("does not move the last use back when the clock went back", () => {
    assert.equal(meet({ generation: 8, now: START, policy }).write?.lastUsedAt, BURST + 10_000);
  });

  test("is extended at the last generation too", () => {
    const generation = LAST_GENERATION;
    assert.equal(meet({ generation, now: BURST, grant: { generation }, policy }).outcome, "extended");
  });
});

describe("a token ahead of the row", () => {
  const now = BURST + DAY;

  test("heals the grant: its successor is the head, with an event", () => {
    assert.deepEqual(meet({ generation: 1000, now }), {
      outcome: "healed",
      write: {
        generation: 1001,
        rotatedAt: now,
        lastUsedAt: now,
        burstAt: now,
        burstGeneration: 1000,
        burstMarked: false,
        markedBursts: 0,
      },
      event: {
        type: "grant.healed",
        data: { generation: 1000, distance: -992, age_ms: DAY - 10_000 },
      },
    });
  });

  test("heals where the policy does not rotate, since the row knows no such head", () => {
    assert.equal(meet({ generation: 9, now, policy: { rotation: "never" } }).outcome, "healed");
  });

  test("heals a grant that was restored as it was made", () => {
    const row = grantRow();
    const healed = after(row, decide(row, presentedToken(row, 40), now));
    assert.equal(healed.generation, 41);
    assert.equal(decide(healed, presentedToken(row, 40), now + 1).outcome, "replayed");
  });

  test("is refused with an event under the policy `reject`", () => {
    assert.deepEqual(meet({ generation: 9, now, policy: { ahead: "reject" } }), {
      outcome: "ahead",
      event: { type: "grant.ahead", data: { generation: 9, distance: -1, age_ms: DAY - 10_000 } },
    });
  });

  test("is refused where it has no successor", () => {
    assert.equal(meet({ generation: LAST_GENERATION - 1, now }).write?.generation, LAST_GENERATION);
    assert.deepEqual(meet({ generation: LAST_GENERATION, now }), { outcome: "exhausted" });
  });
});

describe("shadowing", () => {
  const now = BURST + 12_000;

  test("is reported by the fifth burst in a row that is marked, and the holder is answered", () => {
    assert.equal(SHADOWING_BURSTS, 5);
    assert.equal(meet({ generation: 7, now, grant: { markedBursts: 3 } }).event?.type, "grant.replayed");
    for (const markedBursts of [4, 5]) {
      const decision = meet({ generation: 7, now, grant: { markedBursts } });
      assert.equal(decision.outcome, "replayed");
      assert.deepEqual(decision.write, { burstMarked: true });
      assert.equal(decision.event?.type, "grant.shadowed");
      assert.equal(decision.event?.data["bursts"], markedBursts + 1);
      assert.equal(decision.event?.data["revoked"], false);
    }
  });

  test("is reported once a burst", () => {
    const grant = { markedBursts: 4, burstMarked: true };
    assert.deepEqual(meet({ generation: 7, now, grant }), { outcome: "replayed" });
  });

  test("revokes the grant under the policy `revoke`", () => {
    const policy = { shadowing: "revoke" } as const;
    assert.equal(meet({ generation: 7, now, grant: { markedBursts: 3 }, policy }).outcome, "replayed");
    const decision = meet({ generation: 7, now, grant: { markedBursts: 4 }, policy });
    assert.equal(decision.outcome, "shadowed");
    assert.deepEqual(decision.write, { revokedAt: now, revokedReason: "shadowed" });
    assert.equal(decision.event?.type, "grant.shadowed");
    assert.equal(decision.event?.data["revoked"], true);
  });
});
