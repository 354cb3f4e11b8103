import { timingSafeEqual } from "node:crypto";
import { grantStatus } from "./grant-status.ts";
import { ACCEPTED_OUTCOMES } from "./grants.ts";
import type {
  AcceptedOutcome,
  Grant,
  GrantHead,
  NewEvent,
  PresentedToken,
  RefusedOutcome,
  RevocationReason,
} from "./store.ts";

/**
 * The refresh token's generation is a uint32: the last one has no successor, so it is `exhausted` instead of wrapping
 * to 0.
 */
export const LAST_GENERATION = 0xffff_ffff;

/**
 * A refusal that changes no row is recorded at most once per grant and type in this time, s: a client in a loop must
 * not fill the store with events.
 */
export const REFUSAL_EVENT_INTERVAL = 60;

/**
 * Retried windows in a row from which `grant.concurrent_use` is raised. A client whose response is lost retries now and
 * then; retries in window after window come from two holders.
 */
export const CONCURRENT_USE_WINDOWS = 5;

/** Without what it is about: the grant's row tells. */
type EventIn<E extends NewEvent> = E extends NewEvent ? Pick<E, "type" | "data"> : never;

/** What a presented token meets: its outcome, and what the store has to do about it in the same transaction. */
export interface Decision {
  outcome: AcceptedOutcome | RefusedOutcome;
  /** The columns to write, under the condition that the row is still the one that was read. */
  write?: Partial<GrantHead> & { revokedAt?: number; revokedReason?: RevocationReason };
  /** The event to record. Without `write` it is subject to `REFUSAL_EVENT_INTERVAL`. */
  event?: EventIn<NewEvent>;
}

const ACCEPTED: ReadonlySet<string> = new Set(ACCEPTED_OUTCOMES);

/** Whether the response to this outcome has tokens; all other outcomes are refusals. */
export function isAccepted(outcome: string): outcome is AcceptedOutcome {
  return ACCEPTED.has(outcome);
}

/**
 * Decides about a presented refresh token (RFC 6749 §6): the decision table of docs/refresh.md, in its order. Pure, so
 * that it can be tested case by case. The engines' statements for the ordinary rotation are its `rotated` row; the
 * contract compares both over random histories.
 *
 * The client is compared before anything else is revealed or changed, so that a token stolen by another client ends
 * nothing (RFC 6749 §10.4). Expiry and revocation come before reuse: a grant that is over cannot be revoked again.
 *
 * @param grant the row as it is; undefined: no such grant
 * @param now the store's clock, ms
 */
export function decide(grant: Grant | undefined, presented: PresentedToken, now: number): Decision {
  // An unknown grant and a wrong secret are one outcome, so that a response does not tell which ids exist.
  if (grant === undefined || !timingSafeEqual(grant.secretHash, presented.secretHash)) {
    return { outcome: "unknown" };
  }
  if (grant.clientId !== presented.clientId) {
    const data = { presented_by: presented.clientId, generation: presented.generation };
    return { outcome: "client_mismatch", event: { type: "grant.client_mismatch", data } };
  }
  const over = refusedByStatus(grant, presented, now);
  if (over !== undefined) return { outcome: over };
  if (grant.binding !== presented.binding) {
    // Nothing ends: a thief of a bound token can neither use it (RFC 9449 §5, RFC 8705 §3) nor end the session with it.
    return {
      outcome: "binding_mismatch",
      event: { type: "grant.binding_mismatch", data: distance(grant, presented, now) },
    };
  }
  if (presented.generation < grant.generation) return decideSpent(grant, presented, now);
  const beyond = beyondGrant(grant, presented);
  if (beyond !== undefined) return { outcome: beyond };
  return presented.generation === grant.generation
    ? decideHead(grant, presented, now)
    : decideNewer(grant, presented, now);
}

/** Undefined: the grant is active, or only idle while the token proves that its idle time is not known. */
function refusedByStatus(
  grant: Grant,
  { generation, policy, grantsRevokedAt }: PresentedToken,
  now: number,
): "revoked" | "expired" | undefined {
  const { refreshIdleTtl } = policy;
  const status = grantStatus(grant, { refreshIdleTtl, grantsRevokedAt }, now);
  if (status.state === "active") return undefined;
  // A token ahead of the row proves that the store lost writes: the row's idle time says nothing of it.
  const isAhead = generation > grant.generation;
  return status.reason === "idle_lifetime" && isAhead ? undefined : status.state;
}

/** RFC 6749 §6: no scope that was not granted; RFC 8707 §2.2: no other resource. Undefined: within the grant. */
function beyondGrant(
  grant: Grant,
  { scope, resource }: PresentedToken,
): "scope_exceeded" | "resource_mismatch" | undefined {
  if (resource !== undefined && resource !== grant.resource) return "resource_mismatch";
  if (scope === undefined) return undefined;
  const granted = new Set(grant.scope.split(" "));
  return scope.every((name) => granted.has(name)) ? undefined : "scope_exceeded";
}

/**
 * generation < head: retried, retried late, or reused (RFC 9700 §4.14.2). Whether a retry would be accepted is decided
 * before the scope: a stolen token counts as reused for any scope that it is presented with.
 */
