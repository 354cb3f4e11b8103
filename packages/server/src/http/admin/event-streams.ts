import { setTimeout as pause } from "node:timers/promises";
import type { Admin } from "../../admin/admin.ts";
import type { EventJson } from "../../admin/events.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { serverSentEvents } from "../server-sent-events.ts";

/** Streams of one process. Each has a connection, and reads the store twice a second. */
const MAX_STREAMS = 32;
/** How often the store is read for new events, ms. */
const INTERVAL = 500;
/** A stream on which nothing else was sent for this long has a comment, so that no proxy takes it for dead; ms. */
const HEARTBEAT = 15_000;
/** How often the access token is verified again, ms. */
const CHECK_INTERVAL = 10_000;

/** Which events a stream has. */
type StreamFilter = Partial<Record<"type" | "client_id" | "subject" | "grant_id", string | undefined>>;

/** A stream to open. */
interface StreamRequest {
  filter: StreamFilter;
  /** The id of the last event that the client has; undefined: the stream begins now. */
  after: string | undefined;
  /** Rejects once the client may no longer read. */
  authorize: () => Promise<unknown>;
}

/** The open streams of events (server-sent events, HTML Living Standard §9.2). */
export class EventStreams {
  readonly #open = new Set<AbortController>();
  #closed = false;

  /** Ends all streams, whose clients reconnect elsewhere with `Last-Event-ID`, and opens no others. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#open) stream.abort();
  }

  /**
   * Opens a stream. Every event that is committed after the one named by `after` is sent, in the order of ids, however
   * late it is committed.
   *
   * @throws OAuthError `too_many_streams`; AdminError
   */
  async open(admin: Pick<Admin, "events">, request: StreamRequest): Promise<Response> {
    if (this.#closed || this.#open.size >= MAX_STREAMS) throw new OAuthError("too_many_streams");
    const stream = new AbortController();
    this.#open.add(stream);
    stream.signal.addEventListener("abort", () => this.#open.delete(stream));
    const from = await startOf(admin, request.after).catch((error: unknown) => {
      stream.abort();
      throw error;
    });
    const chunks = follow(admin, { ...request, after: from }, stream.signal);
    return serverSentEvents(chunks, stream);
  }
}

/** The id after which the stream begins. */
async function startOf({ events }: Pick<Admin, "events">, after: string | undefined): Promise<string> {
  const { items } = await events.list(
    after === undefined ? { limit: 1 } : { after, order: "oldest", limit: 1 },
  );
  // The newest event, or the check that `after` is the id of one.
  return after ?? String(items[0]?.id ?? 0);
}

/** Yields the text of the stream until it is aborted, or its client may no longer read. */
async function* follow(
  { events }: Pick<Admin, "events">,
  { filter, after, authorize }: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  // Sent at once, so that the client knows that it is connected; ms until it reconnects.
  yield `retry: 2000\n: after ${after}\n\n`;
  let sent = performance.now();
  let checked = sent;
  for (let last = after; !signal.aborted;) {
    const page = await events.list({ order: "oldest", after: last, limit: 500 });
    const text = page.items
      .filter((event) => matches(event, filter))
      .map(messageOf)
      .join("");
    const now = performance.now();
    if (text !== "" || now - sent >= HEARTBEAT) {
      yield text === "" ? ": still here\n\n" : text;
      sent = now;
    }
    last = String(page.items.at(-1)?.id ?? last);
    if (now - checked >= CHECK_INTERVAL) {
      await authorize();
      checked = now;
    }
    if (page.next === null) await pause(INTERVAL, undefined, { signal }).catch(() => {});
  }
}

function messageOf(event: EventJson): string {
  return `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`;
}

function matches(event: EventJson, { type, client_id, subject, grant_id }: StreamFilter): boolean {
  const isType = type === undefined || event.type === type || event.type.startsWith(`${type}.`);
  const isSame = (wanted: string | undefined, value: string | undefined | null) =>
    wanted === undefined || wanted === value;
  return (
    isType &&
    isSame(client_id, event.client_id) &&
    isSame(subject, event.subject) &&
    isSame(grant_id, event.grant_id)
  );
}
