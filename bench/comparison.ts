import type { Comparison, TargetResult } from "./peers.ts";
import type { Race, Retry } from "./probes.ts";
import { meanOf, othersShare, renderLimits, renderLowLoad, renderTargets } from "./report.ts";
import type { Target as Promised } from "./report.ts";
import type { Statements } from "./statements.ts";
import { table, thousands } from "./table.ts";

/** All that one run with peers found out. */
export interface ComparisonResults extends Comparison {
  startedAt: string;
  machine: Record<string, string | number>;
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
    `What a refresh sends to PostgreSQL\n${renderStatements(targets)}`,
    `Idle most of the time: one request after another, and an open loop\n${renderLowLoad(targets)}`,
    `What racing and repeated refreshes meet\n${renderMeetings(targets)}`,
    `Limits of this machine, same run\n${renderLimits({ limits: results.limits, refreshes: targets })}`,
    `Targets\n${renderTargets(promised)}`,
  ];
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
export function othersShareBesideDatabase({ database }: TargetResult): Parameters<typeof meanOf>[1] {
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

function renderStatements(targets: readonly TargetResult[]): string {
  const counted = targets.flatMap(({ name, statements }) => (statements ? [{ name, statements }] : []));
  const kinds = Object.keys(counted[0]?.statements ?? {}) as (keyof Statements)[];
  const rows = counted.map(({ name, statements }) => [
    name,
    ...kinds.map((kind) => statements[kind].toFixed(2)),
  ]);
  return table([["per refresh", ...kinds], ...rows]);
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
