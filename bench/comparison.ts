import type { Comparison, TargetResult } from "./peers.ts";
import type { Race, Retry } from "./probes.ts";
import { meanOf, othersShare, REFERENCE_SPEED, renderLimits, renderTargets } from "./report.ts";
import type { Target as Promised } from "./report.ts";
import { table, thousands } from "./table.ts";

/** All that one run with peers found out. */
export interface ComparisonResults extends Comparison {
  startedAt: string;
  machine: Record<string, string | number>;
}

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

/** The results as text for people. */
export function renderComparison(results: ComparisonResults, promised: readonly Promised[]): string {
  const { targets } = results;
  const machine = Object.entries(results.machine).map(([name, value]) => `${name}: ${value}`);
  const title = `Regrant and its peers on PostgreSQL ${results.postgres}, ${results.startedAt}`;
  const sections = [
    [title, ...machine].join("\n"),
    `Refreshes\n${renderRefreshes(targets)}`,
    `What they cost\n${renderCosts(targets)}`,
    `What racing and repeated refreshes meet\n${renderMeetings(targets)}`,
  ];
  sections.push(
    `One request after another\n${renderOneByOne(targets)}`,
    `Open loop\n${renderOpenLoop(targets)}`,
  );
  sections.push(
    `Limits of this machine, same run\n${renderLimits({ limits: results.limits, refreshes: targets })}`,
  );
  sections.push(`Targets\n${renderTargets(promised)}`);
  const errors = targets.flatMap(({ name, firstErrors }) => firstErrors.map((error) => `${name}: ${error}`));
  if (errors.length > 0) sections.push(`Errors, the first ones\n${errors.join("\n")}`);
  return `${sections.join("\n\n")}\n`;
}

function renderRefreshes(targets: readonly TargetResult[]): string {
  const head = ["", "refresh/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "verified", "errors", "others' CPU"];
  const rows = targets.map((target) => [
    target.name,
    thousands(target.refreshesPerSecond),
    target.p50.toFixed(1),
    target.p95.toFixed(1),
    target.p99.toFixed(1),
    target.max.toFixed(0),
    thousands(target.verified),
    String(target.errors),
    `${(meanOf(target, othersShareBesideDatabase(target)) * 100).toFixed(0)} %`,
  ]);
  return table([head, ...rows]);
}

/** The database is a part of the run, though not of what a window accounts for. */
function othersShareBesideDatabase({ database }: TargetResult): Parameters<typeof meanOf>[1] {
  return (window) => {
    const used = (database?.cpu ?? 0) * window.requests;
    return othersShare({ ...window, machineCpu: window.machineCpu - used });
  };
}

function renderCosts(targets: readonly TargetResult[]): string {
  const head = ["per refresh", "server CPU µs", "bare signature µs", "ratio", "database CPU µs", "WAL bytes"];
  const more = ["full pages", "rows added", "heap-only updates", "load CPU µs", "memory MB"];
  const rows = targets.map((target) => {
    const { database, rowsAdded, hotShare, memory } = target;
    return [
      target.name,
      target.serverCpu.toFixed(0),
      (target.algorithm === "RS256" ? target.barePool : target.bareSync).toFixed(0),
      target.ratio.toFixed(2),
      database?.cpu.toFixed(0) ?? "",
      database?.records.toFixed(0) ?? "",
      database?.fullPages.toFixed(0) ?? "",
      rowsAdded?.toFixed(2) ?? "",
      hotShare === undefined ? "" : `${(hotShare * 100).toFixed(1)} %`,
      meanOf(target, ({ loadCpu, requests }) => loadCpu / requests).toFixed(0),
      (memory / 1e6).toFixed(0),
    ];
  });
  return table([[...head, ...more], ...rows]);
}

function renderMeetings(targets: readonly TargetResult[]): string {
  const head = ["", "8 racing: answers", "successors", "sessions that live", "a used token once more"];
  const rows = targets.map(({ name, races, retry }) => [
    name,
    statusesOf(races),
    rangeOf(races.map(({ successors }) => successors)),
    `${races.filter(({ sessionLives }) => sessionLives).length} of ${races.length}`,
    retryText(retry),
  ]);
  return table([head, ...rows]);
}

function statusesOf(races: readonly Race[]): string {
  const sums = new Map<string, number>();
  for (const { statuses } of races) {
    for (const [status, count] of Object.entries(statuses)) sums.set(status, (sums.get(status) ?? 0) + count);
  }
  return [...sums].map(([status, count]) => `${count} × ${status}`).join(", ");
}

function rangeOf(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
}

function retryText({ status, error, sameSuccessor, sessionLives }: Retry): string {
  const successor = sameSuccessor ? ", the same successor" : ", another successor";
  return `${status}${status === 200 ? successor : ` ${error ?? ""}`}; session ${sessionLives ? "lives" : "ended"}`;
}

function renderOneByOne(targets: readonly TargetResult[]): string {
  const head = ["", "answered/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors"];
  const rows = targets.flatMap(({ name, lowLoad }) => {
    if (lowLoad === undefined) return [];
    const { requests, seconds, p50, p95, p99, max, errors } = lowLoad.oneByOne;
    const latencies = [p50, p95, p99, max].map((value) => value.toFixed(2));
    return [[name, thousands(requests / seconds), ...latencies, String(errors)]];
  });
  return table([head, ...rows]);
}

function renderOpenLoop(targets: readonly TargetResult[]): string {
  const head = ["", "asked/s", "answered/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors"];
  const rows = targets.flatMap(({ name, openLoop, lowLoad }) =>
    [lowLoad?.openLoop, openLoop]
      .filter((loop) => loop !== undefined)
      .map(({ rate, requests, seconds, p50, p95, p99, max, errors }) => {
        const latencies = [p50, p95, p99, max].map((value) => value.toFixed(1));
        return [name, thousands(rate), thousands(requests / seconds), ...latencies, String(errors)];
      }),
  );
  return table([head, ...rows]);
}
