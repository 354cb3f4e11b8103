import type { TokenHistory } from "./token-history.ts";
import type { Words } from "./words.ts";

/** What the client does next, as the response names it. */
export type NextStep = "refresh" | "use_newest_token" | "sign_in" | "contact_provider" | "check_token";

/** What the client should do with this token, or without it. */
export function nextStepOf({ status, outcome, client }: TokenHistory): NextStep {
  if (client.disabledAt !== null || (status.state === "revoked" && status.reason === "account_disabled")) {
    return "contact_provider";
  }
  if (status.state !== "active") return "sign_in";
  if (!client.grantTypes.includes("refresh_token")) return "contact_provider";
  switch (outcome) {
    case "generation_ahead":
    case "exhausted":
      return "sign_in";
    case "reused":
    case "concurrent_use":
      return "use_newest_token";
    default:
      return "refresh";
  }
}

/** The next step as a sentence. */
export function adviceOf(history: TokenHistory, words: Words): string {
  const { t } = words;
  switch (nextStepOf(history)) {
    case "contact_provider":
      return t("explain.next.contact");
    case "use_newest_token":
      return t(history.client.reuse === "revoke" ? "explain.next.useNewestOrEnd" : "explain.next.useNewest");
    case "refresh":
      return refreshAdvice(history, words);
    default:
      return signInAdvice(history, words);
  }
}

function refreshAdvice({ outcome, until }: TokenHistory, { t, instant }: Words): string {
  if (outcome === "retried" && until !== undefined) return t("explain.next.retry", { until: instant(until) });
  return t(outcome === "retried_late" ? "explain.next.retryOnce" : "explain.next.refresh");
}

function signInAdvice({ status, successorUsed, repetitions, client }: TokenHistory, words: Words): string {
  const { t, duration } = words;
  if (status.state !== "revoked") return t("explain.next.signIn");
  if (status.reason === "concurrent_use") return t("explain.next.signInForEach");
  if (status.reason !== "reused") return t("explain.next.signIn");
  const end = repetitions.findLast(({ ended }) => ended);
  const wasCopied = end === undefined ? successorUsed === true : end.distance > 1;
  if (wasCopied) return t("explain.next.signInAndShare");
  return t("explain.next.signInAndStore", { window: duration(client.retryWindow * 1000) });
}
