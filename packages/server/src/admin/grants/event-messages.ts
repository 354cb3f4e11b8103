import { VIA_DEVICE } from "../../store/devices.ts";
import { CONCURRENT_USE_SCORE } from "../../store/retry-windows.ts";
import type { EndedStatus, Event, EventType, RevocationReason } from "../../store/store.ts";
import { durationText, localInstant } from "../../time-text.ts";
import type { GrantHistory } from "./history.ts";

type Message = (event: Event, history: GrantHistory) => string;

/** What each event means for its grant. Types that no history contains are missing. */
const MESSAGES: Partial<Record<EventType, Message>> = {
  "grant.created": ({ data }, history) => createdMessage(history, textOf(data["scope"]), data["via"]),
  // Outcomes of a refresh; the decision table is `store/decide.ts`.
  "grant.retried": (event) =>
    `A spent refresh token was presented again (${place(event)}), inside the retry window: an honest retry after a ` +
    "lost response, or a second tab. It got the newest token, as every retry in the window does.",
  "grant.retried_late": (event) =>
    `The token before the newest was presented again (${place(event)}), after the retry window. The newest had never ` +
    "been used, so the response must have been lost: the late retry was accepted, once, and started a retry window of " +
    "its own.",
  "grant.concurrent_use": (event) =>
    `A spent refresh token was presented again (${place(event)}), as in many retry windows before (retry score ` +
    `${Number(event.data["retry_score"])}: 8 for each window with a retry, 1 less for each without; reported from ` +
    `${CONCURRENT_USE_SCORE} on). Two holders refresh this grant: two programs that do not coordinate, or the client and a ` +
    "thief. " +
    (event.data["revoked"] === true
      ? "The grant was revoked (concurrent use policy: revoke)."
      : "It was only reported, and the token got the newest one (concurrent use policy: report)."),
  // RFC 9700 §4.14.2: the authorization server cannot tell which party is the attacker, so it revokes the grant.
  "grant.reused": (event) =>
    `A spent refresh token was used again (${place(event)}), where no honest retry is possible: the token was copied, ` +
    "or the client restored an old copy. " +
    (event.data["revoked"] === true
      ? "The grant was revoked, for the thief and the client alike; the client needs a new grant."
      : "It was refused and reported; the grant stays active (reuse policy: detect)."),
  "grant.recovered": (event) =>
    `A token was presented that the store had not issued yet (${place(event)}): the store had lost writes, by a ` +
    "restored backup or a failover. The token's MAC proves that Regrant issued it, so the grant was recovered from it.",
  "grant.generation_ahead": (event) =>
    `A token was presented that the store had not issued yet (${place(event)}): the store had lost writes. It was ` +
    "refused (lost writes policy: reject).",
  // Refusals that change nothing: the token is not this client's, or not this key's.
  "grant.client_mismatch": ({ data }) =>
    `Another client, ${String(data["presented_by"])}, presented a token of this grant and was refused: the token was ` +
    "copied, or two clients share their token storage.",
  "grant.binding_mismatch": (event) =>
    `A token (${place(event)}) was presented without proof of the key that the grant is bound to, and was refused. Nothing was ` +
    "spent and nothing ended: the token was copied, or the client lost its key and has to ask for a new grant.",
  "grant.bound": ({ data }) =>
    `A refresh proved a key, which bound the grant to it (${String(data["binding"])}). A token of generation ` +
    `${String(data["generation"])} or an older one counts as reused without that key; later ones are refused and end nothing.`,
  "grant.exchanged": ({ data }) =>
    `The client ${textOf(data["exchanged_by"])} exchanged a token of this grant for an access token of its own, in which ` +
    `${typeof data["actor"] === "string" ? `${data["actor"]} acts for the subject` : "it stands for the subject"}.`,
  "grant.rollback_impossible": ({ data }) =>
    `Laravel's database refused the session's rows (${String(data["code"])}): a value does not fit a column of ` +
    "Passport's tables. The session goes on here, and cannot go back to Passport.",
  "grant.lifetime_extended": ({ data }) => extendedMessage(data),
  "grant.revoked": ({ data }, history) =>
    revokedMessage(data["reason"] as RevocationReason, actorText(data), history),
  // What happened to the grant's client, account, keys and store.
  "client.updated": ({ data }) =>
    `The client's settings were changed by ${actorText(data)}: ${(data["changed"] as string[]).join(", ")}.`,
  "client.disabled": ({ data }) => `The client was disabled by ${actorText(data)}, which revoked its grants.`,
  "client.enabled": ({ data }) =>
    `The client was enabled by ${actorText(data)}; revoked grants stay revoked.`,
  "client.deleted": ({ data }) => `The client was deleted by ${actorText(data)}, which revoked its grants.`,
  "account.password_changed": ({ data }) =>
    `The account's password was changed by ${actorText(data)}. That signs the account out of every browser; it revokes ` +
    "no grant by itself.",
  "account.disabled": ({ data }) =>
    `The account was disabled by ${actorText(data)}, which revoked its grants.`,
  "account.enabled": ({ data }) =>
    `The account was enabled by ${actorText(data)}; revoked grants stay revoked.`,
  "key.distrusted": ({ data }) =>
    typeof data["kid"] === "string"
      ? `The signing key ${data["kid"]} was distrusted by ${actorText(data)}: access tokens that it signed are inactive.`
      : `MAC key ${String(data["mac_key"])} was distrusted by ${actorText(data)}: refresh tokens under it are refused.`,
  "store.restored": ({ data }) => `The store was restored from a backup by ${actorText(data)}.`,
};

