import { durationText, utcInstant } from "../time-text.ts";
import type { TokenHistory } from "./token-history.ts";

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
export function adviceOf(history: TokenHistory): string {
  const { client } = history;
  switch (nextStepOf(history)) {
    case "contact_provider":
      return "Ask the provider.";
    case "use_newest_token":
      return (
        "Do not present this token again: it is refused" +
        (client.reuse === "revoke" ? ", and that ends the session. " : ". ") +
        "Use the token that the last refresh brought, or sign in again where it is lost."
      );
    case "refresh":
      return refreshAdvice(history);
    default:
      return signInAdvice(history);
  }
}

function refreshAdvice({ outcome, until }: TokenHistory): string {
  if (outcome === "retried") {
    const end = until === undefined ? "" : ` until ${utcInstant(until)}`;
    return `A refresh with this token is answered with the newest token${end}: store that one, and use it from then on.`;
  }
  if (outcome === "retried_late") {
    return "A refresh with this token is answered with the newest token once more: store that one, and use it from then on.";
  }
  return "Refresh with it, and store the new token before using it.";
}

function signInAdvice({ status, successorUsed, repetitions, client }: TokenHistory): string {
  if (status.state !== "revoked") return "Sign in again.";
  if (status.reason === "concurrent_use") {
    return "Sign in once for each program, or let all of them use one store, with a lock for the refresh.";
  }
  if (status.reason !== "reused") return "Sign in again.";
  const end = repetitions.findLast(({ ended }) => ended);
  const wasCopied = end === undefined ? successorUsed === true : end.distance > 1;
  if (wasCopied) {
    return (
      "Sign in again. Let all programs that use a session read its token from one store, with a lock for the refresh, and " +
      "restore no old copy of that store: each token works once."
    );
  }
  return (
    "Sign in again, and store the new token before using it. Repeat a refresh whose response was lost within " +
    `${durationText(client.retryWindow * 1000)}.`
  );
}
