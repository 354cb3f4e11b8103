import type { Event } from "./event.ts";

/**
 * What log lines and receivers are told of an event, in wire names: its id, what it is about, and its payload. The digest of
 * a new secret, which a restore needs, stays in the row.
 */
export function eventMembers({ id, clientId, subject, grantId, data }: Event): Record<string, unknown> {
  const { digest, ...told } = data;
  return { event_id: id, client_id: clientId, subject, grant_id: grantId, ...told };
}
