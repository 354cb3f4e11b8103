import { durationText, utcInstant } from "../time-text.ts";
import { adviceOf } from "./next-step.ts";
import type { Repetition, TokenHistory } from "./token-history.ts";
import type { EndedStatus } from "../store/store.ts";

/**
 * What became of a refresh token, in sentences for the developer of its client. They name no user, no other client and no
 * operator. The operator's words for the same are in `admin/grants/event-messages.ts`.
 */
export function customerSentences(history: TokenHistory): string[] {
  const { status } = history;
  const told = status.state === "active" ? activeSentences(history) : endedSentences(history, status);
  return [...told, adviceOf(history)];
}

/** One answer for each token of which nothing is told, so that it does not say which exist. */
export function unknownSentences(isPublic: boolean): string[] {
  return isPublic
    ? [
        "Nothing is told of this token: it is not a complete refresh token that was issued to this client, or its session " +
          "is still active, or ended more than 7 days ago.",
        "Refresh with it to see whether the session is active. If the token is refused, sign in again.",
      ]
    : [
        "No refresh token of this client is known that reads like this: it is incomplete or not a refresh token, it was " +
          "issued to another client or by another service, or its session ended more than 7 days ago.",
        "Check that the token is complete, and that the client and the server are those that it came from; else sign in again.",
      ];
}

function activeSentences(history: TokenHistory): string[] {
  const { client, grant, place, unusedUntil, isConcurrent } = history;
  const ends = `it ends at ${utcInstant(grant.expiresAt)} at the latest`;
  const unused =
    unusedUntil === undefined || unusedUntil >= grant.expiresAt
      ? ""
      : `, and at ${utcInstant(unusedUntil)} unless the token is refreshed`;
  return [
    ...legacySentence(history),
    `The session is active: ${ends}${unused}.`,
    place === "ahead"
      ? "This token is newer than the server's record of the session, which was restored from a backup."
      : placeSentence(history),
    ...repetitionSentences(history),
    ...(grant.windowsHeldAt === null
      ? []
      : [
          "The last refresh could not be answered, because of a failure of the server (503). It cost nothing.",
        ]),
    ...(client.grantTypes.includes("refresh_token")
      ? []
      : ["This client may not use refresh tokens any more."]),
    ...(isConcurrent
      ? [
          "Spent tokens of the session are presented again and again: two programs refresh it without sharing what they store.",
        ]
      : []),
  ];
}

function endedSentences(history: TokenHistory, status: EndedStatus): string[] {
  const byReuse = status.reason === "reused" || status.reason === "concurrent_use";
  if (byReuse)
    return [placeSentence(history), ...repetitionSentences(history), ...reuseSentences(history, status)];
  const isUnused = status.reason === "idle_lifetime" && history.place !== "ahead";
  return [
    ...legacySentence(history),
    ...(isUnused ? [placeSentence(history)] : []),
    endSentence(history, status),
  ];
}

function legacySentence({ isLegacy }: TokenHistory): string[] {
  return isLegacy
    ? ["This token was issued by the service that the provider used before; its session has moved here."]
    : [];
}

/** When the token was spent, and what became of its successor. */
function placeSentence(history: TokenHistory): string {
  const { grant, place, spentAt, spentBefore, refreshesSince, successorUsed } = history;
  const used =
    grant.lastUsedAt > grant.rotatedAt ? `last used at ${utcInstant(grant.lastUsedAt)}` : "never used";
  if (place !== "spent") {
    return `This is the newest token of its session: it was issued at ${utcInstant(grant.rotatedAt)} and ${used}.`;
  }
  const by = history.client.public ? "a refresh of this client" : "your own refresh";
  if (spentAt !== undefined) {
    const successor = successorUsed ? used : "never used";
    return `This token was spent at ${utcInstant(spentAt)} by ${by}; its successor was issued and ${successor}.`;
  }
  const times = refreshesSince === 1 ? "once more" : `${refreshesSince} more times`;
  return (
    `This token was spent by ${by}, at ${utcInstant(spentBefore ?? grant.rotatedAt)} at the latest; the session was ` +
    `refreshed ${times} since, the last time at ${utcInstant(grant.rotatedAt)}.`
  );
}

/** What happened to spent tokens before the session ended, or goes on. */
function repetitionSentences(history: TokenHistory): string[] {
  const { repetitions, client } = history;
  return repetitions
    .filter(({ ended }) => !ended)
    .slice(-3)
    .map((repetition) => {
      const subject = subjectOf(repetition);
      const window = durationText(client.retryWindow * 1000);
      const after = `${subject} was presented again at ${utcInstant(repetition.at)}`;
      switch (repetition.outcome) {
        case "retried":
          return `${after}, within the retry window of ${window}, and answered with the newest token.`;
        case "retried_late":
          return `${after}, after the retry window of ${window}, and answered once more, since the response may have been lost.`;
        case "concurrent_use":
          return `${after}, as in many retry windows before, and answered with the newest token.`;
        default:
          return `${after}, ${durationText(repetition.age)} after its last successor was issued, and refused.`;
      }
    });
}

/** What ended the session: the store records it as an event, which may have been removed. */
function reuseSentences({ repetitions }: TokenHistory, { since, reason }: EndedStatus): string[] {
  const end = repetitions.findLast(({ ended }) => ended);
  const at = since === null ? "" : ` at ${utcInstant(since)}`;
  if (end === undefined) return [`A spent token was presented again${at}; that ended the session.`];
  if (reason === "concurrent_use") {
    return [
      `${subjectOf(end)} was presented again${at}, as in many retry windows before: two programs refreshed the session ` +
        "without sharing what they stored. That ended the session.",
    ];
  }
  const newest = end.distance === 1 ? "its successor" : "the newest token";
  return [
    `${subjectOf(end)} was presented again${at}, ${durationText(end.age)} after ${newest} was issued; that ended the session ` +
      "for all who hold a token of it, since a spent token that comes back may be stolen.",
  ];
}

function subjectOf({ isOwn, distance }: Repetition): string {
  if (isOwn) return "It";
  return `An older token of the session, ${distance === 1 ? "one generation" : `${distance} generations`} behind the newest,`;
}

/** What ended a session that no refresh token ended. */
function endSentence(history: TokenHistory, { reason, since }: EndedStatus): string {
  const at = since === null ? "" : ` at ${utcInstant(since)}`;
  const { grant, client } = history;
  const unused = durationText((since ?? grant.lastUsedAt) - grant.lastUsedAt);
  const ENDS: Record<Exclude<EndedStatus["reason"], "reused" | "concurrent_use">, string> = {
    revoked_by_subject: `The user ended this client's access${at}.`,
    revoked_by_client: `The client revoked the session${at}, by a request to the revocation endpoint.`,
    revoked_by_operator: `The provider revoked the session${at}.`,
    account_disabled: `The provider disabled the user's account${at}, which ended the session.`,
    client_disabled:
      `The provider disabled this client${at}, which ended its sessions.` +
      (client.disabledAt === null ? " The client is enabled again; those sessions stay ended." : ""),
    client_deleted: "The provider deleted this client, which ended its sessions.",
    code_reused:
      `The authorization code that the session began with was presented a second time${at}; that ended the session, since ` +
      "the code may have been stolen.",
    idle_lifetime: `The newest token was not used for ${unused}, and expired${at}.`,
    absolute_lifetime:
      `The session reached the end of its lifetime${at}, ${durationText(grant.expiresAt - grant.createdAt)} after it ` +
      "began. No refresh moves that end.",
  };
  return ENDS[reason as keyof typeof ENDS];
}
