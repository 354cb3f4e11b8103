import type { DeadLetter, Store, SubscriptionState } from "../store/store.ts";
import { matchesType } from "../subscriptions/event-filter.ts";
import { PAGE, readEvents } from "../subscriptions/read-events.ts";
import { webhookSettings } from "../subscriptions/webhook.ts";
import { isoInstant } from "../time-text.ts";

/** A webhook in wire names; instants in ISO 8601. */
export interface WebhookJson {
  id: string;
  url: string;
  events: readonly string[];
  description: string;
  status: "enabled" | "paused" | "disabled";
  /** Why it is disabled. */
  status_reason: string | null;
  /** Age of the oldest of its events that waits, s; 0: none waits. */
  lag: number;
  /** Attempts at that event that failed. */
  failures: number;
  /** What became of the last attempt; null: it was delivered, or there was none. */
  last_error: string | null;
  /** null: as soon as there is something to send. */
  next_attempt_at: string | null;
  /** Up to 10,000. */
  dead_letters: number;
  /** Grows with each change of the settings or the status. */
  version: number;
  created_at: string;
}

/** An event that a webhook was not given; instants in ISO 8601. */
export interface DeadLetterJson {
  event_id: number;
  /** null, with what it was about: the event is no longer stored, and cannot be sent again. */
  type: string | null;
  at: string;
  client_id: string | null;
  subject: string | null;
  grant_id: string | null;
  attempts: number;
  error: string;
  failed_at: string;
  /** It is to be sent again. */
  replay_requested: boolean;
}

/** A webhook as JSON, without its secrets. */
export async function webhookJson(
  { store }: { store: Pick<Store, "events" | "now"> },
  state: SubscriptionState,
): Promise<WebhookJson> {
  const { id, status, statusReason, failures, lastError, nextAttemptAt, deadLetters, version, createdAt } =
    state;
  const waitingSince = await oldestWaiting(store, state);
  return {
    id,
    ...webhookSettings(state),
    status,
    status_reason: statusReason,
    lag: waitingSince === null ? 0 : Math.max(0, Math.round((store.now() - waitingSince) / 1000)),
    failures,
    last_error: lastError,
    next_attempt_at: nextAttemptAt === 0 ? null : isoInstant(nextAttemptAt),
    dead_letters: deadLetters,
    version,
    created_at: isoInstant(createdAt),
  };
}

/** When the first event that it is to be sent was recorded, ms; a page of others counts as one. */
async function oldestWaiting(
  { events }: Pick<Store, "events">,
  state: SubscriptionState,
): Promise<number | null> {
  if (state.waitingSince === null) return null;
  const page = await readEvents(events, state.cursor);
  if ("lostBefore" in page) return state.waitingSince;
  const filters = webhookSettings(state).events;
  const first = page.events.find(({ type }) => matchesType(filters, type));
  return first?.at ?? (page.events.length === PAGE ? state.waitingSince : null);
}

/** A dead letter as JSON. */
export function deadLetterJson(letter: DeadLetter): DeadLetterJson {
  const { eventId, eventAt, event, attempts, error, failedAt, replayAt } = letter;
  return {
    event_id: eventId,
    type: event?.type ?? null,
    at: isoInstant(eventAt),
    client_id: event?.clientId ?? null,
    subject: event?.subject ?? null,
    grant_id: event?.grantId ?? null,
    attempts,
    error,
    failed_at: isoInstant(failedAt),
    replay_requested: replayAt !== null,
  };
}
