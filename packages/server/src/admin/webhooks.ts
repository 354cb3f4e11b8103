import { randomUUID } from "node:crypto";
import { refusedUrl } from "../outbound/post.ts";
import type { NewEvent, Store, Subscription, SubscriptionStart, SubscriptionState } from "../store/store.ts";
import { knownFilters } from "../subscriptions/event-filter.ts";
import { MOST_SUBSCRIPTIONS } from "../subscriptions/runner.ts";
import { sealSecrets } from "../subscriptions/sealed-secrets.ts";
import { secretsOf, sendMessage, webhookSettings } from "../subscriptions/webhook.ts";
import type { WebhookParts, WebhookSettings } from "../subscriptions/webhook.ts";
import { newWebhookSecret, rotatedSecrets } from "../subscriptions/webhook-secrets.ts";
import { AdminError, notFound, requireInstant, requireWholeNumber } from "./admin-error.ts";
import type { Violation } from "./admin-error.ts";
import { mapListing, pageOf, requireCursor, UUID } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";
import { deadLetterJson, webhookJson } from "./webhook-json.ts";
import type { DeadLetterJson, WebhookJson } from "./webhook-json.ts";

/** What the operations on webhooks work with. */
export interface WebhookAdminParts extends Omit<WebhookParts, "store"> {
  store: Pick<Store, "subscriptions" | "events" | "now">;
}

/** A webhook to create. */
export interface NewWebhook {
  url: string;
  /** Types of events (`grant.reused`), groups of them (`grant`), or `*`. */
  events: readonly string[];
  /** For operators. */
  description?: string | undefined;
  /** Where it begins: by default at events that are recorded from now on; `since` in ms. */
  from?: SubscriptionStart | undefined;
}

/** What `updateWebhook` changes. */
export interface WebhookChanges {
  url?: string | undefined;
  events?: readonly string[] | undefined;
  description?: string | undefined;
  /** The update is refused if the webhook has another one by now. */
  version?: number | undefined;
}

/** What came of a test message. */
export interface WebhookTestJson {
  delivered: boolean;
  /** null: it was delivered. */
  error: string | null;
  duration_ms: number;
}

const MOST_FILTERS = 100;
const LONGEST_DESCRIPTION = 200;
/** A week, s. */
const LONGEST_OVERLAP = 604_800;

/**
 * Creates a webhook.
 *
 * @param actor recorded in the event
 * @returns the webhook, and its secret, which is shown once
 * @throws AdminError `invalid`; `not_allowed`: there are too many subscriptions
 */
export async function createWebhook(
  parts: WebhookAdminParts,
  { url, events, description = "", from = "now" }: NewWebhook,
  actor: string,
): Promise<WebhookJson & { secret: string }> {
  const settings = { url, events, description };
  requireSettings(parts, settings);
  if (typeof from === "object") requireInstant("since", from.since);
  const id = randomUUID();
  const secret = newWebhookSecret();
  const secrets = sealSecrets(parts.keys.masterKeys, id, [secret]);
  const event = webhookEvent("subscription.created", id, actor);
  const wanted = { id, kind: "webhook", settings, secrets, from } as const;
  const outcome = await parts.store.subscriptions.create(wanted, MOST_SUBSCRIPTIONS, event);
  if (outcome === "too_many") {
    throw new AdminError("not_allowed", `there are ${MOST_SUBSCRIPTIONS} subscriptions already`);
  }
  const { id: shown, ...rest } = await getWebhook(parts, id);
  return { id: shown, secret: secret.value, ...rest };
}

/** @throws AdminError `not_found` */
export async function getWebhook(parts: WebhookAdminParts, id: string): Promise<WebhookJson> {
  return webhookJson(parts, await findWebhook(parts, id));
}

