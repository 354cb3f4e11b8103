import type { Refreshes } from "./growth-refreshes.ts";
import type { SizeResult } from "./growth-size.ts";
import { renderTargets } from "./report.ts";
import type { Target } from "./report.ts";
import { table, thousands } from "./table.ts";

/** From the first table to the last, the CPU of a refresh, server and database together, may grow by so much. */
const GREATEST_GROWTH = 0.15;

/** What the project promises of growth, and whether this run keeps it; one size alone shows none. */
export function judgeGrowth(results: readonly SizeResult[]): Target[] {
  const [first, last] = [results[0], results.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const cpu = ({ serverCpu, databaseCpu }: Refreshes) => serverCpu + databaseCpu;
  return (["random", "hot"] as const).map((kind) => {
    const growth = cpu(last[kind]) / cpu(first[kind]) - 1;
    return {
      what: `${kind}: CPU of a refresh, ${thousands(last.grants)} grants beside ${thousands(first.grants)}`,
      limit: `<= +${GREATEST_GROWTH * 100} %`,
      found: `${(growth * 100).toFixed(1)} %`,
      met: growth <= GREATEST_GROWTH,
    };
  });
}

/** Tables for people: one column for each size. */
export function renderGrowth(results: readonly SizeResult[], targets: readonly Target[]): string {
  const head = ["grants", ...results.map(({ grants }) => thousands(grants))];
  const line = (name: string, cell: (result: SizeResult) => string) => [name, ...results.map(cell)];
  const [first] = results;
  const parts = [
    table([head, ...refreshLines("random", results)]),
    table([head, ...refreshLines("hot", results)]),
    table([
      head,
      line("heap, bytes a grant", ({ weight }) => thousands(weight.heap)),
      ...Object.keys(first?.weight.indexes ?? {}).map((index) =>
        line(`${index}, bytes a grant`, ({ weight }) => thousands(weight.indexes[index] ?? Number.NaN)),
      ),
      line("COPY, s", ({ fill }) => fill.copy.toFixed(1)),
      line("indexes and vacuum, s", ({ fill }) => fill.indexes.toFixed(1)),
      line("time to start, ms", ({ start }) => thousands(start)),
      line("updates that touch no index, %", ({ hotUpdates }) => (hotUpdates * 100).toFixed(1)),
      line("sweep, grants examined a second", ({ sweep }) => thousands(sweep.examined / sweep.seconds)),
      line("sweep, grants removed a second", ({ sweep }) => thousands(sweep.removed / sweep.seconds)),
      line("sweep, database CPU µs a grant", ({ sweep }) => sweep.databaseCpu.toFixed(1)),
    ]),
  ];
  if (targets.length > 0) parts.push(renderTargets(targets));
  return `\n${parts.join("\n\n")}\n`;
}

function refreshLines(kind: "random" | "hot", results: readonly SizeResult[]): string[][] {
  const line = (name: string, cell: (refreshes: Refreshes) => string) => [
    `${kind}: ${name}`,
    ...results.map((result) => cell(result[kind])),
  ];
  return [
    line("refresh/s", ({ perSecond }) => thousands(perSecond)),
    line("p50 / p99, ms", ({ p50, p99 }) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`),
    line("server CPU, µs", ({ serverCpu }) => thousands(serverCpu)),
    line("database CPU, µs", ({ databaseCpu }) => thousands(databaseCpu)),
    line("WAL records, bytes", ({ walRecords }) => thousands(walRecords)),
    line("WAL full pages, first / last window", ({ fullPages }) => fullPages.map(thousands).join(" / ")),
    line("other programs, cores", ({ others }) => others.toFixed(2)),
    line("errors", ({ errors }) => String(errors)),
  ];
}
