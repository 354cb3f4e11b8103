import { sameResource } from "../config/resource-identifier.ts";
import { timingSafeEqual } from "node:crypto";
import { childStatus, grantStatus } from "./grant-status.ts";
import type { Parent } from "./grant-status.ts";
import {
  closedWindows,
  CONCURRENT_USE_SCORE,
  lateWindow,
  recentUntil,
  resumed,
  rotation,
  scoreIfRetried,
  windowsOf,
} from "./retry-windows.ts";
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

const ACCEPTED: ReadonlySet<string> = new Set(ACCEPTED_OUTCOMES);

/** Whether the response to this outcome has tokens; all other outcomes are refusals. */
export function isAccepted(outcome: string): outcome is AcceptedOutcome {
  return ACCEPTED.has(outcome);
}

/** s; as `eventInterval` says. */
export const REPEATED_EVENT_INTERVAL = 60;

/** Without what it is about: the grant's row tells. */
type EventIn<E extends NewEvent> = E extends NewEvent ? Pick<E, "type" | "data"> : never;

/** What a presented token meets: its outcome, and what the store has to do about it in the same transaction. */
export interface Decision {
  outcome: AcceptedOutcome | RefusedOutcome;
  /** The columns to write, under the condition that the row is still the one that was read. */
  write?: Partial<GrantHead> & {
    revokedAt?: number;
    revokedReason?: RevocationReason;
    binding?: string;
    boundGeneration?: number;
  };
  /** The event to record, subject to `eventInterval`. */
  event?: EventIn<NewEvent>;
  /** A second event: the grant was bound to a key. */
  bound?: EventIn<NewEvent>;
}

/**
 * Decides about a presented refresh token (RFC 6749 §6): the decision table of docs/refresh.md, in its order. Pure, so
 * that it can be tested case by case. The engines' statements for the ordinary rotation are its `rotated` row; the
 * contract compares both over random histories.
 *
 * The client is compared before anything else is revealed or changed, so that a token stolen by another client ends
 * nothing (RFC 6749 §10.4). Expiry and revocation come before reuse: a grant that is over cannot be revoked again.
 *
 * @param row the row as it is; undefined: no such grant
 * @param now the store's clock, ms
 * @param parent of a row with a parent: that grant and its client; undefined: it was swept
 */
export function decide(
  row: Grant | undefined,
  presented: PresentedToken,
  now: number,
  parent?: Parent,
): Decision {
  // An unknown grant and a wrong secret are one outcome, so that a response does not tell which ids exist.
  if (row === undefined || !timingSafeEqual(row.secretHash, presented.secretHash)) {
    return { outcome: "unknown" };
  }
  const grant = resumed(row, now);
  if (grant.clientId !== presented.clientId) {
    const data = { presented_by: presented.clientId, generation: presented.generation };
    return { outcome: "client_mismatch", event: { type: "grant.client_mismatch", data } };
  }
  const over = refusedByStatus(grant, presented, now) ?? refusedByParent(grant, parent, now);
  if (over !== undefined) return { outcome: over };
  if (grant.binding !== null && grant.binding !== presented.binding) {
    return withoutKey(grant, presented, now);
  }
  const decision = decideByGeneration(grant, presented, now);
  return bindsGrant(decision, grant, presented) ? bind(decision, grant, presented) : decision;
}

function decideByGeneration(grant: Grant, presented: PresentedToken, now: number): Decision {
  if (presented.generation < grant.generation) return decideSpent(grant, presented, now);
  const beyond = beyondGrant(grant, presented);
  if (beyond !== undefined) return { outcome: beyond };
  return presented.generation === grant.generation
    ? decideHead(grant, presented, now)
    : decideNewer(grant, presented, now);
}

/**
 * A token of a bound grant, without proof of its key. Nothing ends: a thief of a bound token can neither use it (RFC 9449
 * §5, RFC 8705 §3) nor end the session with it.
 *
 * A token that was given out before a refresh bound the grant is another matter: it was a bearer's, so two hold it, and one
 * of them took the binding. Which of them is the thief cannot be told.
 */
function withoutKey(grant: Grant, presented: PresentedToken, now: number): Decision {
  if (grant.boundGeneration !== null && presented.generation <= grant.boundGeneration) {
    return reuse(grant, presented, now);
  }
  const data = distance(grant, presented, now);
  return { outcome: "binding_mismatch", event: { type: "grant.binding_mismatch", data } };
}

/** Whether an accepted token binds its grant to the key that the request proves. */
function bindsGrant({ outcome }: Decision, grant: Grant, { binding, policy }: PresentedToken): boolean {
  return grant.binding === null && binding !== null && policy.bindOnRefresh && isAccepted(outcome);
}

