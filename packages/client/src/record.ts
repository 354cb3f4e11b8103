import type { ServerClock } from "./clock.ts";
import type { CredentialRecord, EndReason } from "./types.ts";
import { windowMs } from "./windows.ts";
import type { Windows } from "./windows.ts";
import type { TokenResponse } from "./wire-format.ts";

/** The server and client that a record's tokens belong to. */
export type TokenIdentity = Pick<CredentialRecord, "tokenEndpoint" | "clientId">;

/** Longest `Retry-After` that is followed, ms. */
export const MAX_COOLDOWN = 3_600_000;
/** Longest lifetime of a token, s: a century. */
const MAX_LIFETIME = 3.2e9;

/** Tokens of one server or client are never sent to another. */
export function belongsTo(record: CredentialRecord, { tokenEndpoint, clientId }: TokenIdentity): boolean {
  return record.tokenEndpoint === tokenEndpoint && record.clientId === clientId;
}

/** What a new record says of its writer. */
export interface RecordDeps extends TokenIdentity {
  readonly server: ServerClock;
}

/** A record without tokens: where a grant is configured, the first one is requested like a refresh. */
export function emptyRecord(
  { tokenEndpoint, clientId, server }: RecordDeps,
  generation = 0,
  issuedAt: number = server.now(),
): CredentialRecord {
  return { schema: 1, generation, tokenEndpoint, clientId, issuedAt, clockOffset: server.offset() };
}

/** The record of an ended session: it has no token. */
export function endedRecord(deps: RecordDeps, record: CredentialRecord, reason: EndReason): CredentialRecord {
  const ended = { reason, at: deps.server.now() };
  return { ...emptyRecord(deps, record.generation, record.issuedAt), ended };
}

/**
 * The record of a token response that the server issued at `issuedAt` by its clock. What the response omits is kept: a
 * server that does not rotate sends no refresh token (RFC 6749 §6), and then need not repeat when the one that stays in
 * use expires.
 */
export function recordOf(
  deps: RecordDeps,
  response: TokenResponse,
  before: CredentialRecord,
  issuedAt: number,
): CredentialRecord {
  const after = (seconds: unknown, least?: number) => issuedAt + lifetime(seconds, least) || undefined;
  const { access_token: accessToken, refresh_token: refreshToken, ...members } = response;
  const kept = !refreshToken && before.refreshToken ? before : undefined;
  // 0 is an end as well: of an authorization, no server means `never` by it.
  const authorizationExpiresAt =
    after(response.authorization_expires_in, -Infinity) ?? kept?.authorizationExpiresAt;
  const unusedUntil =
    after(response.refresh_token_timeout) ??
    after(response.refresh_token_expires_in) ??
    after(response.refresh_expires_in) ??
    kept?.refreshTokenExpiresAt ??
    Infinity;
  return {
    ...emptyRecord(deps, before.generation + 1, issuedAt),
    accessToken,
    tokenType: response.token_type ?? "Bearer",
    refreshToken: refreshToken ?? before.refreshToken,
    scope: response.scope ?? before.scope,
    expiresAt: after(response.expires_in),
    refreshAt: after(response.refresh_in),
    // The refresh token ends with the authorization, whatever the response says of it.
    refreshTokenExpiresAt:
      unusedUntil < (authorizationExpiresAt ?? Infinity) ? unusedUntil : authorizationExpiresAt,
    authorizationExpiresAt,
    startedAt: before.startedAt ?? issuedAt,
    retryWindow: windowMs(response.refresh_token_retry_window),
    // As JSON: without the members that are undefined or null, which would hide earlier ones.
    response: {
      ...before.response,
      ...(JSON.parse(JSON.stringify(members, (_, value: unknown) => value ?? undefined)) as object),
    },
  };
}

/**
 * A stored token response as the server issued it, and when: by the instants that other libraries add to it, and that no
 * refresh would replace. Without them, it is issued now.
 */
export function asIssued(
  { expires_at, expiry_date, expiry, created_at, ...response }: TokenResponse,
  now: number,
): { response: TokenResponse; issuedAt: number } {
  const end = instant(expires_at) || instant(expiry_date) || instant(expiry);
  // A token that has expired is one that lasted for a ms.
  const issued = end ? end - (lifetime(response.expires_in) || 1) : instant(created_at) || now;
  const issuedAt = Math.min(issued, now);
  return { response: end ? { ...response, expires_in: (end - issuedAt) / 1000 } : response, issuedAt };
}

/** ms since the epoch: of a Date, s or ms since the epoch, or a date as text; 0: none of these. */
function instant(value: unknown): number {
  const number = Number(value);
  const ms = Number.isNaN(number) ? Date.parse(String(value)) : number < 1e11 ? number * 1000 : number;
  return ms > 0 ? ms : 0;
}

/** ms, 0 or more; NaN: the value is missing, not a decimal number, or below `least`, by default a ms. */
function lifetime(seconds: unknown, least = 1e-3): number {
  const value = typeof seconds === "string" && /^-?[\d.]+$/.test(seconds) ? Number(seconds) : seconds;
  return typeof value === "number" && value >= least
    ? Math.max(0, Math.min(value, MAX_LIFETIME)) * 1000
    : NaN;
}

/** Whether `next` replaces what another process stored: it is newer, and neither a logout nor a login came in between. */
export function supersedes(next: CredentialRecord, stored: CredentialRecord | undefined): boolean {
  const { generation = 0, ended, startedAt = 0 }: Partial<CredentialRecord> = stored ?? {};
  return generation < next.generation && ended?.reason !== "cleared" && startedAt <= (next.startedAt ?? 0);
}

/** When the access token is refreshed next: an abandoned or lost refresh at once, while the server still repeats it. */
export function refreshTime(
  { expiresAt = Infinity, refreshAt = Infinity, issuedAt, intent, unanswered }: CredentialRecord,
  windows: Windows,
): number {
  if (intent ?? unanswered) return 0;
  return Math.min(refreshAt, expiresAt - windows.soft(expiresAt - issuedAt));
}

/** `soft`: valid, refresh it in the background; `hard`: valid, but callers wait for a refresh. */
export type Freshness = "fresh" | "soft" | "hard" | "expired";

/** @param minValidity ms that the token must remain valid */
export function freshness(
  record: CredentialRecord,
  now: number,
  windows: Windows,
  minValidity = 0,
): Freshness {
  const { accessToken, expiresAt = Infinity, issuedAt } = record;
  const lifetime = expiresAt - issuedAt;
  const left = expiresAt - now;
  // Requiring more than half of the lifetime would make every call refresh.
  const needed = Math.max(Math.min(minValidity, lifetime / 2), windows.hard(lifetime));
  if (!accessToken || !(left > 0)) return "expired";
  if (left <= needed) return "hard";
  return now >= refreshTime(record, windows) ? "soft" : "fresh";
}

/** A unique id for a version, a claim or a lock's owner. `crypto.randomUUID` is missing on pages served over http. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
