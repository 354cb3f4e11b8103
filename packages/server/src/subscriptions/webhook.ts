import { Webhook } from "standardwebhooks";
import { eventMembers } from "../events/event-members.ts";
import { post, PostError } from "../outbound/post.ts";
import type { PostOptions, PostResponse } from "../outbound/post.ts";
import type { Event, Store, Subscription } from "../store/store.ts";
import { isoInstant } from "../time-text.ts";
import { matchesType } from "./event-filter.ts";
import { openSecrets } from "./sealed-secrets.ts";
import type { MasterKeys } from "./sealed-secrets.ts";
import type { Delivery, Sender } from "./sender.ts";
import { activeSecrets } from "./webhook-secrets.ts";
import type { WebhookSecret } from "./webhook-secrets.ts";

/** The settings of a webhook, as its row has them. */
export interface WebhookSettings {
  url: string;
  /** Types of events, their groups, or `*`. */
  events: readonly string[];
  /** For operators. */
  description: string;
}

/** What webhooks are sent with. */
export interface WebhookParts {
  store: Pick<Store, "now">;
  keys: { readonly masterKeys: MasterKeys };
  /** The setting `webhookPrivateAddresses`. */
  privateAddresses: boolean;
  /** Tests replace it. */
  resolve?: PostOptions["resolve"];
}

/** A message of a webhook: what is signed and sent. */
export interface WebhookMessage {
  /** The same at each attempt, so that a receiver recognizes a repeated message. */
  id: string;
  type: string;
  /** ms */
  at: number;
  data: Readonly<Record<string, unknown>>;
}

/** How long a receiver may take, ms. */
const TIMEOUT = 15_000;

/** The settings of a subscription of this kind. */
export function webhookSettings({ settings }: Pick<Subscription, "settings">): WebhookSettings {
  const { url, events, description } = settings as unknown as WebhookSettings;
  return { url, events, description };
}

/** Sends events to webhooks, signed as Standard Webhooks says (https://www.standardwebhooks.com). */
export function webhookSender(parts: WebhookParts): Sender {
  return {
    takes: ({ type }, subscription) => matchesType(webhookSettings(subscription).events, type),
    deliver: (subscription, event, signal) =>
      sendMessage(parts, subscription, messageOf(subscription, event), signal),
  };
}

/** Signs a message with each secret that is valid now, and sends it once. */
export async function sendMessage(
  parts: WebhookParts,
  subscription: Subscription,
  message: WebhookMessage,
  signal: AbortSignal,
): Promise<Delivery> {
  const body = JSON.stringify({ type: message.type, timestamp: isoInstant(message.at), data: message.data });
  const now = parts.store.now();
  const headers = {
    "content-type": "application/json",
    "webhook-id": message.id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": signatures(secretsOf(parts, subscription), message.id, now, body),
  };
  const { privateAddresses, resolve } = parts;
  const options = { headers, body, timeout: TIMEOUT, signal, privateAddresses, resolve };
  try {
    return deliveryOf(await post(webhookSettings(subscription).url, options));
  } catch (error) {
    if (error instanceof PostError) return { outcome: "failed", error: error.message };
    throw error;
  }
}

/** The secrets of a webhook, the newest first. */
export function secretsOf(
  { keys }: Pick<WebhookParts, "keys">,
  { id, secrets }: Subscription,
): WebhookSecret[] {
  return secrets === null ? [] : (openSecrets(keys.masterKeys, id, secrets) as WebhookSecret[]);
}

/** The instant is in the id too, since a restored store assigns ids of events again. */
function messageOf({ id: subscription }: Subscription, event: Event): WebhookMessage {
  const { id, at, type } = event;
  return { id: `msg_${subscription}_${id}_${at}`, type, at, data: eventMembers(event) };
}

function signatures(secrets: readonly WebhookSecret[], id: string, now: number, body: string): string {
  const sign = ({ value }: WebhookSecret) => new Webhook(value).sign(id, new Date(now), body);
  return activeSecrets(secrets, now).map(sign).join(" ");
}

function deliveryOf({ status, retryAfter }: PostResponse): Delivery {
  if (status >= 200 && status < 300) return { outcome: "delivered" };
  if (status === 410) return { outcome: "gone", reason: "The receiver responded with 410 Gone." };
  const isRedirect = status >= 300 && status < 400;
  const error = isRedirect ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
  return { outcome: "failed", error, retryAfter };
}
