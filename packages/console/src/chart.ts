import { html } from "hono/html";
import type { Content, Html } from "./html.ts";

/** Counts of one instant, by series. */
export interface Bar {
  /** ISO 8601. */
  at: string;
  counts: Readonly<Record<string, number>>;
}

interface Chart {
  id: string;
  title: string;
  /** What a count is, for the sentence that describes the chart. */
  unit: string;
  bars: readonly Bar[];
  /** The series from the bottom up; none: those that the bars have, the greatest first. */
  series?: readonly string[];
}

/** Size of the drawing, in its own units; it scales with the page. */
const WIDTH = 640;
const HEIGHT = 160;
/** Colours that the style sheet has. */
const COLORS = 6;

/**
 * Stacked bars over time as inline SVG, described in a sentence, with a legend and the numbers as a table: drawn on the
 * server, so that no script is needed.
 */
export function chart({ id, title, unit, bars, series = seriesOf(bars) }: Chart): Html {
  const shown = series.slice(0, COLORS);
  const total = (name: string) => bars.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
  const sums = shown.map((name) => `${name} ${total(name)}`).join(", ");
  const isEmpty = shown.every((name) => total(name) === 0);
  return html`<figure class="card chart" aria-labelledby="${id}">
    <figcaption id="${id}">${title}</figcaption>
    ${
      isEmpty
        ? html`<p class="soft">None.</p>`
        : html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text">
              <title id="${id}-title">${title}</title>
              <desc id="${id}-text">${unit}: ${sums}.</desc>
              ${columns(bars, shown)}
            </svg>
            <ul class="legend">
              ${shown.map((name, i) => html`<li><span class="key s${i}"></span>${name}: ${total(name)}</li>`)}
            </ul>
            ${numbers(bars, shown)}`
    }
  </figure>`;
}

function seriesOf(bars: readonly Bar[]): string[] {
  const totals = new Map<string, number>();
  for (const { counts } of bars) {
    for (const [name, count] of Object.entries(counts)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  return [...totals].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
}

function columns(bars: readonly Bar[], series: readonly string[]): Content {
  const sum = ({ counts }: Bar) => series.reduce((total, name) => total + (counts[name] ?? 0), 0);
  const greatest = Math.max(1, ...bars.map(sum));
  const width = WIDTH / Math.max(1, bars.length);
  return bars.map((bar, i) => {
    let top = HEIGHT;
    return series.map((name, color) => {
      const height = ((bar.counts[name] ?? 0) / greatest) * (HEIGHT - 8);
      if (height === 0) return "";
      top -= height;
      const [x, w] = [i * width, Math.max(1, width - 1)].map((value) => value.toFixed(1));
      return html`<rect
        class="s${color}"
        x="${x}"
        y="${top.toFixed(1)}"
        width="${w}"
        height="${height.toFixed(1)}"
      >
        <title>${bar.at.slice(0, 16).replace("T", " ")} ${name}: ${bar.counts[name] ?? 0}</title>
      </rect>`;
    });
  });
}

/** The chart's numbers for who cannot see it; only bars that have any. */
function numbers(bars: readonly Bar[], series: readonly string[]): Html {
  const rows = bars.filter(({ counts }) => series.some((name) => counts[name]));
  return html`<details>
    <summary>Numbers</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Hour (UTC)</th>
            ${series.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ at, counts }) =>
              html`<tr>
                <th scope="row">${at.slice(0, 16).replace("T", " ")}</th>
                ${series.map((name) => html`<td>${counts[name] ?? 0}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
