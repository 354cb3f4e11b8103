import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { DAY, grantRow, POLICY, START, presentedToken } from "./contract/fixtures.ts";
import { decide } from "./decide.ts";
import { grantStatus } from "./grant-status.ts";

const client = { refreshIdleTtl: POLICY.refreshIdleTtl, grantsRevokedAt: null };
const IDLE_END = START + POLICY.refreshIdleTtl * 1000;

test("a grant is active until its idle lifetime ends, which it says", () => {
  const grant = grantRow();
  assert.deepEqual(grantStatus(grant, client, IDLE_END - 1), { state: "active", idleExpiresAt: IDLE_END });
  assert.deepEqual(grantStatus(grant, client, IDLE_END), {
    state: "expired",
    since: IDLE_END,
    reason: "idle_lifetime",
  });
});

test("the absolute lifetime counts before the idle one", () => {
  const grant = grantRow({ expiresAt: IDLE_END + DAY });
  const status = grantStatus(grant, client, IDLE_END + DAY);
  assert.deepEqual(status, { state: "expired", since: IDLE_END + DAY, reason: "absolute_lifetime" });
});

test("a grant made before its client was disabled is revoked, one made after it is not", () => {
  const disabled = { ...client, grantsRevokedAt: START };
  assert.deepEqual(grantStatus(grantRow(), disabled, START + 1), {
    state: "revoked",
    since: START,
    reason: "client_disabled",
  });
  assert.equal(grantStatus(grantRow({ createdAt: START + 1 }), disabled, START + 1).state, "active");
});

test("of two revocations the earlier one counts, and either before an expiry", () => {
  const grant = grantRow({ revokedAt: START + 5, revokedReason: "reused" });
  const reasonWith = (grantsRevokedAt: number | null) => {
    const status = grantStatus(grant, { ...client, grantsRevokedAt }, START + 400 * DAY);
    return status.state === "revoked" ? status.reason : status.state;
  };
  assert.equal(reasonWith(null), "reused");
  assert.equal(reasonWith(START + 4), "client_disabled");
  assert.equal(reasonWith(START + 6), "reused");
});

test("the grant of a deleted client is revoked, and keeps the reason that it had before", () => {
  const reasonOf = (status: ReturnType<typeof grantStatus>) => status.state === "revoked" && status.reason;
  assert.equal(reasonOf(grantStatus(grantRow(), undefined, START)), "client_deleted");
  const reused = grantRow({ revokedAt: START, revokedReason: "reused" });
  assert.equal(reasonOf(grantStatus(reused, undefined, START)), "reused");
});

test("the status is what decide answers to the newest token", () => {
  const instant = fc.integer({ min: 0, max: 500 }).map((days) => START + days * DAY);
  const maybe = fc.option(instant, { nil: null });
  fc.assert(
    fc.property(instant, maybe, maybe, (now, revokedAt, grantsRevokedAt) => {
      const grant = grantRow({ revokedAt, revokedReason: revokedAt === null ? null : "reused" });
      const presented = presentedToken(grant, grant.generation, POLICY, { grantsRevokedAt });
      const { outcome } = decide(grant, presented, now);
      const { state } = grantStatus(grant, { ...client, grantsRevokedAt }, now);
      assert.equal(state, outcome === "rotated" ? "active" : outcome);
    }),
  );
});
