import { jsonLine, printable } from "./printable.ts";

/** `--json`: JSON on stdout instead of text. */
export interface JsonOption {
  json?: true;
}

/** Prints one line of JSON to stdout. Data goes to stdout and remarks to stderr, so that stdout can always be piped. */
export function printJson(value: unknown): void {
  console.log(jsonLine(value));
}

/**
 * Prints aligned columns under a heading.
 *
 * @param nothing the sentence on stderr if there are no rows
 */
export function printTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  nothing: string,
): void {
  if (rows.length === 0) {
    console.error(nothing);
    return;
  }
  for (const line of alignColumns([header.map((name) => name.toUpperCase()), ...rows])) console.log(line);
}

/** Prints `name  value` lines; an undefined value is left out. */
export function printFields(fields: Readonly<Record<string, string | undefined>>): void {
  const rows = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  for (const line of alignColumns(rows)) console.log(`  ${line}`);
}

/** Pads every cell but the last of a row to the width of its column. Cells hold stored names: each is made printable. */
export function alignColumns(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
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
    if (line !== "" && longer.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((each) => indent + each).join("\n");
}
