import { z } from "zod";
import { operation } from "./operation.ts";
import { CHANGED, INSTANT, PAGE, pageOf, seconds, text } from "./schemas.ts";

const ID = { id: text(64, "The id of the webhook.") };

const WEBHOOK_FIELDS = {
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string(),
  status: z.enum(["enabled", "paused", "disabled"]),
  status_reason: z.string().nullable().meta({ description: "Why it is disabled." }),
  lag: z.int().meta({ description: "Age of the oldest of its events that waits, s; 0: none waits." }),
  failures: z.int().meta({ description: "Attempts at that event that failed." }),
  last_error: z
    .string()
    .nullable()
    .meta({ description: "Null: the last attempt was delivered, or there was none." }),
  next_attempt_at: INSTANT.nullable().meta({ description: "Null: as soon as there is something to send." }),
  dead_letters: z.int().meta({ description: "Events that it was not given; counted up to 10,000." }),
  version: z.int().meta({ description: "Grows with each change of the settings or the status." }),
  created_at: INSTANT,
};
const WEBHOOK = z.looseObject(WEBHOOK_FIELDS).meta({ id: "Webhook" });
const CHANGED_WEBHOOK = z.looseObject({ ...WEBHOOK_FIELDS, ...CHANGED }).meta({ id: "ChangedWebhook" });
const SECRET = z.string().meta({ description: "`whsec_…`, shown in this response only." });
const DEAD_LETTER = z
  .looseObject({
    event_id: z.int(),
    type: z.string().nullable().meta({ description: "Null: the event is no longer stored." }),
    at: INSTANT,
    client_id: z.string().nullable(),
    subject: z.string().nullable(),
    grant_id: z.string().nullable(),
    attempts: z.int(),
    error: z.string(),
    failed_at: INSTANT,
    replay_requested: z.boolean(),
  })
  .meta({ id: "DeadLetter" });

const SETTINGS = {
  url: text(2048, "Where messages are sent: https, at a public address unless the service allows others."),
  events: z
    .array(text(64, "A type, a group or `*`."))
    .min(1, { error: "must have at least one member" })
    .max(100, { error: "must have at most 100 members" })
    .meta({ description: "Types of events (`grant.reused`), groups of them (`grant`), or `*`." }),
  description: z
    .string({ error: "must be text" })
    .max(200, { error: "must have at most 200 characters" })
    .meta({ description: "For operators." }),
};

