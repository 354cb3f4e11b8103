import type { Comparison, TargetResult } from "./peers.ts";
import { REFERENCE_SPEED } from "./report.ts";
import type { Target as Promised } from "./report.ts";

/** µs on a machine where a bare RS256 signature takes `REFERENCE_SPEED` µs; scaled to this one. */
const EDDSA_LIMIT = 110;
const DATABASE_LIMIT = 50;
const WAL_LIMIT = 180;
/** Latencies, ms, on such a machine: one request after another (p50), and the open loop (p99). */
const ONE_BY_ONE_LIMIT = { postgres: 1.4, sqlite: 1.0 };
const OPEN_LOOP_LIMIT = 7;

/** What the project promises of such a run; targets that were not run promise nothing. */
export function judgeComparison({ targets }: Comparison): Promised[] {
  const promised: Promised[] = [];
  const expect: Expect = (what, limit, found, met) => void promised.push({ what, limit, found, met });
  const regrant = ours(targets, "RS256");
  const eddsa = ours(targets, "EdDSA");
  const onSqlite = targets.find(({ isPeer, database }) => !isPeer && database === undefined);
  if (regrant !== undefined) {
    expectBeside(regrant, targets, expect);
    const { ratio } = regrant;
    expect("RS256: server CPU", "<= 1.35 bare signatures", ratio.toFixed(2), ratio <= 1.35);
    expectOfDatabase(regrant, expect);
    expectLatencies("RS256, PostgreSQL", regrant, ONE_BY_ONE_LIMIT.postgres, expect);
  }
  if (onSqlite !== undefined) {
    expectLatencies(`${onSqlite.algorithm}, SQLite`, onSqlite, ONE_BY_ONE_LIMIT.sqlite, expect);
  }
  if (eddsa !== undefined)
    expectTime("EdDSA: server CPU", eddsa.serverCpu, [EDDSA_LIMIT, "µs"], eddsa, expect);
  const errors = targets.reduce((sum, target) => sum + target.errors, 0);
  expect("refreshes refused or failed", "0", String(errors), errors === 0);
  return promised;
}

type Expect = (what: string, limit: string, found: string, met: boolean) => void;

/** Regrant on PostgreSQL, by one process. */
function ours(targets: readonly TargetResult[], algorithm: string): TargetResult | undefined {
  return targets.find(
    (target) => !target.isPeer && target.database !== undefined && target.algorithm === algorithm,
  );
}

function expectBeside(regrant: TargetResult, targets: readonly TargetResult[], expect: Expect): void {
  const beside = (what: string, rate: number, times: number) => {
    const found = regrant.refreshesPerSecond / rate;
    expect(`RS256: refreshes/s beside ${what}`, `>= ${times} times`, found.toFixed(2), found >= times);
  };
  const oidc = targets.find(({ name }) => name === "oidc-provider");
  const rates = targets.filter(({ isPeer }) => isPeer).map((peer) => peer.refreshesPerSecond);
  if (oidc !== undefined) beside("oidc-provider", oidc.refreshesPerSecond, 2.8);
  if (rates.length > 0) beside("the fastest peer", Math.max(...rates), 1.75);
}

function expectOfDatabase(regrant: TargetResult, expect: Expect): void {
  const { cpu, records } = regrant.database ?? { cpu: Number.NaN, records: Number.NaN };
  const { rowsAdded = Number.NaN, hotShare = Number.NaN } = regrant;
  expectTime("RS256: database CPU", cpu, [DATABASE_LIMIT, "µs"], regrant, expect);
  expect("RS256: WAL records", `<= ${WAL_LIMIT} bytes`, records.toFixed(0), records <= WAL_LIMIT);
  // The sweep writes two rows, of the whole store, a minute after the start.
  expect("RS256: rows added by a refresh", "0", rowsAdded.toFixed(3), Math.abs(rowsAdded) < 0.0005);
  expect("RS256: heap-only updates", ">= 95 %", `${(hotShare * 100).toFixed(1)} %`, hotShare >= 0.95);
}

function expectLatencies(what: string, of: TargetResult, oneByOne: number, expect: Expect): void {
  expectTime(`${what}: one after another, p50`, of.oneByOne.p50, [oneByOne, "ms"], of, expect);
  const { p99, rate } = of.openLoop;
  expectTime(`${what}: ${rate} a second, p99`, p99, [OPEN_LOOP_LIMIT, "ms"], of, expect);
}

function expectTime(
  what: string,
  found: number,
  [limit, unit]: [number, "µs" | "ms"],
  of: TargetResult,
  expect: Expect,
): void {
  const scale = of.reference / REFERENCE_SPEED;
  const shown = (value: number) => `${value.toFixed(unit === "µs" ? 0 : 1)} ${unit}`;
  const text = `<= ${shown(limit)} x ${scale.toFixed(2)} = ${shown(limit * scale)}`;
  expect(what, text, shown(found), found <= limit * scale);
}
