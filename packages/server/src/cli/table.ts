import { printable } from "./printable.ts";
import { colored, terminalWidth } from "./terminal.ts";
import type { Tone } from "./terminal.ts";
import { cutText, padText, textWidth } from "./text-width.ts";

/** A column of a table. */
export interface Column {
  name: string;
  /**
   * From 0 to 9. On a terminal that is too narrow, columns below 7 are cut, and the least important left out until the
   * others fit; the more important get the room that is left. Columns from 7 on are cut only if that is not enough.
   */
  importance: number;
}

/** A cell: its text, a shorter form for narrow terminals, and what its colour says. */
export interface Cell {
  text: string;
  short?: string | undefined;
  tone?: Tone | undefined;
}

/** Spaces between columns. */
const GAP = 2;
/** A cell is not cut below this width; its column is rather left out. */
const LEAST = 8;
/** The importance from which a column is left out only where it must. */
const MAIN = 7;

/** The lines of a table, its heading first, no wider than the terminal. Piped, nothing is cut or left out. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string[] {
  const heading = columns.map(({ name }): Cell => ({ text: name.toUpperCase(), tone: "strong" }));
  const cells = [heading, ...rows].map((row) => row.map(toPrintable));
  const widths = fitColumns(columns, cells, terminalWidth() ?? Infinity);
  return cells.map((row) => rowLine(row, widths));
}

function toPrintable({ text, short, tone }: Cell): Cell {
  return { text: printable(text), short: short === undefined ? undefined : printable(short), tone };
}

/** A column's widths: of its texts, of their short forms, and the one below which it is rather left out. */
interface Widths {
  full: number;
  short: number;
  least: number;
}

/** The width of each column; 0: it is left out. */
function fitColumns(
  columns: readonly Column[],
  cells: readonly (readonly Cell[])[],
  width: number,
): number[] {
  const wanted = columns.map(({ importance }, i) => widthsOf(cells, i, importance >= MAIN));
  const rank = (i: number) => columns[i]?.importance ?? 0;
  const order = columns.map((_, i) => i).toSorted((a, b) => rank(a) - rank(b) || b - a);
  const widths = wanted.map(({ least }) => least);
  const surplus = () => widths.reduce((sum, each) => sum + (each === 0 ? 0 : each + GAP), -GAP) - width;
  const resize = (i: number, target: number) => {
    if (widths[i] !== 0) widths[i] = target;
  };
  for (const i of order) if (surplus() > 0 && rank(i) < MAIN) widths[i] = 0;
  const main = order.filter((i) => rank(i) >= MAIN);
  for (const i of main.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))) {
    const present = widths[i] ?? 0;
    if (surplus() > 0) resize(i, Math.max(Math.min(LEAST, present), present - surplus()));
  }
  for (const i of main.slice(0, -1)) if (surplus() > 0) widths[i] = 0;
  const last = main.at(-1);
  if (last !== undefined && surplus() > 0) resize(last, Math.max(1, width));
  for (const form of ["short", "full"] as const) {
    for (const i of order.toReversed()) {
      resize(i, Math.max(widths[i] ?? 0, Math.min(wanted[i]?.[form] ?? 0, (widths[i] ?? 0) - surplus())));
    }
  }
  return widths;
}

function widthsOf(cells: readonly (readonly Cell[])[], column: number, isMain: boolean): Widths {
  const widest = (form: (cell: Cell) => string) =>
    cells.reduce((most, row) => Math.max(most, textWidth(form(row[column] ?? { text: "" }))), 0);
  const full = widest(({ text }) => text);
  const short = widest(({ text, short: shortForm = text }) => shortForm);
  return { full, short, least: isMain ? short : Math.min(LEAST, short) };
}

function rowLine(row: readonly Cell[], widths: readonly number[]): string {
  const present = row.map((cell, i) => ({ cell, width: widths[i] ?? 0 })).filter(({ width }) => width > 0);
  const texts = present.map(({ cell: { text, short = text, tone }, width }, i) => {
    const fitting = cutText(textWidth(text) <= width ? text : short, width);
    const padding = i === present.length - 1 ? "" : padText("", width - textWidth(fitting) + GAP);
    return colored(fitting, fitting === "" ? undefined : tone) + padding;
  });
  return texts.join("").trimEnd();
}
