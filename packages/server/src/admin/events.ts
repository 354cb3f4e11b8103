import { z } from "zod";
import type { Event, EventFilter, Store } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";

export type EventParts = { store: Pick<Store, "events"> };

/** An event in wire names; its instant in ISO 8601. What `restore` reads again. */
export interface EventJson {
  id: number;
  at: string;
  type: Event["type"];
  client_id: string | undefined;
  subject: string | undefined;
  grant_id: string | undefined;
  data: Record<string, unknown>;
}

/** The events that a filter names, the oldest first. */
export async function listEvents(
  { store }: EventParts,
  filter: EventFilter,
  limit: number,
): Promise<Event[]> {
  return store.events.list(filter, limit);
}

export function eventJson(event: Event): EventJson {
  const { id, at, type, clientId, subject, grantId, data } = event;
  return { id, at: isoInstant(at), type, client_id: clientId, subject, grant_id: grantId, data };
}

const name = z.string().optional();

const EventLine = z.object({
  id: z.int().positive(),
  at: z.iso.datetime(),
  type: z.string(),
  client_id: name,
  subject: name,
  grant_id: name,
  data: z.record(z.string(), z.unknown()),
});

/** The event of a line of JSON, as `eventJson` writes it; undefined: the line is not an event, or is truncated. */
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
  // Readers expect types and members that this version does not know.
  return { id, at: Date.parse(at), type, clientId, subject, grantId, data } as Event;
}
