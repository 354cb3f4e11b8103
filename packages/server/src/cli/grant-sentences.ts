import type { Event, EventType, RevocationReason } from "../store/store.ts";
import type { GrantHistory } from "./grant-history.ts";
import type { EndReason } from "./grant-state.ts";
import { durationText } from "./output.ts";
import { VIA_DEVICE } from "../store/devices.ts";

type Sentence = (event: Event, history: GrantHistory) => string;

/** What each event means for the session it happened to. Types that a history does not hold are missing. */
const SENTENCES: Partial<Record<EventType, Sentence>> = {
  "grant.created": ({ data }, history) => madeSentence(history, textOf(data["scope"]), data["via"]),
  "grant.retried": (event) =>
    `A spent token came again (${distance(event)}), inside the retry window: the honest retry of a lost answer, or a ` +
    "second tab. It got the same answer again, as any other until the window closed.",
  "grant.retried_late": (event) =>
    `The token before the newest came again (${distance(event)}), after the retry window. The newest had never been ` +
    "used, so the answer must have been lost: the late retry was believed, once.",
  "grant.concurrent_use": ({ data }) =>
    `For the ${ordinal(Number(data["windows"]))} time in a row, a refresh was followed by a spent token inside the ` +
    "retry window: two holders refresh this grant, be it two tabs that do not talk or a thief beside the client. " +
    (data["revoked"] === true
      ? "That ended the grant (policy: revoke)."
      : "It was only reported (policy: report)."),
  "grant.reused": (event) =>
    `A spent token came again (${distance(event)}), where no honest retry could come from: somebody else has a copy, ` +
    "or an old copy was restored. " +
    (event.data["revoked"] === true
      ? "That ended the grant, for the thief and the client alike; the client must ask for a new one."
      : "It was refused and reported; the grant goes on (policy: detect)."),
  "grant.recovered": (event) =>
    `A token came that the store had not made yet (${distance(event)}): the store had lost writes, by a restored backup ` +
    "or a failover. The token's MAC proves that Regrant issued it, so the session went on from there (recovered).",
  "grant.generation_ahead": (event) =>
    `A token came that the store had not made yet (${distance(event)}): the store had lost writes. It was refused ` +
    "(policy: reject).",
  "grant.binding_mismatch": (event) =>
    `A token (${distance(event)}) was presented without proof of the key that the grant is bound to, and was refused.`,
  "grant.client_mismatch": ({ data }) =>
    `Another client, ${String(data["presented_by"])}, presented a token of this grant and was refused: the token is in ` +
    "the wrong hands, or two clients share a store of tokens.",
  "grant.revoked": ({ data }, history) =>
    revokedSentence(data["reason"] as RevocationReason, actorText(data), history),
  "client.updated": ({ data }) =>
    `The client's settings were changed by ${actorText(data)}: ${(data["changed"] as string[]).join(", ")}.`,
  "client.disabled": ({ data }) => `The client was disabled by ${actorText(data)}; that ends its grants.`,
  "client.enabled": ({ data }) =>
    `The client was enabled by ${actorText(data)}; grants that had ended stay so.`,
  "client.deleted": ({ data }) => `The client was deleted by ${actorText(data)}; that ends its grants.`,
  "account.password_changed": ({ data }) =>
    `The account's password was changed by ${actorText(data)}; grants go on.`,
  "account.disabled": ({ data }) => `The account was disabled by ${actorText(data)}; that ends its grants.`,
  "account.enabled": ({ data }) =>
    `The account was enabled by ${actorText(data)}; grants that had ended stay so.`,
  "key.distrusted": ({ data }) =>
    typeof data["kid"] === "string"
      ? `The signing key ${data["kid"]} was distrusted by ${actorText(data)}: access tokens that it signed are inactive.`
      : `MAC key ${String(data["mac_key"])} was distrusted by ${actorText(data)}: refresh tokens under it are refused.`,
  "store.restored": ({ data }) => `The store was restored from a backup by ${actorText(data)}.`,
};

export function eventSentence(event: Event, history: GrantHistory): string {
  return SENTENCES[event.type]?.(event, history) ?? `${event.type}.`;
}

/** @param via as the event of its making names it; undefined: that event is gone */
export function madeSentence(history: GrantHistory, scope: string, via: unknown): string {
  const { clientId, clientName, account, subject } = history;
  const client = clientName === undefined ? clientId : `"${clientName}" (${clientId})`;
  const whom =
    account === undefined ? `the subject ${subject}` : `the account "${account.username}" (${subject})`;
  const scopes = scope === "" ? "without scope" : `with the scope "${scope}"`;
  return `Made by the client ${client} for ${whom}, ${scopes}${viaText(via)}.`;
}

function viaText(via: unknown): string {
  if (via === "password") return ", after a password login";
  if (via === "authorization_code") return ", after a sign-in";
  if (via === VIA_DEVICE) return ", for a device that somebody allowed";
  if (via === "host") return ", by the application that Regrant is mounted in";
  return typeof via === "string" ? `, on the command line (${via})` : "";
}

/** Why a grant ended, for one whose event does not tell. */
export const END_SENTENCES: Record<EndReason, string> = {
  reused: "It ended because a spent token was used again.",
  concurrent_use: "It ended because two holders seemed to refresh it.",
  code_reused: "It ended because the code that it came from was presented again.",
  revoked_by_subject: "It ended because the person took the access back.",
  revoked_by_client: "It ended because the client revoked it.",
  revoked_by_operator: "It ended because an operator revoked it.",
  account_disabled: "It ended because the account was disabled.",
  client_disabled: "It ended because the client was disabled.",
  client_deleted: "It ended because the client was deleted.",
  idle: "It ended because nobody refreshed it within the idle lifetime.",
  lifetime: "It ended because its absolute lifetime was over.",
};

function revokedSentence(reason: RevocationReason, actor: string, { clientId }: GrantHistory): string {
  if (reason === "revoked_by_client" && actor === clientId) return "The client revoked it.";
  if (reason === "revoked_by_operator") return `It was revoked by ${actor}.`;
  return `${END_SENTENCES[reason]} (Recorded by ${actor}.)`;
}

function actorText(data: Record<string, unknown>): string {
  return textOf(data["actor"]) || "somebody";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** "generation 3, 2 behind the newest, 12 s after that was made" */
function distance({ data }: Event): string {
  const behind = Number(data["distance"]);
  const where = behind >= 0 ? `${behind} behind the newest` : `${-behind} ahead of the newest`;
  return `generation ${Number(data["generation"])}, ${where}, ${durationText(Number(data["age_ms"]))} after that was made`;
}

function ordinal(number: number): string {
  const suffix =
    { 1: "st", 2: "nd", 3: "rd" }[number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? "th";
  return `${number}${suffix}`;
}
