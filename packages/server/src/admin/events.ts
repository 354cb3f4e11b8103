import { z } from "zod";
import type { Event } from "../store/store.ts";

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

/** The event of a line that `regrant events --json` printed; undefined: it is none, or cut off. */
export function eventOfLine(line: string): Event | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { data: parsed } = EventLine.safeParse(json);
  if (parsed === undefined) return undefined;
  const { id, at, type, client_id: clientId, subject, grant_id: grantId, data } = parsed;
  // Whoever reads it expects types and members that this version does not know.
  return { id, at: Date.parse(at), type, clientId, subject, grantId, data } as Event;
}
