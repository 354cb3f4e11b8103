import { z } from "zod";
import { actor, inUnit } from "./members.ts";
import type { EventTypeDefinition } from "./members.ts";

const subscription_id = z.string().describe("The subscription's id.");
const kind = z.string().describe("How it is sent events: `webhook`, `ssf_push` or `ssf_poll`.");

/**
 * What happens to those who are sent events. An attempt that failed is no event: a subscription to all types would be sent
 * it, and fail again. The texts are those of docs/reference/events.md.
 */
export const SUBSCRIPTION_EVENTS = {
  "subscription.created": {
    severity: "info",
    raised: "A subscription to events was created: a webhook, or a stream of Shared Signals.",
    about: [],
    data: z.object({ subscription_id, kind, actor }),
  },
  "subscription.updated": {
    severity: "info",
    raised: "Settings of a subscription were changed.",
    about: [],
    data: z.object({
      subscription_id,
      kind,
      changed: z.array(z.string()).readonly().describe("The names of the settings."),
      actor,
    }),
  },
  "subscription.secret_rotated": {
    severity: "info",
    raised: "A subscription got a new secret.",
    about: [],
    data: z.object({
      subscription_id,
      kind,
      overlap: inUnit("s", z.number(), "How long the earlier secret signs too, s."),
      actor,
    }),
  },
  "subscription.paused": {
    severity: "info",
    raised: "A subscription was paused: events wait for it.",
    about: [],
    data: z.object({ subscription_id, kind, actor }),
  },
  "subscription.resumed": {
    severity: "info",
    raised: "A subscription that was paused or disabled was enabled again.",
    about: [],
    data: z.object({ subscription_id, kind, actor }),
  },
  "subscription.disabled": {
    severity: "warning",
    raised: "A subscription was disabled, because its receiver wants no more events.",
    about: [],
    data: z.object({ subscription_id, kind, reason: z.string().describe("Why, as a sentence."), actor }),
  },
  "subscription.replay_requested": {
    severity: "info",
    raised: "Dead letters of a subscription are to be sent again.",
    about: [],
    data: z.object({
      subscription_id,
      kind,
      event_id: z.int().optional().describe("The event of the one dead letter; all, if it is missing."),
      actor,
    }),
  },
  // A warning: the receiver must compare its own state with the service's.
  "subscription.events_lost": {
    severity: "warning",
    raised:
      "Events were removed by the sweep before a subscription was sent them: it was paused or down for longer than events are kept.",
    about: [],
    data: z.object({
      subscription_id,
      kind,
      after_id: z.int().describe("The last event that it was given, or that was not for it."),
      before_id: z.int().describe("The first event that is left."),
    }),
  },
  "subscription.verification_requested": {
    severity: "info",
    raised:
      "The receiver of a stream of Shared Signals asked for a verification event, which follows in the stream.",
    about: [],
    data: z.object({
      subscription_id,
      kind,
      state: z.string().optional().describe("What the receiver wants to find in it."),
      actor,
    }),
  },
  "subscription.deleted": {
    severity: "info",
    raised: "A subscription was deleted, with its dead letters.",
    about: [],
    data: z.object({ subscription_id, kind, actor }),
  },
} as const satisfies Record<string, EventTypeDefinition>;
