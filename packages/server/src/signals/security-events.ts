import type { Event, EventOf, RevocationReason } from "../store/store.ts";
import { STREAM_EVENTS, STREAM_UPDATED, VERIFICATION } from "./event-uris.ts";

/** Who caused an event (CAEP 1.0 §2). */
type InitiatingEntity = "admin" | "user" | "policy" | "system";

/** What a SET says of a session, in wire names. */
export interface SecurityEvent {
  /** The type's URI. */
  uri: string;
  payload: Readonly<Record<string, unknown>>;
  /** Whom it concerns; or the stream itself. */
  about: { subject: string; grantId?: string } | { streamId: string };
}

type Translations = { [T in Event["type"]]?: (event: EventOf<T>) => SecurityEvent | undefined };

const BY_REASON: Readonly<Record<RevocationReason, [InitiatingEntity, text: string]>> = {
  reused: ["policy", "A spent refresh token was presented."],
  concurrent_use: ["policy", "Two holders used one grant."],
  code_reused: ["policy", "An authorization code was presented twice."],
  revoked_by_subject: ["user", "The user withdrew the client's access."],
  revoked_by_client: ["system", "The client revoked its tokens."],
  revoked_by_operator: ["admin", "The grant was revoked."],
  account_disabled: ["admin", "The account was disabled."],
  client_disabled: ["admin", "The client was disabled."],
  parent_ended: ["policy", "The grant that it was exchanged for ended."],
};

/** The one table from events of this service to those of Shared Signals; docs/shared-signals.md explains it. */
const TRANSLATIONS: Translations = {
  // What ends with the subject is told once, for the subject.
  "grant.revoked": (event) => {
    const [by, text] = BY_REASON[event.data.reason ?? "revoked_by_operator"] ?? ["system", "It was revoked."];
    return event.data.with_subject === true ? undefined : sessionRevoked(event, by, text);
  },
  "grant.reused": (event) =>
    event.data.revoked === true ? sessionRevoked(event, ...BY_REASON.reused) : undefined,
  "grant.concurrent_use": (event) =>
    event.data.revoked === true ? sessionRevoked(event, ...BY_REASON.concurrent_use) : undefined,
  "account.disabled": (event) => sessionRevoked(event, ...BY_REASON.account_disabled),
  "subject.revoked": (event) => {
    const byIssuer = event.data.actor?.startsWith("issuer:") === true;
    return byIssuer
      ? sessionRevoked(event, "system", "An identity provider ended all sessions.")
      : sessionRevoked(event, "admin", "All sessions of the subject were ended.");
  },
  "account.password_changed": ({ at, subject, data }) =>
    subject === undefined
      ? undefined
      : {
          uri: STREAM_EVENTS["credential-change"],
          about: { subject },
          payload: {
            credential_type: "password",
            change_type: "update",
            ...claims(at, data.actor === subject ? "user" : "admin", "The password was changed."),
          },
        },
  "subscription.verification_requested": ({ data: { subscription_id: streamId = "", state } }) => ({
    uri: VERIFICATION,
    about: { streamId },
    payload: state === undefined ? {} : { state },
  }),
  "subscription.paused": ({ data }) => streamUpdated(data.subscription_id, "paused"),
  "subscription.disabled": ({ data }) => streamUpdated(data.subscription_id, "disabled", data.reason),
  "subscription.resumed": ({ data }) => streamUpdated(data.subscription_id, "enabled"),
};

/** What an event says to receivers of Shared Signals. Undefined: nothing. */
export function securityEventOf(event: Event): SecurityEvent | undefined {
  if (!Object.hasOwn(TRANSLATIONS, event.type)) return undefined;
  // Each row takes the events of its own type.
  const translate = TRANSLATIONS[event.type] as ((event: Event) => SecurityEvent | undefined) | undefined;
  return translate?.(event);
}

function sessionRevoked(
  { at, subject, grantId }: Pick<Event, "at" | "subject" | "grantId">,
  by: InitiatingEntity,
  text: string,
): SecurityEvent | undefined {
  if (subject === undefined) return undefined;
  const about = grantId === undefined ? { subject } : { subject, grantId };
  return { uri: STREAM_EVENTS["session-revoked"], about, payload: claims(at, by, text) };
}

/** CAEP 1.0 §2; its interoperability profile requires `reason_admin`. Instants in s. */
function claims(at: number, initiating: InitiatingEntity, text: string): Record<string, unknown> {
  return {
    event_timestamp: Math.floor(at / 1000),
    initiating_entity: initiating,
    reason_admin: { en: text },
  };
}

function streamUpdated(streamId = "", status: string, reason?: string): SecurityEvent {
  return { uri: STREAM_UPDATED, about: { streamId }, payload: { status, ...(reason && { reason }) } };
}