/** Lists webhooks in the order of their ids. */
export async function listWebhooks(
  parts: WebhookAdminParts,
  options: PageOptions,
): Promise<Listing<WebhookJson>> {
  requireCursor(options.after, UUID);
  const { subscriptions } = parts.store;
  const page = await pageOf(
    {
      read: (after, limit) => subscriptions.list({ after, limit }),
      cursor: ({ id }) => id,
      keep: ({ kind }) => kind === "webhook",
    },
    options,
  );
  return { ...page, items: await Promise.all(page.items.map((state) => webhookJson(parts, state))) };
}

/**
 * Changes the settings that are given; what failed is tried again at once.
 *
 * @throws AdminError `not_found`, `invalid`; `conflict`: `version` is another one
 */
export async function updateWebhook(
  parts: WebhookAdminParts,
  id: string,
  changes: WebhookChanges,
  actor: string,
): Promise<WebhookJson & { changed: boolean }> {
  const found = await findWebhook(parts, id);
  const before = webhookSettings(found);
  const { url = before.url, events = before.events, description = before.description } = changes;
  const settings = { url, events, description };
  requireSettings(parts, settings);
  const names = (["url", "events", "description"] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(settings[name]),
  );
  const data = { subscription_id: id, kind: "webhook", changed: names, actor };
  const expected = changes.version ?? found.version;
  if (names.length > 0 || expected !== found.version) {
    await updateFound(parts, id, { settings }, { type: "subscription.updated", data }, expected);
  }
  return { ...(await getWebhook(parts, id)), changed: names.length > 0 };
}

/** Stops sending; events wait. @throws AdminError `not_found` */
export function pauseWebhook(parts: WebhookAdminParts, id: string, actor: string) {
  return changeStatus(parts, id, "paused", webhookEvent("subscription.paused", id, actor));
}

/** Sends again what waits, also to a webhook that was disabled. @throws AdminError `not_found` */
export function resumeWebhook(parts: WebhookAdminParts, id: string, actor: string) {
  return changeStatus(parts, id, "enabled", webhookEvent("subscription.resumed", id, actor));
}

/** Deletes a webhook with its dead letters. @throws AdminError `not_found` */
export async function deleteWebhook(parts: WebhookAdminParts, id: string, actor: string): Promise<void> {
  await findWebhook(parts, id);
  const event = webhookEvent("subscription.deleted", id, actor);
  if (!(await parts.store.subscriptions.delete(id, event))) throw notFound("webhook", id);
}

/**
 * Gives a webhook a new secret; messages are signed with the earlier one too for `overlap` s.
 *
 * @throws AdminError `not_found`, `invalid`; `conflict`: it was changed meanwhile
 */
export async function rotateWebhookSecret(
  parts: WebhookAdminParts,
  id: string,
  overlap: number,
  actor: string,
): Promise<{ id: string; secret: string; overlap: number }> {
  requireWholeNumber("overlap", overlap, 0, LONGEST_OVERLAP);
  const found = await findWebhook(parts, id);
  const rotated = rotatedSecrets(secretsOf(parts, found), parts.store.now(), overlap * 1000);
  const secrets = sealSecrets(parts.keys.masterKeys, id, rotated);
  const data = { subscription_id: id, kind: "webhook", overlap, actor };
  await updateFound(parts, id, { secrets }, { type: "subscription.secret_rotated", data }, found.version);
  return { id, secret: rotated[0].value, overlap };
}

/** Sends a message of the type `webhook.test` now, whatever waits. @throws AdminError `not_found` */
export async function testWebhook(parts: WebhookAdminParts, id: string): Promise<WebhookTestJson> {
  const found = await findWebhook(parts, id);
  const message = {
    id: `msg_test_${randomUUID()}`,
    type: "webhook.test",
    at: parts.store.now(),
    data: { webhook_id: id },
  };
  const started = performance.now();
  const delivery = await sendMessage(parts, found, message, new AbortController().signal);
  const duration_ms = Math.round(performance.now() - started);
  if (delivery.outcome === "delivered") return { delivered: true, error: null, duration_ms };
  const error = delivery.outcome === "gone" ? delivery.reason : delivery.error;
  return { delivered: false, error, duration_ms };
}