/** The operations on webhooks. */
export const WEBHOOK_OPERATIONS = [
  operation({
    name: "webhooks.create",
    method: "POST",
    path: "/webhooks",
    scope: "write",
    summary: "Create a webhook",
    description: "It is sent the events that are recorded from now on, signed as Standard Webhooks says.",
    body: z
      .strictObject({
        url: SETTINGS.url,
        events: SETTINGS.events,
        description: SETTINGS.description.optional(),
        since: z.iso
          .datetime({ offset: true, error: "must be an instant such as 2026-01-31T12:00:00Z (RFC 3339)" })
          .transform((written) => Date.parse(written))
          .optional()
          .meta({ format: "date-time", description: "It is sent stored events from this instant on too." }),
      })
      .meta({
        id: "NewWebhook",
        examples: [{ url: "https://panel.example/hooks", events: ["grant.revoked"] }],
      }),
    status: 201,
    response: z.looseObject({ ...WEBHOOK_FIELDS, secret: SECRET }).meta({ id: "CreatedWebhook" }),
    refuses: ["not_allowed"],
    call: (admin, { body: { since, ...wanted }, by }) =>
      admin.webhooks.create({ ...wanted, from: since === undefined ? "now" : { since } }, by),
  }),
  operation({
    name: "webhooks.list",
    method: "GET",
    path: "/webhooks",
    scope: "read",
    summary: "List webhooks",
    query: PAGE,
    response: pageOf(WEBHOOK),
    call: (admin, { query }) => admin.webhooks.list(query),
  }),
  operation({
    name: "webhooks.get",
    method: "GET",
    path: "/webhooks/{id}",
    scope: "read",
    summary: "Read a webhook",
    parameters: ID,
    response: WEBHOOK,
    refuses: ["not_found"],
    call: (admin, { path }) => admin.webhooks.get(path.id),
  }),
  operation({
    name: "webhooks.update",
    method: "PATCH",
    path: "/webhooks/{id}",
    scope: "write",
    summary: "Change a webhook",
    description: "What failed is tried again at once.",
    parameters: ID,
    body: z
      .strictObject({
        url: SETTINGS.url.optional(),
        events: SETTINGS.events.optional(),
        description: SETTINGS.description.optional(),
        version: z
          .int({ error: "must be a whole number" })
          .optional()
          .meta({ description: "The change is refused if the webhook has another version by now." }),
      })
      .meta({ id: "WebhookChanges" }),
    response: CHANGED_WEBHOOK,
    refuses: ["not_found", "conflict"],
    call: (admin, { path, body, by }) => admin.webhooks.update(path.id, body, by),
  }),
  operation({
    name: "webhooks.pause",
    method: "POST",
    path: "/webhooks/{id}/pause",
    scope: "write",
    summary: "Stop sending; events wait",
    parameters: ID,
    response: CHANGED_WEBHOOK,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.webhooks.pause(path.id, by),
  }),
  operation({
    name: "webhooks.resume",
    method: "POST",
    path: "/webhooks/{id}/resume",
    scope: "write",
    summary: "Send again what waits, also to a webhook that was disabled",
    parameters: ID,
    response: CHANGED_WEBHOOK,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.webhooks.resume(path.id, by),
  }),
  operation({
    name: "webhooks.rotateSecret",
    method: "POST",
    path: "/webhooks/{id}/secrets",
    scope: "write",
    summary: "Give a webhook a new secret",
    description: "Messages have a signature of each secret that is valid.",
    parameters: ID,
    body: z
      .strictObject({
        overlap: seconds(
          0,
          604_800,
          "How long the earlier secret signs too, s. By default a day.",
        ).optional(),
      })
      .meta({ id: "WebhookSecretRotation" }),
    status: 201,
    response: z
      .looseObject({ id: z.string(), secret: SECRET, overlap: z.int() })
      .meta({ id: "WebhookSecret" }),
    refuses: ["not_found", "conflict"],
    call: (admin, { path, body: { overlap = 86_400 }, by }) =>
      admin.webhooks.rotateSecret(path.id, { overlap, ...by }),
  }),
  operation({
    name: "webhooks.test",
    method: "POST",
    path: "/webhooks/{id}/test",
    scope: "write",
    summary: "Send a message of the type `webhook.test` now",
    parameters: ID,
    response: z
      .looseObject({ delivered: z.boolean(), error: z.string().nullable(), duration_ms: z.int() })
      .meta({ id: "WebhookTest" }),
    refuses: ["not_found"],
    long: true,
    call: (admin, { path }) => admin.webhooks.test(path.id),
  }),
  operation({
    name: "webhooks.deadLetters",
    method: "GET",
    path: "/webhooks/{id}/dead-letters",
    scope: "read",
    summary: "List the events that a webhook was not given",
    parameters: ID,
    query: PAGE,
    response: pageOf(DEAD_LETTER),
    refuses: ["not_found"],
    call: (admin, { path, query }) => admin.webhooks.deadLetters(path.id, query),
  }),
  operation({
    name: "webhooks.replay",
    method: "POST",
    path: "/webhooks/{id}/dead-letters/replay",
    scope: "write",
    summary: "Send dead letters again, before what waits",
    parameters: ID,
    body: z
      .strictObject({
        event_id: z
          .int({ error: "must be a whole number" })
          .positive({ error: "must be positive" })
          .optional()
          .meta({ description: "Only that of this event; by default all of them." }),
      })
      .meta({ id: "Replay" }),
    response: z.looseObject({ requested: z.int() }).meta({ id: "RequestedReplay" }),
    refuses: ["not_found"],
    call: (admin, { path, body, by }) => admin.webhooks.replay(path.id, { eventId: body.event_id, ...by }),
  }),
  operation({
    name: "webhooks.delete",
    method: "DELETE",
    path: "/webhooks/{id}",
    scope: "write",
    summary: "Delete a webhook, with its dead letters",
    parameters: ID,
    status: 204,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.webhooks.delete(path.id, by),
  }),
];