/** Explains an event to an operator, as sentences. A type without a message is named. */
export function eventMessage(event: Event, history: GrantHistory): string {
  return MESSAGES[event.type]?.(event, history) ?? `${event.type}.`;
}

/**
 * Explains how a grant was created.
 *
 * @param scope separated by spaces; "" for none
 * @param via how the grant came about, as its event records it; undefined: that event was removed
 */
export function createdMessage(history: GrantHistory, scope: string, via: unknown): string {
  const { clientId, clientName, account, subject } = history;
  const client = clientName === undefined ? clientId : `"${clientName}" (${clientId})`;
  const owner =
    account === undefined ? `the subject ${subject}` : `the account "${account.username}" (${subject})`;
  const scopes = scope === "" ? "without scope" : `with the scope "${scope}"`;
  return `Issued to the client ${client} for ${owner}, ${scopes}${viaText(via)}.`;
}

/** What created a grant, where its name alone would not say it. */
const VIA_TEXTS: Readonly<Record<string, string>> = {
  password: ", after a password login",
  authorization_code: ", after a sign-in",
  [VIA_DEVICE]: ", after a device was approved",
  passport: ", for a session of Laravel Passport",
  "token-exchange": ", for a token that it exchanged",
  "jwt-bearer": ", for an assertion of another issuer",
  "id-jag": ", for an identity assertion of the user's identity provider",
  host: ", by the embedding application",
};

function viaText(via: unknown): string {
  if (typeof via !== "string") return "";
  if (via.startsWith("cli:")) return `, on the command line (${via})`;
  return VIA_TEXTS[via] ?? `, via ${via}`;
}

/** The end is that of the absolute lifetime: the outcome `extended` of a refresh is another matter. */
function extendedMessage(data: Record<string, unknown>): string {
  const { previous_expires_at: before, expires_at: after } = data;
  const by =
    data["actor"] === "subject" ? "the user, on the page of authorized applications" : actorText(data);
  // Another version's event may lack them.
  const isKnown = Number.isSafeInteger(before) && Number.isSafeInteger(after);
  const ends = isKnown ? `: from ${localInstant(Number(before))} to ${localInstant(Number(after))}` : "";
  return `The absolute lifetime was extended, without a new sign-in, by ${by}${ends}.`;
}

/** Why a grant is not active: the reasons of `grantStatus`. */
export const REASON_MESSAGES: Record<EndedStatus["reason"], string> = {
  reused: "The grant was revoked because a spent refresh token was used again.",
  concurrent_use: "The grant was revoked because two holders seemed to refresh it.",
  code_reused: "The grant was revoked because its authorization code was presented again.",
  revoked_by_subject: "The grant was revoked by the user.",
  revoked_by_client: "The grant was revoked by its client.",
  revoked_by_operator: "The grant was revoked by an operator.",
  account_disabled: "The grant was revoked because its account was disabled.",
  client_disabled: "The grant was revoked because its client was disabled.",
  parent_ended: "The grant ended with the grant that it was exchanged for.",
  client_deleted: "The grant was revoked because its client was deleted.",
  idle_lifetime: "The grant expired because it was not refreshed within the idle lifetime.",
  absolute_lifetime: "The grant expired at the end of its absolute lifetime.",
};

/** Names the actor unless the reason implies it. */
function revokedMessage(reason: RevocationReason, actor: string, { clientId }: GrantHistory): string {
  if (reason === "revoked_by_client" && actor === clientId) return "The client revoked it.";
  if (reason === "revoked_by_operator") return `It was revoked by ${actor}.`;
  return `${REASON_MESSAGES[reason]} (Recorded by ${actor}.)`;
}

function actorText(data: Record<string, unknown>): string {
  return textOf(data["actor"]) || "an unknown actor";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Where a token stood: "generation 3, 2 behind the newest, 12 s after the newest was issued". */
function place({ data }: Event): string {
  const behind = Number(data["distance"]);
  const where = behind >= 0 ? `${behind} behind the newest` : `${-behind} ahead of the newest`;
  const age = durationText(Number(data["age_ms"]));
  return `generation ${Number(data["generation"])}, ${where}, ${age} after the newest was issued`;
}
