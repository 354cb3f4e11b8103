import type { TargetResult } from "./peers.ts";
import { thousands } from "./table.ts";

const ROW = 30;
const LABELS = 260;
const BARS = 420;
const PANEL_GAP = 46;

/** Two bar charts as SVG, refreshes a second and CPU of one refresh, readable on light and dark pages. */
export function drawChart(targets: readonly TargetResult[]): string {
  const height = (PANEL_GAP + targets.length * ROW) * 2 + 30;
  const rates = panel("Refreshes a second", targets, 0, (target) => [target.refreshesPerSecond]);
  const costs = panel(
    "CPU of one refresh, µs: server, then database (pale)",
    targets,
    PANEL_GAP + targets.length * ROW,
    (target) => [target.serverCpu, target.database?.cpu ?? 0],
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="${height}" viewBox="0 0 800 ${height}" font-family="system-ui, sans-serif" font-size="13">
<style>text{fill:#1f2328}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>
${[...rates, ...costs].join("\n")}
</svg>
`;
}

function panel(
  title: string,
  targets: readonly TargetResult[],
  top: number,
  valuesOf: (target: TargetResult) => readonly number[],
): string[] {
  const sums = targets.map((target) => valuesOf(target).reduce((sum, value) => sum + value, 0));
  const unit = BARS / Math.max(...sums);
  const rows = targets.flatMap((target, i) => {
    const y = top + PANEL_GAP + i * ROW;
    const colour = target.isPeer ? "#8b949e" : "#2f81f7";
    let x = LABELS;
    const bars = valuesOf(target).map((value, part) => {
      const width = value * unit;
      x += width;
      const opacity = part === 0 ? 1 : 0.45;
      return `<rect x="${round(x - width)}" y="${y}" width="${round(width)}" height="18" fill="${colour}" opacity="${opacity}"/>`;
    });
    const label = `<text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${escape(target.name)}</text>`;
    return [label, ...bars, `<text x="${round(x + 6)}" y="${y + 14}">${thousands(sums[i] ?? 0)}</text>`];
  });
  return [`<text x="8" y="${top + 28}" font-weight="600" font-size="15">${escape(title)}</text>`, ...rows];
}

function round(value: number): string {
  return value.toFixed(1);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
