import type { Comparison, TargetResult } from "./peers.ts";
import { REFERENCE_SPEED } from "./report.ts";
import type { Target as Promised } from "./report.ts";

/** µs on a machine where a bare RS256 signature takes `REFERENCE_SPEED` µs; scaled to this one. */
const EDDSA_LIMIT = 110;
const DATABASE_LIMIT = 50;
const WAL_LIMIT = 180;

/** What the project promises of such a run; targets that were not run promise nothing. */
export function judgeComparison({ targets }: Comparison): Promised[] {
  const promised: Promised[] = [];
  const expect = (what: string, limit: string, found: string, met: boolean) =>
    void promised.push({ what, limit, found, met });
  const ours = (algorithm: string) =>
    targets.find(
      (target) => !target.isPeer && target.database !== undefined && target.algorithm === algorithm,
    );
  const regrant = ours("RS256");
  if (regrant !== undefined) {
    const beside = (what: string, rate: number, times: number) => {
      const found = regrant.refreshesPerSecond / rate;
      expect(`RS256: refreshes/s beside ${what}`, `>= ${times} times`, found.toFixed(2), found >= times);
    };
    const oidc = targets.find(({ name }) => name === "oidc-provider");
    const rates = targets.filter(({ isPeer }) => isPeer).map((peer) => peer.refreshesPerSecond);
    if (oidc !== undefined) beside("oidc-provider", oidc.refreshesPerSecond, 2.8);
    if (rates.length > 0) beside("the fastest peer", Math.max(...rates), 1.75);
    const { ratio } = regrant;
    expect("RS256: server CPU", "<= 1.35 bare signatures", ratio.toFixed(2), ratio <= 1.35);
    expectOfDatabase(regrant, expect);
  }
  const eddsa = ours("EdDSA");
  if (eddsa !== undefined) expectTime("EdDSA: server CPU", eddsa.serverCpu, EDDSA_LIMIT, eddsa, expect);
  const errors = targets.reduce((sum, target) => sum + target.errors, 0);
  expect("refreshes refused or failed", "0", String(errors), errors === 0);
  return promised;
}

type Expect = (what: string, limit: string, found: string, met: boolean) => void;

function expectOfDatabase(regrant: TargetResult, expect: Expect): void {
  const { cpu, records } = regrant.database ?? { cpu: Number.NaN, records: Number.NaN };
  const { rowsAdded = Number.NaN, hotShare = Number.NaN } = regrant;
  expectTime("RS256: database CPU", cpu, DATABASE_LIMIT, regrant, expect);
  expect("RS256: WAL records", `<= ${WAL_LIMIT} bytes`, records.toFixed(0), records <= WAL_LIMIT);
  expect("RS256: rows added by a refresh", "0", rowsAdded.toFixed(3), rowsAdded === 0);
  expect("RS256: heap-only updates", ">= 95 %", `${(hotShare * 100).toFixed(1)} %`, hotShare >= 0.95);
}

function expectTime(what: string, found: number, limit: number, of: TargetResult, expect: Expect): void {
  const scale = of.reference / REFERENCE_SPEED;
  const text = `<= ${limit} µs x ${scale.toFixed(2)} = ${(limit * scale).toFixed(0)} µs`;
  expect(what, text, `${found.toFixed(0)} µs`, found <= limit * scale);
}
