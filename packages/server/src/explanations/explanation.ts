import { customerSentences, unknownSentences } from "./customer-sentences.ts";
import { nextStepOf } from "./next-step.ts";
import type { NextStep } from "./next-step.ts";
import type { TokenHistory } from "./token-history.ts";
import type { Words } from "./words.ts";

/** What became of a refresh token, in wire names, for its client; instants and lifetimes in s. */
export type Explanation = UnknownToken | KnownToken;

interface Common {
  /** For people; the last one says what to do. */
  sentences: string[];
  next_step: NextStep;
}

interface UnknownToken extends Common {
  state: "unknown";
  reason: null;
}

interface KnownToken extends Common {
  /** Of the session. */
  state: "active" | "expired" | "revoked";
  /** What ended the session, or why the token of an active one is refused; null: it is not. */
  reason: string | null;
  token: TokenHistory["place"];
  created_at: number;
  /** Null while it is active. */
  ended_at: number | null;
  /** Null: never. */
  last_refreshed_at: number | null;
  /** The end of the session however often it is refreshed. */
  expires_at: number;
  /** The end of the newest token of an active session unless it is used. */
  refresh_token_expires_at?: number;
  /** Of a spent token: when, or the latest instant at which. */
  spent_at?: number;
  spent_before?: number;
  refreshes_since?: number;
  successor_used?: boolean;
  /** When a spent token of the session was presented again last; null: not since the newest one was issued. */
  presented_again_at: number | null;
  retry_window: number;
  /** Until when a refresh with the spent token is answered. */
  retry_until?: number;
}

/** The answer for a token that is unknown here, malformed, forged, or another client's: always the same. */
export function unknownToken(isPublic: boolean, words: Words): UnknownToken {
  const sentences = unknownSentences(isPublic, words);
  return { state: "unknown", reason: null, next_step: "check_token", sentences };
}

/** A history in the words of the token's client. */
export function explanationOf(history: TokenHistory, words: Words): KnownToken {
  const { client, grant, status, place, spentAt, spentBefore, unusedUntil, until, repetitions } = history;
  const isActive = status.state === "active";
  return {
    state: status.state,
    reason: isActive ? refusalOf(history) : status.reason,
    next_step: nextStepOf(history),
    sentences: customerSentences(history, words),
    token: place,
    created_at: seconds(grant.createdAt),
    ended_at: isActive || status.since === null ? null : seconds(status.since),
    last_refreshed_at: grant.lastUsedAt > grant.createdAt ? seconds(grant.lastUsedAt) : null,
    expires_at: seconds(grant.expiresAt),
    ...(unusedUntil === undefined ? {} : { refresh_token_expires_at: seconds(unusedUntil) }),
    ...(spentAt === undefined ? {} : { spent_at: seconds(spentAt) }),
    ...(spentBefore === undefined ? {} : { spent_before: Math.ceil(spentBefore / 1000) }),
    ...(place === "spent"
      ? { refreshes_since: history.refreshesSince, successor_used: history.successorUsed === true }
      : {}),
    presented_again_at: lastOf(repetitions),
    retry_window: client.retryWindow,
    ...(until === undefined ? {} : { retry_until: seconds(until) }),
  };
}

/** Why a refresh with a token of an active session is refused. */
function refusalOf({ outcome, client }: TokenHistory): string | null {
  if (!client.grantTypes.includes("refresh_token")) return "grant_type_not_allowed";
  if (outcome === "reused" || outcome === "concurrent_use") return "spent";
  return outcome === "generation_ahead" || outcome === "exhausted" ? outcome : null;
}

function lastOf(repetitions: TokenHistory["repetitions"]): number | null {
  const last = repetitions.at(-1);
  return last === undefined ? null : seconds(last.at);
}

function seconds(instant: number): number {
  return Math.floor(instant / 1000);
}
