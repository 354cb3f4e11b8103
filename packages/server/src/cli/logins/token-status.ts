import type { TokenStatus } from "@regrant/client";
import { instantWithAge, isoInstant } from "../../time-text.ts";
import { printFields, printJson } from "../output.ts";
import { loginsHome } from "./home.ts";
import { openLogin } from "./open-login.ts";
import { END_REASONS, sessionError } from "./session-error.ts";

/**
 * `token --status`: prints when a login's token and its session end; sends no request. The exit code is 1 if there is no
 * session.
 *
 * @throws {CliError} the login is not found (1), or its file or tokens cannot be used (2)
 */
export async function printTokenStatus({ account, json }: { account: string; json?: true }): Promise<void> {
  const { client, login } = openLogin(loginsHome(), account);
  const status = await client.status().catch((error: unknown) => {
    throw sessionError(error, account, login);
  });
  if (json) printJson({ account, ...statusJson(status) });
  else printFields({ account, ...statusFields(status, Date.now()) });
  if (status.state === "ended" || status.state === "empty") process.exitCode = 1;
}

/** @param now ms */
function statusFields(status: TokenStatus, now: number): Record<string, string | undefined> {
  const { state, reason, expiresAt, refreshTokenExpiresAt, authorizationExpiresAt, retryAt } = status;
  const text = (instant: number | undefined) =>
    instant === undefined ? undefined : instantWithAge(instant, now);
  return {
    state: reason === undefined ? state : `${state}: ${END_REASONS[reason]}`,
    "next attempt": text(retryAt),
    "token expires": text(expiresAt),
    "session ends if unused": text(refreshTokenExpiresAt),
    "session ends at the latest": text(authorizationExpiresAt),
  };
}

/** The state of a session, for programs. What the server did not say is null. */
export function statusJson(status: TokenStatus | undefined): Record<string, string | null> {
  return {
    state: status?.state ?? "damaged",
    reason: status?.reason ?? null,
    expires_at: isoInstant(status?.expiresAt ?? null),
    ...sessionEndsJson(status),
  };
}

/** When a session ends: if it is not refreshed before, and at the latest. */
export function sessionEndsJson(status: TokenStatus | undefined): Record<string, string | null> {
  return {
    refresh_token_expires_at: isoInstant(status?.refreshTokenExpiresAt ?? null),
    authorization_expires_at: isoInstant(status?.authorizationExpiresAt ?? null),
  };
}
