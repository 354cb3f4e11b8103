import { isTokenError, SessionEndedError } from "@regrant/client";
import type { EndReason } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { durationText } from "../../time-text.ts";
import { explainNetworkErrors } from "./terminal-text.ts";

/** Maps an error of a login's token client to a CliError; returns any other error unchanged. */
export function sessionError(error: unknown, account: string): unknown {
  if (error instanceof SessionEndedError) {
    const hint = `log in again: npx regrant login --account ${account}`;
    return new CliError(`the session ${account} has ended: ${END_REASONS[error.reason]}`, hint);
  }
  if (isTokenError(error, "client_config")) {
    const hint = `the session is kept; to change the client or its secret, run npx regrant login --account ${account}`;
    return new CliError(`${account}: ${error.message}`, hint, 2);
  }
  if (isTokenError(error, "store_failed") || isTokenError(error, "lock_unavailable")) {
    return new CliError(`cannot access the tokens of ${account}: ${error.message}`, undefined, 2);
  }
  if (isTokenError(error)) {
    const wait = (error.retryAt ?? 0) - Date.now();
    const when = wait > 0 ? ` in ${durationText(wait)}` : "";
    return new CliError(
      `${account}: ${explainNetworkErrors(error.message)}`,
      `the session is kept: try again${when}`,
      75,
    );
  }
  return error;
}

/** Why a session has ended, as the end of a sentence. */
export const END_REASONS: Record<EndReason, string> = {
  empty: "its tokens were deleted",
  rejected: "the server rejected its refresh token",
  cleared: "it was logged out",
  no_refresh_token: "its access token has expired, and there is no refresh token",
  outcome_unknown: "the response to a refresh was lost, and the server does not repeat it",
};
