import { z } from "zod";
import { actor, cause, digest, inUnit } from "./members.ts";
import type { EventTypeDefinition } from "./members.ts";

const CLIENT = ["client_id"] as const;

/** `wire_client_id` is what resource servers find in `client_id` of a token, so the feed of revocations sends it. */
const revocation = z.object({
  actor,
  wire_client_id: z
    .string()
    .optional()
    .describe("The client's id in its tokens, where that is the URL of its metadata document."),
});

/** What happens to clients and to the tokens that register them. The texts are those of docs/reference/events.md. */
export const CLIENT_EVENTS = {
  "client.created": {
    severity: "info",
    raised: "A client was created, or registered itself.",
    about: CLIENT,
    data: z.object({
      name: z.string().describe("Its display name."),
      public: z.boolean().describe("Whether it is a public client, which has no secret."),
      actor,
    }),
  },
  "client.updated": {
    severity: "info",
    raised: "Settings of a client were changed.",
    about: CLIENT,
    data: z.object({ changed: z.array(z.string()).readonly().describe("The names of the settings."), actor }),
  },
  // The digest lets a restored backup accept the new secret; it is not logged.
  "client.secret_rotated": {
    severity: "info",
    raised: "A client got a new secret.",
    about: CLIENT,
    data: z.object({
      digest,
      overlap: inUnit("s", z.number(), "How long the earlier secrets stay valid, s."),
      actor,
    }),
  },
  "client.disabled": {
    severity: "info",
    raised: "A client was disabled, which revokes its grants.",
    about: CLIENT,
    data: revocation,
  },
  "client.enabled": {
    severity: "info",
    raised: "A client was enabled again. Grants that were revoked stay so.",
    about: CLIENT,
    data: z.object({ actor }),
  },
  "client.deleted": {
    severity: "info",
    raised: "A client was deleted, which revokes its grants.",
    about: CLIENT,
    data: revocation,
  },
  // Limited, so that guessing does not fill the store with events.
  "client.refused": {
    severity: "info",
    raised: "A client failed to authenticate. At most once a minute for each client.",
    about: CLIENT,
    data: z.object({ cause }),
  },
  // Initial access tokens (RFC 7591 §3)
  "registration_token.created": {
    severity: "info",
    raised: "An initial access token (RFC 7591 §3) was created.",
    about: [],
    data: z.object({
      token_id: z.string().describe("The token's id."),
      name: z.string().describe("Its name."),
      ttl: inUnit("s", z.number().nullable(), "How long it is valid, s; null: without end."),
      uses: z.int().nullable().describe("How many clients it may register; null: any number."),
      actor,
    }),
  },
  "registration_token.deleted": {
    severity: "info",
    raised: "An initial access token was deleted.",
    about: [],
    data: z.object({ token_id: z.string().describe("The token's id."), actor }),
  },
} as const satisfies Record<string, EventTypeDefinition>;
