import { z } from "zod";
import type { Event, EventFilter, Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { requireInstant } from "./admin-error.ts";

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
  data: Record<string, unknown>;
}

/**
 * Lists the events that match a filter, the oldest first.
 *
 * @param limit the greatest number of events
 * @throws AdminError `invalid`: `since` is not an instant
 */
export async function listEvents(
  { store }: EventParts,
  filter: EventFilter,
  limit: number,
): Promise<Event[]> {
  if (filter.since !== undefined) requireInstant("since", filter.since);
  return store.events.list(filter, limit);
}

/** An event as JSON. The types and their payloads are in docs/reference/events.md. */
export function eventJson(event: Event): EventJson {
  const { id, at, type, clientId, subject, grantId, data } = event;
  return { id, at: isoInstant(at), type, client_id: clientId, subject, grant_id: grantId, data };
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
  // Readers accept types and members that this version does not know.
  return { id, at: Date.parse(at), type, clientId, subject, grantId, data } as Event;
}
