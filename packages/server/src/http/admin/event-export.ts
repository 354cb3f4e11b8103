import type { EventJson } from "../../admin/events.ts";
import type { Listing } from "../../admin/listing.ts";

/** A format in which all events that match are exported. */
export type ExportFormat = keyof typeof FORMATS;

/** The columns before `data`. */
const COLUMNS = [
  "id",
  "at",
  "type",
  "client_id",
  "subject",
  "grant_id",
  "address",
  "user_agent",
  "request_id",
] as const;

/** The media types of exports, each with how a line is written. */
const FORMATS = {
  // RFC 4180
  "text/csv": {
    name: "events.csv",
    contentType: "text/csv; charset=UTF-8; header=present",
    heading: `${[...COLUMNS, "data"].join(",")}\r\n`,
    line: (event: EventJson) => {
      const members: Partial<Record<string, unknown>> = { ...event };
      const cells = COLUMNS.map((column) => csvCell(textOf(members[column])));
      return `${[...cells, csvCell(JSON.stringify(event.data))].join(",")}\r\n`;
    },
  },
  // As `regrant events --json` writes them, which `restore --replay` reads.
  "application/x-ndjson": {
    name: "events.jsonl",
    contentType: "application/x-ndjson",
    heading: "",
    line: (event: EventJson) => `${JSON.stringify(event)}\n`,
  },
} as const;

export const EXPORT_FORMATS = Object.keys(FORMATS) as ExportFormat[];

/** Makes a page of events: the first one, or the one after a cursor. */
type ReadPage = (after: string | undefined) => Promise<Listing<EventJson>>;

/**
 * Exports events as they are read, a page at a time. If a page cannot be read, the connection is cut, so that a part is not
 * taken for the whole.
 *
 * @throws what the first `read` throws
 */
export async function exportEvents(format: ExportFormat, read: ReadPage): Promise<Response> {
  const { name, contentType, heading, line } = FORMATS[format];
  const encoder = new TextEncoder();
  const first = await read(undefined);
  let page: Listing<EventJson> | null = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      page ??= next === null ? null : await read(next);
      if (page === null) return controller.close();
      const text = page.items.map(line).join("");
      controller.enqueue(encoder.encode(page === first ? heading + text : text));
      ({ next } = page);
      page = null;
    },
  });
  let next: string | null = null;
  return new Response(body, {
    headers: {
      "Content-Type": contentType,
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "").replace(/^""$/, "");
}

/**
 * A cell that no spreadsheet takes for a formula: user names and agents are what strangers sent. A quotation mark is
 * doubled (RFC 4180 §2).
 */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
