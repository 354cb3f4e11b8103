import { z } from "zod";
import { actor, cause, digest, inUnit, scope } from "./members.ts";
import type { EventTypeDefinition } from "./members.ts";

const SUBJECT = ["subject"] as const;
const CLIENT_AND_SUBJECT = ["client_id", "subject"] as const;

/**
 * What happens to accounts, and what users do: sign in, consent, connect a device. The texts are those of
 * docs/reference/events.md.
 */
export const ACCOUNT_EVENTS = {
  "account.created": {
    severity: "info",
    raised: "An account was created.",
    about: SUBJECT,
    data: z.object({ username: z.string().describe("The username."), actor }),
  },
  "account.password_changed": {
    severity: "info",
    raised: "An account got another password, or none. Its browsers are signed out; grants go on.",
    about: SUBJECT,
    data: z.object({ actor }),
  },
  "account.role_changed": {
    severity: "info",
    raised:
      "An account became an operator of this service, or is none any more, which signs it out of every browser.",
    about: SUBJECT,
    data: z.object({
      role: z.enum(["operator"]).nullable().describe("`operator`, or null: it has no role any more."),
      actor,
    }),
  },
  // Limited, so that guessing does not fill the store with events.
  "account.refused": {
    severity: "info",
    raised: "A password login to an account failed. At most once a minute for each account.",
    about: SUBJECT,
    data: z.object({ cause }),
  },
  "account.disabled": {
    severity: "info",
    raised: "An account was disabled, which revokes its grants.",
    about: SUBJECT,
    data: z.object({ grants_revoked: z.int().describe("How many grants that revoked."), actor }),
  },
  "account.enabled": {
    severity: "info",
    raised: "An account was enabled again. Grants that were revoked stay so.",
    about: SUBJECT,
    data: z.object({ actor }),
  },
  // One event for a subject's systems elsewhere; each grant's own follows, as it ends.
  "subject.revoked": {
    severity: "info",
    raised:
      "All grants of a subject are being revoked, and its browsers were signed out. Before the first `grant.revoked`.",
    about: SUBJECT,
    data: z.object({
      created_until: inUnit("instant", z.int(), "Grants that were created until then end, ms since 1970."),
      actor,
    }),
  },
  // What users do in a browser.
  "sign_in.started": {
    severity: "info",
    raised: "A subject signed in, in one browser.",
    about: SUBJECT,
    data: z.object({}),
  },
  "sign_in.ended": {
    severity: "info",
    raised:
      "A browser was signed out, by its user or with all others of the subject, or another subject signed in there.",
    about: SUBJECT,
    data: z.object({ digest }),
  },
  // What operators do at the console is recorded as what they change, with their names as the actor.
  "operator.signed_in": {
    severity: "info",
    raised:
      "An operator signed in at the console, with the password or a one-time link, or proved the password again.",
    about: SUBJECT,
    data: z.object({ actor }),
  },
  "operator.link_created": {
    severity: "info",
    raised: "A one-time link was made that signs an operator in at the console.",
    about: SUBJECT,
    data: z.object({
      expires_at: inUnit("instant", z.int(), "When the link stops working, ms since 1970."),
      actor,
    }),
  },
  "consent.given": {
    severity: "info",
    raised: "A subject allowed a client's request.",
    about: CLIENT_AND_SUBJECT,
    data: z.object({ scope: scope.describe("All scopes that the subject has allowed this client so far.") }),
  },
  "consent.withdrawn": {
    severity: "info",
    raised: "A remembered consent was forgotten.",
    about: CLIENT_AND_SUBJECT,
    data: z.object({ actor }),
  },
  "device.allowed": {
    severity: "info",
    raised: "A subject allowed a device's request (RFC 8628).",
    about: CLIENT_AND_SUBJECT,
    data: z.object({}),
  },
  "device.denied": {
    severity: "info",
    raised: "A subject denied a device's request.",
    about: CLIENT_AND_SUBJECT,
    data: z.object({}),
  },
} as const satisfies Record<string, EventTypeDefinition>;
