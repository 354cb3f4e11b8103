import { eventRow } from "@regrant/console";
import type { Source } from "@regrant/console";
import { setTimeout } from "node:timers/promises";
import type { EventJson } from "../../admin/events.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { eventFilter } from "./event-filter.ts";
import type { EventFilter } from "./event-filter.ts";
import type { Answer, Handler, OperatorRequest } from "./operator-request.ts";

/** Pages that may follow the events of one process at a time. */
const MAX_TAILS = 20;
/** A tail asks the store so often, ms. */
const INTERVAL = 1000;
/**
 * A tail ends after so long, ms, and the browser connects again after the last event that it got: so the session is
 * looked at again, and a stop of the service waits no longer.
 */
const LONGEST_TAIL = 20_000;
/** Events of one read. */
const PART = 500;

/** What is sent and is no page: path below the console, and what sends it. */
export const DOWNLOADS: Readonly<Record<string, Handler>> = {
  "/events/export": exportEvents,
  "/events/tail": followEvents,
};

/** All events that match, the oldest first, as CSV or JSON lines, read a part at a time. */
async function exportEvents({ context, query }: OperatorRequest): Promise<Answer> {
  const { filter } = eventFilter(query);
  const isCsv = query.get("format") === "csv";
  const text = streamOf(() => exported(context.admin.events, filter, isCsv));
  return {
    response: new Response(text, {
      headers: {
        "Content-Type": isCsv
          ? "text/csv; charset=UTF-8; header=present"
          : "application/jsonl; charset=UTF-8",
        "Content-Disposition": `attachment; filename="events.${isCsv ? "csv" : "jsonl"}"`,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
      },
    }),
  };
}

/** What a generator yields, as it is read. The signal aborts when the browser goes away, and the generator ends. */
function streamOf(generate: (signal: AbortSignal) => AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const gone = new AbortController();
  const parts = generate(gone.signal);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      gone.abort();
      await parts.return(undefined);
    },
  });
}

type Events = OperatorRequest["context"]["admin"]["events"];

const COLUMNS = ["id", "at", "type", "client_id", "subject", "grant_id"] as const;

async function* exported(events: Events, filter: EventFilter, isCsv: boolean): AsyncGenerator<string> {
  if (isCsv) yield `${[...COLUMNS, "address", "user_agent", "request_id", "data"].join(",")}\r\n`;
  const line = isCsv ? csvLine : (event: EventJson) => `${JSON.stringify(event)}\n`;
  for (let after: string | undefined; ;) {
    const { items, next } = await events.list({ ...filter, order: "oldest", after, limit: PART });
    yield items.map(line).join("");
    if (next === null) return;
    after = next;
  }
}

/** RFC 4180. A field that a spreadsheet would take for a formula begins with an apostrophe. */
function csvLine(event: EventJson & Source): string {
  const { address, user_agent, request_id, data } = event;
  const values = [...COLUMNS.map((column) => event[column]), address, user_agent, request_id];
  const fields = [...values.map((value) => `${value ?? ""}`), JSON.stringify(data)];
  return `${fields.map(csvField).join(",")}\r\n`;
}

function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

let tails = 0;

/**
 * New events that match, as server-sent events: each is a row of the page's table.
 *
 * @throws OAuthError `console_tails` while too many pages follow
 */
async function followEvents(request: OperatorRequest): Promise<Answer> {
  const { context, incoming, query } = request;
  const { filter } = eventFilter(query);
  if (tails >= MAX_TAILS) throw new OAuthError("console_tails", { retryAfter: 30 });
  const { events } = context.admin;
  const seen = incoming.request.headers.get("last-event-id") ?? "";
  const newest = async () => String((await events.list({ limit: 1 })).items[0]?.id ?? 0);
  const after = /^\d{1,15}$/.test(seen) ? seen : await newest();
  const text = streamOf((signal) => tailOf(request, filter, after, signal));
  return {
    response: new Response(text, {
      headers: {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        // nginx would hold the events back.
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
      },
    }),
  };
}

async function* tailOf(
  { context, shell }: OperatorRequest,
  filter: EventFilter,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  tails += 1;
  try {
    // Something is sent at once, so that the browser knows that it is connected.
    yield "retry: 1000\n\n";
    const ends = performance.now() + LONGEST_TAIL;
    for (let after = from; performance.now() < ends && !signal.aborted;) {
      const page = { ...filter, order: "oldest", after, limit: PART } as const;
      const { items, next } = await context.admin.events.list(page);
      for (const event of items) {
        const now = context.deps.store.now();
        const row = String(await eventRow({ ...shell, now }, event));
        yield `id: ${event.id}\ndata: ${JSON.stringify(row)}\n\n`;
      }
      after = next ?? String(items.at(-1)?.id ?? after);
      if (next === null) await setTimeout(INTERVAL, undefined, { signal }).catch(() => {});
    }
  } finally {
    tails -= 1;
  }
}
