import type { ActorOf, By, Changed } from "./by.ts";
import type { Listing, PageOptions } from "./listing.ts";
import type { DeadLetterJson, WebhookJson } from "./webhook-json.ts";
import * as webhooks from "./webhooks.ts";
import type { NewWebhook, WebhookAdminParts, WebhookChanges, WebhookTestJson } from "./webhooks.ts";

/** The operations on webhooks, of `createAdmin`. */
export function webhookOperations(parts: WebhookAdminParts, actorOf: ActorOf) {
  return {
    /** Creates a webhook. Its secret is returned here only. */
    create: (wanted: NewWebhook, by: By = {}): Promise<WebhookJson & { secret: string }> =>
      webhooks.createWebhook(parts, wanted, actorOf(by)),
    get: (id: string): Promise<WebhookJson> => webhooks.getWebhook(parts, id),
    list: (options: PageOptions = {}): Promise<Listing<WebhookJson>> => webhooks.listWebhooks(parts, options),
    /** Changes the settings that are given; what failed is tried again at once. */
    update: (id: string, changes: WebhookChanges, by: By = {}): Promise<Changed<WebhookJson>> =>
      webhooks.updateWebhook(parts, id, changes, actorOf(by)),
    /** Stops sending; events wait. */
    pause: (id: string, by: By = {}): Promise<Changed<WebhookJson>> =>
      webhooks.pauseWebhook(parts, id, actorOf(by)),
    /** Sends again what waits, also to a webhook that was disabled. */
    resume: (id: string, by: By = {}): Promise<Changed<WebhookJson>> =>
      webhooks.resumeWebhook(parts, id, actorOf(by)),
    /** Gives a webhook a new secret, returned here only; the earlier one signs too for `overlap` s. */
    rotateSecret: (
      id: string,
      { overlap, ...by }: { overlap: number } & By,
    ): Promise<{ id: string; secret: string; overlap: number }> =>
      webhooks.rotateWebhookSecret(parts, id, overlap, actorOf(by)),
    /** Sends a message of the type `webhook.test` now, whatever waits. */
    test: (id: string): Promise<WebhookTestJson> => webhooks.testWebhook(parts, id),
    /** The events that a webhook was not given, in their order. */
    deadLetters: (id: string, options: PageOptions = {}): Promise<Listing<DeadLetterJson>> =>
      webhooks.listDeadLetters(parts, id, options),
    /** Sends one dead letter again, or all of them, before what waits. */
    replay: (
      id: string,
      { eventId, ...by }: { eventId?: number | undefined } & By = {},
    ): Promise<{ requested: number }> => webhooks.replayDeadLetters(parts, id, eventId, actorOf(by)),
    /** Deletes a webhook with its dead letters. */
    delete: (id: string, by: By = {}): Promise<void> => webhooks.deleteWebhook(parts, id, actorOf(by)),
  };
}
