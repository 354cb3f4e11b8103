import { eventRow } from "@regrant/console";
import { setTimeout } from "node:timers/promises";
import { OAuthError } from "../../errors/oauth-error.ts";
import { exportEvents } from "../admin/event-export.ts";
import { serverSentEvents } from "../server-sent-events.ts";
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
  "/events/export": exportMatching,
  "/events/tail": followEvents,
};

/** All events that match, the oldest first, as the admin API exports them. */
async function exportMatching({ context, query }: OperatorRequest): Promise<Answer> {
  const { filter } = eventFilter(query);
  const format = query.get("format") === "csv" ? "text/csv" : "application/x-ndjson";
  const response = await exportEvents(format, (after) =>
    context.admin.events.list({ ...filter, order: "oldest", after, limit: PART }),
  );
  return { response };
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
  if (tails >= MAX_TAILS) throw new OAuthError("console_tails");
  const { events } = context.admin;
  const seen = incoming.request.headers.get("last-event-id") ?? "";
  const newest = async () => String((await events.list({ limit: 1 })).items[0]?.id ?? 0);
  const after = /^\d{1,15}$/.test(seen) ? seen : await newest();
  const tail = new AbortController();
  return { response: serverSentEvents(tailOf(request, filter, after, tail.signal), tail) };
}

async function* tailOf(
  { context, shell }: OperatorRequest,
  filter: EventFilter,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
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
