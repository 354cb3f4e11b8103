import { z } from "zod";
import { actor, distance, inUnit, retryScore, revoked, scope } from "./members.ts";
import type { EventTypeDefinition } from "./members.ts";

/**
 * Why a grant was revoked: by a decision of the store, by the subject, the client or an operator, or with its account,
 * its client or the grant that it was exchanged for.
 */
const REVOCATION_REASONS = [
  "reused",
  "concurrent_use",
  "code_reused",
  "revoked_by_subject",
  "revoked_by_client",
  "revoked_by_operator",
  "account_disabled",
  "client_disabled",
  "parent_ended",
] as const;

/** `revoked_reason` of a grant's row, and `reason` of its event. */
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

const GRANT = ["client_id", "subject", "grant_id"] as const;

/**
 * What happens to a grant and its tokens. Plain refreshes are counted by a metric and have no event: there is one for
 * every access token. The texts are those of docs/reference/events.md.
 */
export const GRANT_EVENTS = {
  "grant.created": {
    severity: "info",
    raised: "A grant was created: a new session began, or a session of the former token service moved here.",
    about: GRANT,
    data: z.object({
      via: z
        .string()
        .describe(
          "The grant type, such as `password`; `passport` (moved here); or the actor that issued it, such as `host` or `cli:USER`.",
        ),
      scope,
    }),
  },
  // Retries inside and after the window: an honest client's, as far as can be told.
  "grant.retried": {
    severity: "info",
    raised:
      "A spent token was presented inside the retry window: an honest repeat, which got the head. Recorded once for each window.",
    about: GRANT,
    data: z.object({ ...distance, retry_score: retryScore, revoked }),
  },
  "grant.retried_late": {
    severity: "info",
    raised:
      "The predecessor of a head that was never used was presented after its retry window, and believed: once, and for one retry window more.",
    about: GRANT,
    data: z.object({ ...distance, retry_score: retryScore, revoked }),
  },
  // Warnings: theft, two holders of one grant, or a store that lost writes.
  "grant.concurrent_use": {
    severity: "warning",
    raised:
      "A spent token was believed, and the grant's retry score with this window is 40 or more: two holders refresh the grant. Instead of `grant.retried` or `grant.retried_late`.",
    about: GRANT,
    data: z.object({ ...distance, retry_score: retryScore, revoked }),
  },
  "grant.reused": {
    severity: "warning",
    raised:
      "A spent token was presented where no retry is believed: theft until shown otherwise (RFC 9700 §4.14.2).",
    about: GRANT,
    data: z.object({ ...distance, revoked }),
  },
  "grant.recovered": {
    severity: "warning",
    raised:
      "A token newer than its row was presented: the store had lost writes, and the grant goes on from the token.",
    about: GRANT,
    data: z.object(distance),
  },
  "grant.generation_ahead": {
    severity: "warning",
    raised:
      "A token newer than its row was presented and refused: the client's policy `lostWrites` is `reject`.",
    about: GRANT,
    data: z.object(distance),
  },
  "grant.client_mismatch": {
    severity: "warning",
    raised:
      "A client presented a token of another client's grant and was refused. At most once a minute for each grant.",
    about: GRANT,
    data: z.object({
      presented_by: z.string().describe("The id of the client that presented it."),
      generation: distance.generation.optional().describe("The generation of the presented token."),
    }),
  },
  "grant.binding_mismatch": {
    severity: "warning",
    raised:
      "A token was presented without proof of the key that its grant is bound to, and was refused. At most once a minute for each grant.",
    about: GRANT,
    data: z.object(distance),
  },
  "grant.bound": {
    severity: "info",
    raised:
      "A refresh with a proof of a key bound the grant, which no key was bound to before, to this key. Tokens that were given out before are refused without it.",
    about: GRANT,
    data: z.object({
      binding: z
        .string()
        .describe("The key: `jkt:` and the thumbprint of a DPoP key, or `x5t:` and that of a certificate."),
      generation: z.int().describe("The newest generation that was given out without a key."),
    }),
  },
  // RFC 8693: who acts, or impersonates. A child grant has `grant.created` instead.
  "grant.exchanged": {
    severity: "info",
    raised:
      "A client exchanged a token of the grant for an access token. At most once a minute for each grant.",
    about: GRANT,
    data: z.object({
      exchanged_by: z.string().describe("The id of the client that got the access token."),
      scope,
      actor: z
        .string()
        .nullable()
        .describe("`sub` of the actor of the new token; null: it names none (impersonation)."),
    }),
  },
  "grant.rollback_impossible": {
    severity: "warning",
    raised:
      "A session cannot go back to Laravel Passport: a value, such as its subject, client or scope, does not fit a column of Passport's tables. It goes on here. Recorded once for each grant.",
    about: GRANT,
    data: z.object({
      code: z.string().describe("The database's code of the error: mysql2's name, or PostgreSQL's SQLSTATE."),
    }),
  },
  "grant.lifetime_extended": {
    severity: "info",
    raised: "The end of a grant's absolute lifetime was moved later, without a new sign-in.",
    about: GRANT,
    data: z.object({
      previous_expires_at: inUnit("instant", z.int(), "The end before, ms since 1970."),
      expires_at: inUnit("instant", z.int(), "The end from now on, ms since 1970."),
      actor,
    }),
  },
  // Revocations that are not part of a refresh (RFC 7009, administration, consent).
  "grant.revoked": {
    severity: "info",
    raised: "A grant was revoked by itself: not by a refresh, nor with its account or client.",
    about: GRANT,
    data: z.object({
      reason: z.enum(REVOCATION_REASONS).describe("Why."),
      actor,
      generation: z.int().describe("The head at that time."),
      with_subject: z
        .boolean()
        .optional()
        .describe(
          "True: it ended with all grants of its subject, as `subject.revoked` says for all of them.",
        ),
    }),
  },
  "access_token.revoked": {
    severity: "info",
    raised: "An access token was put on the denylist.",
    about: ["client_id"],
    data: z.object({
      jti: z.string().describe("The token's `jti`."),
      expires_at: inUnit("instant", z.number(), "When it would have expired, ms since 1970."),
      actor,
    }),
  },
} as const satisfies Record<string, EventTypeDefinition>;