/** Lists the events that a webhook was not given, in their order. @throws AdminError `not_found`, `invalid` */
export async function listDeadLetters(
  parts: WebhookAdminParts,
  id: string,
  options: PageOptions,
): Promise<Listing<DeadLetterJson>> {
  await findWebhook(parts, id);
  requireCursor(options.after, /^\d{1,15}$/);
  const page = await pageOf(
    {
      read: (after, limit) =>
        parts.store.subscriptions.deadLetters(id, { after: after === undefined ? 0 : Number(after), limit }),
      cursor: ({ eventId }) => String(eventId),
    },
    options,
  );
  return mapListing(page, deadLetterJson);
}

/**
 * Sends one dead letter again, or all of them, before what waits.
 *
 * @throws AdminError `not_found`: the webhook, or the dead letter
 */
export async function replayDeadLetters(
  { store }: WebhookAdminParts,
  id: string,
  eventId: number | undefined,
  actor: string,
): Promise<{ requested: number }> {
  await findWebhook({ store }, id);
  const event_id = eventId === undefined ? {} : { event_id: eventId };
  const data = { subscription_id: id, kind: "webhook", ...event_id, actor };
  const event = { type: "subscription.replay_requested", data } as const;
  const requested = await store.subscriptions.replayDeadLetters(id, eventId, event);
  if (requested === 0 && eventId !== undefined) throw notFound("dead letter", eventId);
  return { requested };
}

async function findWebhook(
  { store }: Pick<WebhookAdminParts, "store">,
  id: string,
): Promise<SubscriptionState> {
  const found = await store.subscriptions.find(id);
  if (found?.kind !== "webhook") throw notFound("webhook", id);
  return found;
}

async function changeStatus(
  parts: WebhookAdminParts,
  id: string,
  status: Subscription["status"],
  event: NewEvent,
): Promise<WebhookJson & { changed: boolean }> {
  const changed = (await findWebhook(parts, id)).status !== status;
  if (changed) await updateFound(parts, id, { status }, event);
  return { ...(await getWebhook(parts, id)), changed };
}

async function updateFound(
  { store }: WebhookAdminParts,
  id: string,
  change: Parameters<Store["subscriptions"]["update"]>[1],
  event: NewEvent,
  version?: number,
): Promise<void> {
  const outcome = await store.subscriptions.update(id, change, event, version);
  if (outcome === "not_found") throw notFound("webhook", id);
  if (outcome === "conflict") {
    throw new AdminError("conflict", `webhook ${id} was changed meanwhile`, { resource: "webhook" });
  }
}

function webhookEvent(
  type: "subscription.created" | "subscription.deleted" | "subscription.paused" | "subscription.resumed",
  id: string,
  actor: string,
): NewEvent {
  return { type, data: { subscription_id: id, kind: "webhook", actor } };
}

/** @throws AdminError `invalid` with every violation */
function requireSettings({ privateAddresses }: WebhookAdminParts, settings: WebhookSettings): void {
  const { url, events, description } = settings;
  const violations: Violation[] = [];
  const refused = refusedUrl(url, privateAddresses);
  if (refused !== undefined) violations.push({ member: "url", message: `url ${refused}` });
  const known = knownFilters();
  const unknown = events.find((filter) => !known.has(filter));
  if (unknown !== undefined) {
    violations.push({
      member: "events",
      message: "events must be types of events, the part before their dot, or *.",
    });
  } else if (events.length === 0 || events.length > MOST_FILTERS) {
    violations.push({ member: "events", message: `events must have 1 to ${MOST_FILTERS} members.` });
  }
  if (description.length > LONGEST_DESCRIPTION || /[\p{Cc}\p{Cs}]/u.test(description)) {
    const message = `description must be text of at most ${LONGEST_DESCRIPTION} characters, without control characters.`;
    violations.push({ member: "description", message });
  }
  if (violations.length > 0) throw new AdminError("invalid", "the webhook is not valid", { violations });
}
