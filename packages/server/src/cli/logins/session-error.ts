import { isTokenError, SessionEndedError } from "@regrant/client";
import type { EndReason, TokenError } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { durationText } from "../../time-text.ts";
import type { Login } from "./login-file.ts";
import { explainNetworkErrors, withRefusal } from "./terminal-text.ts";

/**
 * Maps an error of a login's token client to a CliError; returns any other error unchanged.
 *
 * @param why what the server says about a session that has ended
 */
export function sessionError(
  error: unknown,
  account: string,
  login: Login,
  why: readonly string[] = [],
): unknown {
  const again = `log in again: npx regrant login --account ${account}`;
  if (error instanceof SessionEndedError) {
    const message = `the session ${account} has ended: ${END_REASONS[error.reason]}`;
    return new CliError([withRefusal(message, error), ...why].join("\n  "), again);
  }
  if (isTokenError(error, "client_config")) {
    const hint = `the session is kept; to change the client or its secret, run npx regrant login --account ${account}`;
    return new CliError(withRefusal(`${account}: ${login.tokenEndpoint}: ${error.message}`, error), hint, 2);
  }
  if (isTokenError(error, "store_failed") || isTokenError(error, "lock_unavailable")) {
    const hint = /session is damaged/.test(error.message) ? damagedHint(account) : undefined;
    return new CliError(`cannot access the tokens of ${account}: ${error.message}`, hint, 2);
  }
  if (isTokenError(error)) {
    const wait = (error.retryAt ?? 0) - Date.now();
    const when = wait > 0 ? ` in ${durationText(wait)}` : "";
    const reason = explainNetworkErrors(error.message, login.tokenEndpoint);
    const message = `${account}: ${login.tokenEndpoint}: ${reason}`;
    const hint = `the session is kept: try again${when}${isRefusal(error) ? `; if it stays so, ${again}` : ""}`;
    return new CliError(withRefusal(message, error), hint, 75);
  }
  return error;
}

/** Whether a server refused in words that are unknown, so that a retry may never succeed. */
function isRefusal({ message }: TokenError): boolean {
  return /HTTP (?:2|4(?!08|29))\d\d/.test(message);
}

/** How damaged tokens are mended. */
function damagedHint(account: string): string {
  return `npx regrant login --account ${account} replaces them; npx regrant logout --account ${account} removes them`;
}

/** Why a session has ended, as the end of a sentence. */
export const END_REASONS: Record<EndReason, string> = {
  empty: "its tokens were deleted",
  rejected: "the server rejected its refresh token",
  cleared: "it was logged out",
  no_refresh_token: "its access token has expired, and there is no refresh token",
  outcome_unknown: "the response to a refresh was lost, and the server does not repeat it",
  key_lost: "its tokens are bound to a key that is lost",
};
