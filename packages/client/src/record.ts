import type { TokenAnswer } from "./api.ts";
import type { Windows } from "./windows.ts";
import type { CredentialRecord, EndReason } from "./types.ts";

/** Whose tokens a record holds. */
export type Binding = Pick<CredentialRecord, "tokenEndpoint" | "clientId">;

const FIRST_BACKOFF = 1000;
const LONGEST_BACKOFF = 60_000;
/** What a server may ask for with `Retry-After`, ms. */
export const LONGEST_COOLDOWN = 3_600_000;
/** No token lives longer, s: a century. */
const LONGEST_LIFETIME = 3.2e9;

/**
 * The record of a token answer that was made at `now` by the server's clock, which is `offset` ms before this one. What
 * the answer leaves out stays: a server that does not rotate sends no refresh token (RFC 6749 §6).
 */
export function succeeded(
  before: CredentialRecord | undefined,
  binding: Binding,
  answer: TokenAnswer,
  now: number,
  offset: number,
): CredentialRecord {
  const after = (seconds: unknown) => {
    const known = lifetime(seconds);
    return known === undefined ? undefined : now + known;
  };
  const refreshToken = answer.refresh_token || before?.refreshToken;
  return {
    schema: 1,
    generation: (before?.generation ?? 0) + 1,
    tokenEndpoint: binding.tokenEndpoint,
    clientId: binding.clientId,
    accessToken: answer.access_token,
    tokenType: answer.token_type ?? "Bearer",
    refreshToken,
    scope: answer.scope ?? before?.scope,
    issuedAt: now,
    expiresAt: after(answer.expires_in),
    refreshAt: after(answer.refresh_in),
    refreshTokenExpiresAt: after(answer.refresh_token_expires_in),
    clockOffset: offset,
  };
}

/** ms; undefined: the answer does not say it, or says what cannot be (nothing, less than nothing, a word). */
function lifetime(seconds: unknown): number | undefined {
  const given = typeof seconds === "string" ? Number(seconds) : seconds;
  return typeof given === "number" && given > 0 ? Math.min(given, LONGEST_LIFETIME) * 1000 : undefined;
}

/** The record before there is one, for a credential that needs no login. */
export function unborn(binding: Binding, now: number, offset: number): CredentialRecord {
  return { schema: 1, generation: 0, ...binding, issuedAt: now, clockOffset: offset };
}

/** Somebody claims the refresh token until `until`. A claim that was left says that the token may be spent. */
export function claimed(record: CredentialRecord, id: string, now: number, until: number): CredentialRecord {
  const { cooldown: _, intent, ...rest } = record;
  const since = record.unanswered?.since ?? intent?.at;
  return {
    ...rest,
    unanswered: since === undefined ? undefined : { since },
    intent: { id, at: now, until },
  };
}

/** The claim is given back, with nothing sent. */
export function released({ intent: _, ...record }: CredentialRecord): CredentialRecord {
  return record;
}

export interface Failure {
  /** Since when the refresh token may be spent. */
  readonly since: number | undefined;
  readonly error?: string | undefined;
  /** What the server asked for, ms; 0 would be a storm, so less than the first backoff is not believed. */
  readonly retryAfter?: number | undefined;
  /** Nobody should resend later. */
  readonly latest: number;
  readonly keepsClaim: boolean;
  readonly failures: number;
}

/** The claim ended without a successor: the time for the next is in the record, for all who share it. */
export function failed(
  claim: CredentialRecord,
  failure: Failure,
  now: number,
  random: number,
): CredentialRecord {
  const { since, error, retryAfter, failures } = failure;
  const backoff = Math.min(FIRST_BACKOFF * 2 ** (failures - 1), LONGEST_BACKOFF) * (0.8 + 0.4 * random);
  const asked =
    retryAfter === undefined
      ? undefined
      : now + Math.min(Math.max(retryAfter, FIRST_BACKOFF), LONGEST_COOLDOWN);
  const soon = failure.latest > now ? Math.min(now + backoff, failure.latest) : now + backoff;
  const until = Math.round(asked ?? soon);
  return {
    ...(failure.keepsClaim ? claim : released(claim)),
    unanswered: since === undefined ? undefined : { since },
    cooldown: { until, failures, error },
  };
}

/** The session is over. The tombstone holds no token. */
export function ended(record: CredentialRecord, reason: EndReason, now: number): CredentialRecord {
  const { schema, generation, tokenEndpoint, clientId, issuedAt, clockOffset } = record;
  return { schema, generation, tokenEndpoint, clientId, issuedAt, clockOffset, ended: { reason, at: now } };
}

/** The refresh token is of no use any more, and a new token can be asked for without it. */
export function withoutRefreshToken(claim: CredentialRecord): CredentialRecord {
  const { refreshToken: _, unanswered: __, ...rest } = released(claim);
  return rest;
}

/** Whether `next` must be written although `stored` came in between: it is older, and nobody ended it on purpose. */
export function supersedes(next: CredentialRecord, stored: CredentialRecord | undefined): boolean {
  return stored === undefined || (stored.generation < next.generation && stored.ended?.reason !== "cleared");
}

/** How the access token stands at an instant. */
export type Freshness = "fresh" | "soft" | "hard" | "expired";

export function freshness(
  record: CredentialRecord,
  now: number,
  windows: Windows,
  minValidity = 0,
): Freshness {
  const { accessToken, expiresAt, refreshAt = Infinity, issuedAt, intent, unanswered } = record;
  if (accessToken === undefined) return "expired";
  // A refresh that was left or lost is best asked for again while the server still repeats its answer.
  const isDue = now >= refreshAt || intent !== undefined || unanswered !== undefined;
  if (expiresAt === undefined) return isDue ? "soft" : "fresh";
  const lifetime = expiresAt - issuedAt;
  const left = expiresAt - now;
  // More than half of it would ask for a token again and again.
  const needed = Math.max(Math.min(minValidity, lifetime / 2), windows.hard(lifetime));
  if (left <= 0) return "expired";
  if (left <= needed) return "hard";
  return isDue || left <= windows.soft(lifetime) ? "soft" : "fresh";
}
