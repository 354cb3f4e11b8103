import type { Growth, Start } from "./growth.ts";
import type { Limits } from "./limits.ts";
import type { WindowResult } from "./load-plan.ts";
import type { Latencies, RefreshResult } from "./refreshes.ts";
import { table, thousands } from "./table.ts";

/** All that one run found out. */
export interface Results {
  startedAt: string;
  machine: Record<string, string | number>;
  options: object;
  refreshes: RefreshResult[];
  limits: Limits;
  growth: Growth;
  start: Start;
}

export interface Target {
  what: string;
  limit: string;
  found: string;
  met: boolean;
}

const MEGABYTE = 1e6;

/** µs of server CPU, on a machine where a bare RS256 signature takes `REFERENCE_SPEED` µs; scaled to this one. */
const EDDSA_LIMIT = 130;
export const REFERENCE_SPEED = 300;

/** What the project promises of a run, and whether this one keeps it; algorithms that were not run promise nothing. */
export function judge({ refreshes, growth, start }: Results): Target[] {
  const targets: Target[] = [];
  const expect = (what: string, limit: string, found: string, met: boolean) =>
    void targets.push({ what, limit, found, met });
  const rs256 = refreshes.find(({ algorithm }) => algorithm === "RS256");
  const eddsa = refreshes.find(({ algorithm }) => algorithm === "EdDSA");
  if (rs256) {
    const { ratio } = rs256;
    expect("RS256: server CPU of a refresh", "<= 1.5 bare signatures", ratio.toFixed(2), ratio <= 1.5);
  }
  if (eddsa) {
    const { serverCpu, reference } = eddsa;
    const limit = EDDSA_LIMIT * (reference / REFERENCE_SPEED);
    const text = `<= ${EDDSA_LIMIT} µs x ${(reference / REFERENCE_SPEED).toFixed(2)} = ${limit.toFixed(0)} µs`;
    expect("EdDSA: server CPU of a refresh", text, `${serverCpu.toFixed(0)} µs`, serverCpu <= limit);
  }
  const rows = growth.rowsAfter - growth.rowsBefore;
  expect(`rows added by ${growth.refreshes} refreshes`, "0", String(rows), rows === 0);
  const grown = growth.bytesAfter / growth.bytesBefore - 1;
  const size = `${(grown * 100).toFixed(1)} %`;
  expect("growth of the database by them", "within 5 %", size, Math.abs(grown) <= 0.05);
  expect("start to first answer", "<= 1000 ms", `${start.time.toFixed(0)} ms`, start.time <= 1000);
  const memory = start.memory / MEGABYTE;
  expect("memory after 5 idle seconds", "< 120 MB", `${memory.toFixed(0)} MB`, memory < 120);
  const errors = growth.errors + refreshes.reduce((sum, refresh) => sum + refresh.errors, 0);
  expect("refreshes refused or failed", "0", String(errors), errors === 0);
  return targets;
}

/** The results as text for people. */
export function render(results: Results, targets: readonly Target[]): string {
  const machine = Object.entries(results.machine).map(([name, value]) => `${name}: ${value}`);
  const byAlgorithm = results.refreshes.map((refresh) => ({ ...refresh, name: refresh.algorithm }));
  const sections = [
    [`Regrant on SQLite, ${results.startedAt}`, ...machine].join("\n"),
    `Refreshes\n${renderRefreshes(results.refreshes)}`,
    `Idle most of the time: one request after another, and an open loop\n${renderLowLoad(byAlgorithm)}`,
    `Limits of this machine, same run\n${renderLimits(results)}`,
    `Targets\n${renderTargets(targets)}`,
  ];
  const errors = [results.growth, ...results.refreshes].flatMap(({ firstErrors }) => firstErrors);
  if (errors.length > 0) sections.push(`Errors, the first ones\n${errors.join("\n")}`);
  return `${sections.join("\n\n")}\n`;
}

