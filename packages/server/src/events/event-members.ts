import type { Event } from "./event.ts";

/**
 * What log lines and receivers are told of an event, in wire names: its id, what it is about, its payload, and the request
 * that asked for it. The digest of a new secret, which a restore needs, stays in the row.
 */
export function eventMembers(event: Event): Record<string, unknown> {
  const { id, clientId, subject, grantId, address, userAgent, requestId, data } = event;
  const { digest, ...told } = data;
  const source = { address, user_agent: userAgent, request_id: requestId };
  return { event_id: id, client_id: clientId, subject, grant_id: grantId, ...told, ...source };
}
