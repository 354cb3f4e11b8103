/** Data goes to stdout, everything that is said about it to stderr. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value));
}

/** Aligned columns under a heading; of nothing, a sentence on stderr. */
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

/** `name  value` lines; an undefined value is left out. */
export function printFields(fields: Readonly<Record<string, string | undefined>>): void {
  const rows = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  for (const line of alignColumns(rows)) console.log(`  ${line}`);
}

export function alignColumns(rows: readonly (readonly string[])[]): string[] {
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

/** Breaks a text into lines that a terminal holds, each after `indent`. */
export function wrap(text: string, indent = ""): string {
  const width = Math.min(process.stdout.columns || 100, 100) - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
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

/** ISO 8601 in UTC, for programs. */
export function isoInstant(instant: number): string;
export function isoInstant(instant: number | null): string | null;
export function isoInstant(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

/** ISO 8601 in the local time zone, for people: `2026-07-01T09:30:12+02:00`. */
export function localInstant(instant: number): string {
  const date = new Date(instant);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(instant + offset * 60_000).toISOString().slice(0, 19);
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(offset) % 60).padStart(2, "0");
  return `${shifted}${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
] as const;

/** A duration in ms as its greatest unit, and the next one where it matters: `3 h`, `1 h 20 min`, `12 s`, `340 ms`. */
export function durationText(ms: number): string {
  for (const [i, [size, name]] of UNITS.entries()) {
    if (ms < size) continue;
    const count = Math.floor(ms / size);
    const [nextSize, nextName] = UNITS[i + 1] ?? [];
    const rest = nextSize === undefined ? 0 : Math.floor((ms % size) / nextSize);
    // Of 40 days nobody asks for the hours.
    return rest === 0 || count >= 10 ? `${count} ${name}` : `${count} ${name} ${rest} ${nextName}`;
  }
  return `${Math.max(0, Math.round(ms))} ms`;
}

/** `2026-07-01T09:30:12+02:00 (3 h ago)` or `(in 9 d)`. */
export function instantWithAge(instant: number, now: number): string {
  const distance = durationText(Math.abs(now - instant));
  return `${localInstant(instant)} (${instant > now ? `in ${distance}` : `${distance} ago`})`;
}

const PAGE = 500;

/** Everything that a paged listing holds. */
export async function allPages<T>(
  list: (page: { after: string | undefined; limit: number }) => Promise<T[]>,
  idOf: (row: T) => string,
): Promise<T[]> {
  const rows: T[] = [];
  for (let after: string | undefined; ;) {
    const page = await list({ after, limit: PAGE });
    rows.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return rows;
    after = idOf(last);
  }
}
