import { styleText } from "node:util";

/** What a colour says; where there is no colour, the text says it too. */
export type Tone = "good" | "warning" | "bad" | "quiet" | "strong";

const FORMATS = {
  good: "green",
  warning: "yellow",
  bad: "red",
  quiet: "dim",
  strong: "bold",
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

/**
 * Colours a text that is printed to `stream`: on a terminal, unless NO_COLOR is set or TERM is `dumb`, and wherever
 * FORCE_COLOR is set.
 */
export function colored(
  text: string,
  tone: Tone | undefined,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return tone === undefined ? text : styleText(FORMATS[tone], text, { stream });
}

/** The width of the terminal that stdout is, in columns; undefined: it is none, and nothing that is printed is cut. */
export function terminalWidth(): number | undefined {
  // A terminal without a size says 0.
  return process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
}
