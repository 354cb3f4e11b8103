import { z } from "zod";
import type { Event, Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { requireInstant } from "./admin-error.ts";
import { limitOf, requireCursor, requireText } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";

/** What the operations on events work with. */
type EventParts = { store: Pick<Store, "events"> };

/** An event in wire names; its instant in ISO 8601. `restore` reads this form. */
export interface EventJson {
  id: number;
  at: string;
  type: Event["type"];
  client_id: string | undefined;
  subject: string | undefined;
  grant_id: string | undefined;
  /** Where the request came from that asked for it; undefined: no request did, or it is not kept. */
  address: string | undefined;
  user_agent: string | undefined;
  request_id: string | undefined;
  data: Record<string, unknown>;
}

/** Which events to list; all of them without a filter. Instants in ms. */
export interface EventFilter {
  /** A type, or the part before its dot (`grant`). */
  type?: string | undefined;
  clientId?: string | undefined;
  subject?: string | undefined;
  grantId?: string | undefined;
  since?: number | undefined;
  /** Inclusive, as `since`. */
  until?: number | undefined;
  /** By default the newest first. */
  order?: "newest" | "oldest" | undefined;
}

/**
 * Lists a page of the events that match a filter. A cursor is an event's id. In the order `oldest`, a reader that continues
 * after the last event that it saw misses none.
 *
 * @throws AdminError `invalid`
 */
export async function listEvents(
  { store }: EventParts,
  { order = "newest", ...options }: EventFilter & PageOptions,
): Promise<Listing<Event>> {
  const { after, limit: _limit, ...filter } = options;
  for (const member of ["since", "until"] as const) {
    if (filter[member] !== undefined) requireInstant(member, filter[member]);
  }
  requireText("type", filter.type);
  requireText("client_id", filter.clientId);
  requireText("subject", filter.subject);
  requireText("grant_id", filter.grantId);
  requireCursor(after, /^(?:0|[1-9]\d{0,14})$/);
  const from = after === undefined ? undefined : Number(after);
  const page = await store.events.page(filter, { order, after: from, limit: limitOf(options) });
  return { items: page.events, next: page.next === null ? null : String(page.next) };
}

/** An event as JSON. The types and their payloads are in docs/reference/events.md. */
export function eventJson(event: Event): EventJson {
  const { id, at, type, clientId: client_id, subject, grantId: grant_id, data } = event;
  const source = { address: event.address, user_agent: event.userAgent, request_id: event.requestId };
  return { id, at: isoInstant(at), type, client_id, subject, grant_id, ...source, data };
}

const name = z.string().optional();

// Types and data are not checked: an older or newer version may have written the line.
const EventLine = z.object({
  id: z.int().positive(),
  at: z.iso.datetime(),
  type: z.string(),
  client_id: name,
  subject: name,
  grant_id: name,
  address: name,
  user_agent: name,
  request_id: name,
  data: z.record(z.string(), z.unknown()),
});

/** Parses a line of JSON as `eventJson` writes it. Undefined: the line is not an event, or is truncated. */
export function parseEventLine(line: string): Event | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { data: parsed } = EventLine.safeParse(json);
  if (parsed === undefined) return undefined;
  const { id, at, type, client_id: clientId, subject, grant_id: grantId, data } = parsed;
  const source = { address: parsed.address, userAgent: parsed.user_agent, requestId: parsed.request_id };
  // Readers accept types and members that this version does not know.
  return { id, at: Date.parse(at), type, clientId, subject, grantId, ...source, data } as Event;
}
