import { adviceOf } from "./next-step.ts";
import type { Repetition, TokenHistory } from "./token-history.ts";
import type { Words } from "./words.ts";
import type { EndedStatus } from "../store/store.ts";

/**
 * What became of a refresh token, in sentences for the developer of its client; the last one says what to do. The
 * operator's words for the same are in `admin/grants/event-messages.ts`.
 */
export function customerSentences(history: TokenHistory, words: Words): string[] {
  const { status } = history;
  const told =
    status.state === "active" ? activeSentences(history, words) : endedSentences(history, status, words);
  return [...told, adviceOf(history, words)];
}

/** One answer for each token of which nothing is told, so that it does not say which exist. */
export function unknownSentences(isPublic: boolean, { t }: Words): string[] {
  return isPublic
    ? [t("explain.unknownOfPublic"), t("explain.next.tryPublic")]
    : [t("explain.unknown"), t("explain.next.check")];
}

function activeSentences(history: TokenHistory, words: Words): string[] {
  const { t, instant } = words;
  const { client, grant, place, unusedUntil, isConcurrent } = history;
  const end = instant(grant.expiresAt);
  return [
    ...legacySentence(history, words),
    unusedUntil === undefined || unusedUntil >= grant.expiresAt
      ? t("explain.active", { end })
      : t("explain.activeUnless", { end, unused: instant(unusedUntil) }),
    place === "ahead" ? t("explain.ahead") : placeSentence(history, words),
    ...repetitionSentences(history, words),
    ...(grant.windowsHeldAt === null ? [] : [t("explain.failedResponse")]),
    ...(client.grantTypes.includes("refresh_token") ? [] : [t("explain.noRefresh")]),
    ...(isConcurrent ? [t("explain.shared")] : []),
  ];
}

function endedSentences(history: TokenHistory, status: EndedStatus, words: Words): string[] {
  const byReuse = status.reason === "reused" || status.reason === "concurrent_use";
  if (byReuse) {
    const end = reuseSentence(history, status, words);
    return [placeSentence(history, words), ...repetitionSentences(history, words), end];
  }
  const isUnused = status.reason === "idle_lifetime" && history.place !== "ahead";
  return [
    ...legacySentence(history, words),
    ...(isUnused ? [placeSentence(history, words)] : []),
    endSentence(history, status, words),
  ];
}

function legacySentence({ isLegacy }: TokenHistory, { t }: Words): string[] {
  return isLegacy ? [t("explain.legacy")] : [];
}

/** When the token was spent, and what became of its successor. */
function placeSentence(history: TokenHistory, { t, instant }: Words): string {
  const { client, grant, place, spentAt, spentBefore, refreshesSince, successorUsed } = history;
  const used =
    grant.lastUsedAt > grant.rotatedAt
      ? t("explain.used", { at: instant(grant.lastUsedAt) })
      : t("explain.neverUsed");
  if (place !== "spent") return t("explain.newest", { issued: instant(grant.rotatedAt), used });
  const by = t(client.public ? "explain.byClient" : "explain.byYou");
  if (spentAt !== undefined) {
    const values = { at: instant(spentAt), by };
    return t("explain.spent", { ...values, used: successorUsed ? used : t("explain.neverUsed") });
  }
  return t(refreshesSince === 1 ? "explain.spentOnce" : "explain.spentOften", {
    by,
    at: instant(spentBefore ?? grant.rotatedAt),
    count: String(refreshesSince),
    last: instant(grant.rotatedAt),
  });
}

const REPETITIONS = {
  retried: "explain.retried",
  retried_late: "explain.retriedLate",
  concurrent_use: "explain.retriedOften",
  reused: "explain.refused",
} as const;

/** What happened to spent tokens before the session ended, or goes on. */
function repetitionSentences({ repetitions, client }: TokenHistory, words: Words): string[] {
  const { t, instant, duration } = words;
  return repetitions
    .filter(({ ended }) => !ended)
    .slice(-3)
    .map((repetition) =>
      t(REPETITIONS[repetition.outcome], {
        token: subjectOf(repetition, words),
        at: instant(repetition.at),
        window: duration(client.retryWindow * 1000),
        age: duration(repetition.age),
      }),
    );
}

/** What ended the session: the store records it as an event, which may have been removed. */
function reuseSentence(
  { repetitions, grant }: TokenHistory,
  { since, reason }: EndedStatus,
  words: Words,
): string {
  const { t, instant, duration } = words;
  const end = repetitions.findLast(({ ended }) => ended);
  const at = instant(since ?? grant.rotatedAt);
  if (end === undefined) return t("explain.reusedUnseen", { at });
  const token = subjectOf(end, words);
  if (reason === "concurrent_use") return t("explain.concurrentUse", { token, at });
  const key = end.distance === 1 ? "explain.reusedPrevious" : "explain.reused";
  return t(key, { token, at, age: duration(end.age) });
}

function subjectOf({ isOwn, distance }: Repetition, { t }: Words): string {
  if (isOwn) return t("explain.thisToken");
  return distance === 1 ? t("explain.previousToken") : t("explain.olderToken", { count: String(distance) });
}

/** What ended a session that no refresh token ended. The client asks, so it was not deleted. */
function endSentence(
  { grant, client }: TokenHistory,
  { reason, since }: EndedStatus,
  { t, instant, duration }: Words,
): string {
  const end = since ?? grant.lastUsedAt;
  const isEnabled = reason === "client_disabled" && client.disabledAt === null;
  const key = reason as Exclude<typeof reason, "reused" | "concurrent_use" | "client_deleted">;
  return t(isEnabled ? "explain.clientEnabled" : `explain.${key}`, {
    at: instant(end),
    unused: duration(end - grant.lastUsedAt),
    lifetime: duration(grant.expiresAt - grant.createdAt),
  });
}
