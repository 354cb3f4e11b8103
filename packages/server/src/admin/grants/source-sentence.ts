import type { Event, EventType } from "../../store/store.ts";
import { durationText } from "../../time-text.ts";

/**
 * Requests of whoever holds the grant: where it began, and honest retries as far as can be told. Plain refreshes are no
 * events, so nothing says where the last of them came from.
 */
const HOLDERS: ReadonlySet<EventType> = new Set(["grant.created", "grant.retried", "grant.retried_late"]);

/** Types whose request is worth comparing: somebody presented a token of the grant. */
const PRESENTED: ReadonlySet<EventType> = new Set([
  "grant.retried",
  "grant.retried_late",
  "grant.concurrent_use",
  "grant.reused",
  "grant.recovered",
  "grant.generation_ahead",
  "grant.client_mismatch",
  "grant.binding_mismatch",
  "grant.bound",
]);

/**
 * Says where an event's request came from and, if a token was presented, where the last known request of the grant's holder
 * before it did. Empty: it is not known.
 *
 * @param events all of the grant, the oldest first
 */
export function sourceSentence(event: Event, events: readonly Event[]): string {
  const source = sourceText(event);
  if (source === undefined) return "";
  const isEarlierHolder = ({ id, type, address }: Event) =>
    id < event.id && HOLDERS.has(type) && address !== undefined;
  const holder = PRESENTED.has(event.type) ? events.findLast(isEarlierHolder) : undefined;
  if (holder === undefined) return ` The request came from ${source}.`;
  const later = durationText(event.at - holder.at);
  return holder.address === event.address
    ? ` The request came from ${source}, as the last known request of the grant did, ${later} before.`
    : ` The request came from ${source}, ${later} after the last known request of the grant, from ${sourceText(holder)}.`;
}

/** "203.0.113.7 (PHP/8.2)" */
function sourceText({ address, userAgent }: Event): string | undefined {
  return address === undefined || userAgent === undefined ? address : `${address} (${userAgent})`;
}
