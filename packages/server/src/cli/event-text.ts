import type { EventJson } from "../admin/events.ts";
import { isWarning, unitOf } from "../events/event.ts";
import type { Unit } from "../events/members.ts";
import { durationText, localInstant } from "../time-text.ts";
import type { Names } from "./names.ts";
import { jsonLine, printable } from "./printable.ts";
import { colored, terminalWidth } from "./terminal.ts";
import { padText, textWidth } from "./text-width.ts";

/**
 * An event for people: instant, type, and `name=value` for the rest, with the names of client and account. A value with a
 * space or a quote is written as JSON, an instant or a duration as text. Piped it is one line; on a terminal what does not
 * fit goes on in the next lines, indented.
 */
export function eventText(event: EventJson, names: Names): string {
  const { at, type, client_id: client, subject, grant_id: grant, data } = event;
  const members = Object.entries(data).map(([name, value]) => {
    const unit = unitOf(type, name);
    return [unit === "ms" ? name.replace(/_ms$/, "") : name, valueText(value, unit)] as const;
  });
  const fields = [
    ["client", client],
    ["client_name", names.client(client)],
    ["subject", subject],
    ["username", names.username(subject)],
    ["grant", grant],
    ...members,
    ["address", event.address],
    ["agent", event.user_agent],
    ["request", event.request_id],
  ] as const;
  const words = fields.filter(([, value]) => value !== undefined && value !== null).map(fieldText);
  const head = [localInstant(Date.parse(at)), padText(printable(type), 20)] as const;
  const tone = isWarning(event) ? "warning" : "strong";
  const width = terminalWidth() ?? Infinity;
  const lines = hangingLines(words, width, textWidth(head.join("  ")));
  return [
    `${colored(head[0], "quiet")}  ${colored(head[1], tone)}${lines[0] ?? ""}`.trimEnd(),
    ...lines.slice(1),
  ].join("\n");
}

/** Breaks words into lines of a width. @param taken columns of the first line that are in use */
function hangingLines(words: readonly string[], width: number, taken: number): string[] {
  const lines: string[] = [""];
  let used = taken;
  for (const word of words) {
    const length = textWidth(word) + 2;
    if (used + length > width && used > 2) {
      lines.push("");
      used = 2;
    }
    lines.push(`${lines.pop() ?? ""}  ${word}`);
    used += length;
  }
  return lines;
}

function fieldText([name, value]: readonly [string, unknown]): string {
  const isPlain = typeof value === "string" && !/[\s"]/.test(value);
  return `${name}=${isPlain ? printable(value) : jsonLine(value)}`;
}

/** A member's value for people. Another version of the program may have written another form of it. */
function valueText(value: unknown, unit: Unit | undefined): unknown {
  if (typeof value !== "number" || unit === undefined) return value;
  if (unit === "instant") return localInstant(value);
  return durationText(unit === "s" ? value * 1000 : value);
}
