import { jsonLine, printable } from "./printable.ts";
import { tableLines } from "./table.ts";
import type { Cell, Column } from "./table.ts";
import { colored } from "./terminal.ts";
import { padText, textWidth } from "./text-width.ts";

/** `--json`: JSON on stdout instead of text. */
export interface JsonOption {
  json?: true;
}

/** Prints one line of JSON to stdout. Data goes to stdout and remarks to stderr, so that stdout can always be piped. */
export function printJson(value: unknown): void {
  console.log(jsonLine(value));
}

/**
 * Prints a table under a heading, no wider than the terminal.
 *
 * @param columns a name alone is a column of importance 5
 * @param nothing the sentence on stderr if there are no rows
 */
export function printTable(
  columns: readonly (Column | string)[],
  rows: readonly (readonly (Cell | string)[])[],
  nothing: string,
): void {
  if (rows.length === 0) {
    console.error(nothing);
    return;
  }
  const named = columns.map((column) =>
    typeof column === "string" ? { name: column, importance: 5 } : column,
  );
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "string" ? { text: cell } : cell)));
  for (const line of tableLines(named, cells)) console.log(line);
}

/** Prints `name  value` lines; an undefined value is left out. Values are never cut: people copy them. */
export function printFields(fields: Readonly<Record<string, string | Cell | undefined>>): void {
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === "string" ? { text: value } : value] as const],
  );
  const width = Math.max(...present.map(([name]) => textWidth(name)));
  for (const [name, { text, tone }] of present) {
    console.log(`  ${colored(padText(name, width), "quiet")}  ${colored(printable(text), tone)}`.trimEnd());
  }
}

/** Pads every cell but the last of a row to the width of its column. Cells hold stored names: each is made printable. */
export function alignColumns(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, textWidth(cell))));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => padText(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Breaks a printable form of a text into lines of the terminal's width, at most 100 characters, each after `indent`. */
export function wrap(text: string, indent = ""): string {
  const width = Math.min(process.stdout.columns || 100, 100) - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((each) => indent + each).join("\n");
}