function renderRefreshes(refreshes: readonly RefreshResult[]): string {
  const head = ["", "refresh/s", "p50 ms", "p99 ms", "max ms", "server CPU µs", "bare signature µs", "ratio"];
  const more = ["beyond it µs", "memory MB", "load CPU µs", "others' CPU", "verified", "errors"];
  const rows = refreshes.map((refresh) => {
    const bare = refresh.algorithm === "RS256" ? refresh.barePool : refresh.bareSync;
    return [
      refresh.algorithm,
      thousands(refresh.refreshesPerSecond),
      refresh.p50.toFixed(1),
      refresh.p99.toFixed(1),
      refresh.max.toFixed(0),
      refresh.serverCpu.toFixed(0),
      bare.toFixed(0),
      refresh.ratio.toFixed(2),
      (refresh.serverCpu - bare).toFixed(0),
      (refresh.memory / MEGABYTE).toFixed(0),
      meanOf(refresh, ({ loadCpu, requests }) => loadCpu / requests).toFixed(0),
      `${(meanOf(refresh, othersShare) * 100).toFixed(0)} %`,
      thousands(refresh.verified),
      String(refresh.errors),
    ];
  });
  return table([[...head, ...more], ...rows]);
}

/** Latencies of servers that are idle most of the time. */
export function renderLowLoad(results: readonly (RefreshResult & { name: string })[]): string {
  const of = ({ p50, p99, max }: Latencies) => [p50, p99, max].map((value) => value.toFixed(2));
  const each = ["p50 ms", "p99 ms", "max ms"];
  const head = [
    "",
    ...each.map((text) => `one by one, ${text}`),
    ...each.map((text) => `open loop, ${text}`),
  ];
  const rows = results.map(({ name, oneByOne, openLoop }) => [name, ...of(oneByOne), ...of(openLoop)]);
  return table([head, ...rows]);
}

/** Over the windows of the closed loop. */
export function meanOf({ rounds }: RefreshResult, of: (window: WindowResult) => number): number {
  return rounds.reduce((sum, { closedLoop }) => sum + of(closedLoop), 0) / rounds.length;
}

/** CPU time of programs that are not part of this run, as a share of one core. */
export function othersShare({ machineCpu, serverCpu, loadCpu, seconds }: WindowResult): number {
  return Math.max(0, (machineCpu - serverCpu - loadCpu) / (seconds * 1e6));
}

/** What the machine can do at best; of several refreshes under one algorithm the first one's signatures. */
export function renderLimits({ limits, refreshes }: Pick<Results, "limits" | "refreshes">): string {
  const rows = [["", "a second", "CPU µs each"]];
  const signed = new Map(refreshes.toReversed().map((refresh) => [refresh.algorithm, refresh]));
  for (const { algorithm, barePerSecond, barePool, bareSync } of signed.values()) {
    rows.push([`${algorithm} signatures, thread pool`, thousands(barePerSecond), barePool.toFixed(1)]);
    rows.push([
      `${algorithm} signatures, one after the other`,
      thousands(1e6 / bareSync),
      bareSync.toFixed(1),
    ]);
  }
  const { noopHttp, noopHono } = limits;
  rows.push(["no-op node:http server", thousands(noopHttp.requestsPerSecond), noopHttp.cpu.toFixed(1)]);
  rows.push(["no-op Hono server", thousands(noopHono.requestsPerSecond), noopHono.cpu.toFixed(1)]);
  for (const { how, updatesPerSecond, cpu } of limits.updates) {
    rows.push([`durable updates, ${how}`, thousands(updatesPerSecond), cpu.toFixed(1)]);
  }
  return table(rows);
}

export function renderTargets(targets: readonly Target[]): string {
  const rows = targets.map(({ what, limit, found, met }) => [what, limit, found, met ? "pass" : "FAIL"]);
  return table([["", "target", "found", ""], ...rows]);
}
