import { isTokenError, SessionEndedError } from "@regrant/client";
import type { EndReason } from "@regrant/client";
import { CliError } from "../cli-error.ts";
import { durationText } from "../../time-text.ts";
import { inWords } from "./in-words.ts";

/** The fault behind an error of the client of a login; an error that is none comes back as it is. */
export function sessionFault(error: unknown, account: string): unknown {
  if (error instanceof SessionEndedError) {
    const hint = `log in again: npx regrant login --account ${account}`;
    return new CliError(`the session ${account} is over: ${ENDINGS[error.reason]}`, hint);
  }
  if (isTokenError(error, "client_config")) {
    const hint = `the session is kept; npx regrant login --account ${account} sets another client or secret`;
    return new CliError(`${account}: ${error.message}`, hint, 2);
  }
  if (isTokenError(error, "store_failed") || isTokenError(error, "lock_unavailable")) {
    return new CliError(`the tokens of ${account}: ${error.message}`, undefined, 2);
  }
  if (isTokenError(error)) {
    const wait = (error.retryAt ?? 0) - Date.now();
    const when = wait > 0 ? ` in ${durationText(wait)}` : "";
    return new CliError(`${account}: ${inWords(error.message)}`, `the session is kept: try again${when}`, 75);
  }
  return error;
}

const ENDINGS: Record<EndReason, string> = {
  empty: "its tokens are gone",
  rejected: "the server refused its refresh token",
  cleared: "it was logged out",
  no_refresh_token: "its access token has ended, and the server gave no refresh token",
  outcome_unknown:
    "the answer to a refresh was lost, and the server does not give it twice; no client can mend that",
};