function decideSpent(grant: Grant, presented: PresentedToken, now: number): Decision {
  const { policy } = presented;
  const spentInWindow = presented.generation >= grant.windowGeneration;
  // The head's predecessor was spent by the last rotation, the others of the window at its start at the earliest. The
  // earliest is taken, so that no token is accepted for longer than its own retry window.
  const isPredecessor = presented.generation === grant.generation - 1;
  const spentAt = isPredecessor ? grant.rotatedAt : grant.windowStartedAt;
  const recent = spentInWindow && now - spentAt < policy.retryWindow * 1000;
  // The head was issued, yet never used, and nothing was retried before: a lost response explains that better than a
  // theft. Once only, since the write below marks the window.
  const isLateRetry =
    spentInWindow &&
    isPredecessor &&
    !grant.windowRetried &&
    grant.retriedWindows === 0 &&
    policy.lateRetry === "once";

  if (!recent && !isLateRetry) return reuse(grant, presented, now);
  const beyond = beyondGrant(grant, presented);
  if (beyond !== undefined) return { outcome: beyond };
  const data = distance(grant, presented, now);
  if (!recent) {
    return {
      outcome: "retried_late",
      write: { windowRetried: true },
      event: { type: "grant.retried_late", data },
    };
  }
  if (grant.windowRetried) return { outcome: "retried" };
  return markRetried(grant, presented, now);
}

/** The first retry in a window: its one write and its one event. */
function markRetried(grant: Grant, presented: PresentedToken, now: number): Decision {
  const windows = grant.retriedWindows + 1;
  const revoked = windows >= CONCURRENT_USE_WINDOWS && presented.policy.concurrentUse === "revoke";
  const data = { ...distance(grant, presented, now), windows, revoked };
  if (windows < CONCURRENT_USE_WINDOWS) {
    return { outcome: "retried", write: { windowRetried: true }, event: { type: "grant.retried", data } };
  }
  const event = { type: "grant.concurrent_use", data } as const;
  if (!revoked) return { outcome: "retried", write: { windowRetried: true }, event };
  return { outcome: "concurrent_use", write: { revokedAt: now, revokedReason: "concurrent_use" }, event };
}

/**
 * RFC 9700 §4.14.2: the server cannot tell the client from the thief, so the grant is revoked for both. A client whose
 * policy is `detect` is only reported.
 */
function reuse(grant: Grant, presented: PresentedToken, now: number): Decision {
  const revokes = presented.policy.reuse === "revoke";
  const data = { ...distance(grant, presented, now), revoked: revokes };
  const event = { type: "grant.reused", data } as const;
  if (!revokes) return { outcome: "reused", event };
  return { outcome: "reused", write: { revokedAt: now, revokedReason: "reused" }, event };
}

/** generation = head: the ordinary refresh. */
function decideHead(grant: Grant, { policy }: PresentedToken, now: number): Decision {
  const rotates =
    policy.rotation === "always" ||
    (policy.rotation === "threshold" && now - grant.rotatedAt >= policy.rotationThreshold * 1000);
  if (!rotates) {
    // The head was presented, so the response that carried it was not lost: the window is over for its predecessor.
    const write = { lastUsedAt: Math.max(grant.lastUsedAt, now), windowGeneration: grant.generation };
    return { outcome: "extended", write };
  }
  if (grant.generation >= LAST_GENERATION) return { outcome: "exhausted" };
  return { outcome: "rotated", write: rotation(grant, grant.generation, policy.retryWindow, now) };
}

/**
 * generation > head: a restored or failed-over store lost writes. The token's MAC proves that Regrant issued it, so the
 * row takes up the sequence from there and every older token counts as spent.
 */
function decideNewer(grant: Grant, presented: PresentedToken, now: number): Decision {
  const data = distance(grant, presented, now);
  if (presented.policy.lostWrites === "reject") {
    return { outcome: "generation_ahead", event: { type: "grant.generation_ahead", data } };
  }
  if (presented.generation >= LAST_GENERATION) return { outcome: "exhausted" };
  return {
    outcome: "recovered",
    write: rotation(grant, presented.generation, presented.policy.retryWindow, now),
    event: { type: "grant.recovered", data },
  };
}

/** The row after the rotation of `from`. A window younger than the retry window goes on; else a new one starts. */
function rotation(grant: Grant, from: number, retryWindow: number, now: number): GrantHead {
  // A clock that was set back must not make the head older than it is.
  const rotatedAt = Math.max(grant.rotatedAt, now);
  const head = { generation: from + 1, rotatedAt, lastUsedAt: Math.max(grant.lastUsedAt, now) };
  // A grant that was never rotated has no window yet; its columns hold generation 0 and the instant of its creation.
  const inWindow = grant.generation > 0 && now - grant.windowStartedAt < retryWindow * 1000;
  if (inWindow) {
    const { windowStartedAt, windowGeneration, windowRetried, retriedWindows } = grant;
    return { ...head, windowStartedAt, windowGeneration, windowRetried, retriedWindows };
  }
  const retriedWindows = grant.windowRetried ? grant.retriedWindows + 1 : 0;
  return {
    ...head,
    windowStartedAt: rotatedAt,
    windowGeneration: from,
    windowRetried: false,
    retriedWindows,
  };
}

/** How far the token is from the head: generations behind it (negative: ahead), and the head's age in ms. */
function distance(grant: Grant, presented: PresentedToken, now: number) {
  const { generation } = presented;
  return { generation, distance: grant.generation - generation, age_ms: Math.max(0, now - grant.rotatedAt) };
}