/** The newest token that a bearer may hold is the head, or the presented one where the store had lost writes. */
function bind(decision: Decision, grant: Grant, { binding, generation }: PresentedToken): Decision {
  const key = binding ?? "";
  const boundGeneration = Math.max(grant.generation, generation);
  return {
    ...decision,
    write: { ...decision.write, binding: key, boundGeneration },
    bound: { type: "grant.bound", data: { binding: key, generation: boundGeneration } },
  };
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

/** A child grant ends with its parent, whatever ends that. Undefined: it has none, or the parent is active. */
function refusedByParent(grant: Grant, parent: Parent | undefined, now: number): "revoked" | undefined {
  if (grant.parentId === null) return undefined;
  const own = { state: "active", idleExpiresAt: now } as const;
  return childStatus(own, parent, now).state === "active" ? undefined : "revoked";
}

/** RFC 6749 §6: no scope that was not granted; RFC 8707 §2.2: no other resource. Undefined: within the grant. */
function beyondGrant(
  grant: Grant,
  { scope, resource }: PresentedToken,
): "scope_exceeded" | "resource_mismatch" | undefined {
  if (resource !== undefined && !sameResource(resource, grant.resource)) return "resource_mismatch";
  if (scope === undefined) return undefined;
  const granted = new Set(grant.scope.split(" "));
  return scope.every((name) => granted.has(name)) ? undefined : "scope_exceeded";
}

/**
 * generation < head: retried, retried late, or reused (RFC 9700 §4.14.2). Whether a retry would be accepted is decided
 * before the scope: a stolen token counts as reused for any scope that it is presented with.
 */
function decideSpent(grant: Grant, presented: PresentedToken, now: number): Decision {
  const { generation, policy } = presented;
  const until = recentUntil(grant, generation, policy.retryWindow);
  const recent = until !== undefined && now < until;
  if (!recent && !isLateRetry(grant, presented)) return reuse(grant, presented, now);
  const beyond = beyondGrant(grant, presented);
  if (beyond !== undefined) return { outcome: beyond };
  if (!recent) return markRetried("retried_late", lateWindow(grant, now), grant, presented, now);
  const windows = grant.windowsHeldAt === null ? undefined : { ...windowsOf(grant), windowsHeldAt: null };
  // The response that could not be made is no retry: it marks nothing, so the next one that is lost may be retried late.
  const isFirstResponse = windows !== undefined && generation === grant.generation - 1;
  if (grant.windowRetried || isFirstResponse)
    return { outcome: "retried", ...(windows && { write: windows }) };
  return markRetried("retried", { ...windows, windowRetried: true }, grant, presented, now);
}

/**
 * The head was issued, yet never used, and nothing was retried before: a lost response explains that better than a theft.
 * Not twice in a row, since the window that it starts is marked.
 */
function isLateRetry(grant: Grant, { generation, policy }: PresentedToken): boolean {
  // Where the head was presented and not rotated, its predecessor is no longer in the window.
  const isPredecessor = generation === grant.generation - 1 && generation >= grant.windowGeneration;
  const isRetried = grant.windowRetried || grant.previousWindowRetried;
  return isPredecessor && !isRetried && policy.lateRetry === "once";
}

/** The first retry in a window, or the late one that starts a window: its one write and its one event. */
function markRetried(
  outcome: "retried" | "retried_late",
  write: Partial<GrantHead>,
  grant: Grant,
  presented: PresentedToken,
  now: number,
): Decision {
  const score = scoreIfRetried(grant);
  const isConcurrentUse = score >= CONCURRENT_USE_SCORE;
  const revoked = isConcurrentUse && presented.policy.concurrentUse === "revoke";
  const data = { ...distance(grant, presented, now), retry_score: score, revoked };
  if (!isConcurrentUse) return { outcome, write, event: { type: `grant.${outcome}`, data } };
  const event = { type: "grant.concurrent_use", data } as const;
  if (!revoked) return { outcome, write, event };
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

/**
 * The time, s, in which a decision's event is recorded at most once per grant and type: a client in a loop must not fill
 * the store with events of refusals that change no row, or of retries whose responses fail. undefined: each is recorded,
 * since a repetition meets another row.
 *
 * @param row the row that the decision is about
 */
export function eventInterval({ outcome, write }: Decision, row: Grant): number | undefined {
  const isRetry = outcome === "retried" || outcome === "retried_late";
  const mayRepeat = write === undefined || (isRetry && row.windowsHeldAt !== null);
  return mayRepeat ? REPEATED_EVENT_INTERVAL : undefined;
}

/** generation = head: the ordinary refresh. */
function decideHead(grant: Grant, { policy }: PresentedToken, now: number): Decision {
  const rotates =
    policy.rotation === "always" ||
    (policy.rotation === "threshold" && now - grant.rotatedAt >= policy.rotationThreshold * 1000);
  if (!rotates) {
    const write = { lastUsedAt: Math.max(grant.lastUsedAt, now), ...closedWindows(grant) };
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

/** The events of a decision, in the order in which they are recorded. */
export function eventsOf({ event, bound }: Decision): EventIn<NewEvent>[] {
  return [event, bound].filter((each) => each !== undefined);
}

/** How far the token is from the head: generations behind it (negative: ahead), and the head's age in ms. */
function distance(grant: Grant, presented: PresentedToken, now: number) {
  const { generation } = presented;
  return { generation, distance: grant.generation - generation, age_ms: Math.max(0, now - grant.rotatedAt) };
}
