import { timingSafeEqual } from "node:crypto";
import type {
  AnsweredOutcome,
  EventType,
  Grant,
  GrantHead,
  PresentedToken,
  RefusedOutcome,
  RevocationReason,
} from "./store.ts";

/** The refresh token's generation is a uint32; the last one has no successor. */
export const LAST_GENERATION = 0xffff_ffff;

/** A refusal that changes no row makes at most one event of its kind per grant in this time, s. */
export const REFUSAL_EVENT_INTERVAL = 60;

/** Marked bursts in a row from which a grant is reported as shadowed. */
export const SHADOWING_BURSTS = 5;

export interface Decision {
  outcome: AnsweredOutcome | RefusedOutcome;
  /** The columns to write, under the condition that the row is still the one that was read. */
  write?: Partial<GrantHead> & { revokedAt?: number; revokedReason?: RevocationReason };
  event?: { type: EventType; data: Record<string, unknown> };
}

const ANSWERED: ReadonlySet<string> = new Set<AnsweredOutcome>([
  "rotated",
  "extended",
  "replayed",
  "replayed_late",
  "healed",
]);

/** Whether the token's holder gets the head's tokens. */
export function isAnswered(outcome: string): outcome is AnsweredOutcome {
  return ANSWERED.has(outcome);
}

/**
 * What a presented refresh token meets: the decision table, in its order. Pure; every engine is held to it.
 *
 * @param grant the row as it stands, or undefined if there is none
 * @param now the store's clock, ms
 */
export function decide(grant: Grant | undefined, presented: PresentedToken, now: number): Decision {
  if (grant === undefined || !timingSafeEqual(grant.secretHash, presented.secretHash)) {
    return { outcome: "unknown" };
  }
  if (grant.clientId !== presented.clientId) {
    const data = { presented_by: presented.clientId, generation: presented.generation };
    return { outcome: "foreign_client", event: { type: "grant.foreign_client", data } };
  }
  if (isRevoked(grant, presented.grantsRevokedAt)) return { outcome: "revoked" };
  if (isExpired(grant, presented, now)) return { outcome: "expired" };
  if (presented.generation < grant.generation) return decideSpent(grant, presented, now);
  const beyond = beyondGrant(grant, presented);
  if (beyond !== undefined) return { outcome: beyond };
  return presented.generation === grant.generation
    ? decideHead(grant, presented, now)
    : decideAhead(grant, presented, now);
}

/** Revoked itself, or made before its client was disabled. */
export function isRevoked(grant: Grant, grantsRevokedAt: number | null): boolean {
  return grant.revokedAt !== null || (grantsRevokedAt !== null && grant.createdAt <= grantsRevokedAt);
}

function isExpired(grant: Grant, { generation, policy }: PresentedToken, now: number): boolean {
  // A token ahead of the row proves that the store lost writes: the row's idle time says nothing of it.
  const idleEnd = grant.lastUsedAt + policy.refreshIdleTtl * 1000;
  return now >= grant.expiresAt || (generation <= grant.generation && now >= idleEnd);
}

/** RFC 6749 §6: no scope that was not originally granted; RFC 8707 §2.2: no other resource. Undefined: neither. */
function beyondGrant(
  grant: Grant,
  { scope, resource }: PresentedToken,
): "wider" | "foreign_resource" | undefined {
  if (resource !== undefined && resource !== grant.resource) return "foreign_resource";
  if (scope === undefined) return undefined;
  const granted = new Set(grant.scope.split(" "));
  return scope.every((name) => granted.has(name)) ? undefined : "wider";
}

/** generation < head: an honest retry, an honest late retry, or reuse. */
function decideSpent(grant: Grant, presented: PresentedToken, now: number): Decision {
  const { policy } = presented;
  const spentInBurst = presented.generation >= grant.burstGeneration;
  // The head's predecessor was spent by the last rotation, the others of the burst at its begin at the earliest.
  const isPredecessor = presented.generation === grant.generation - 1;
  const spentAt = isPredecessor ? grant.rotatedAt : grant.burstAt;
  const recent = spentInBurst && now - spentAt < policy.retryWindow * 1000;
  const forgivable =
    spentInBurst &&
    isPredecessor &&
    !grant.burstMarked &&
    grant.markedBursts === 0 &&
    policy.lateRetry === "once";

  if (!recent && !forgivable) return reuse(grant, presented, now);
  const beyond = beyondGrant(grant, presented);
  if (beyond !== undefined) return { outcome: beyond };
  const data = distance(grant, presented, now);
  if (!recent) {
    return {
      outcome: "replayed_late",
      write: { burstMarked: true },
      event: { type: "grant.replayed_late", data },
    };
  }
  if (grant.burstMarked) return { outcome: "replayed" };
  return markBurst(grant, presented, now);
}

/** The first replay of a burst: the one write and the one event it makes. */
function markBurst(grant: Grant, presented: PresentedToken, now: number): Decision {
  const bursts = grant.markedBursts + 1;
  const revoked = bursts >= SHADOWING_BURSTS && presented.policy.shadowing === "revoke";
  const data = { ...distance(grant, presented, now), bursts, revoked };
  if (bursts < SHADOWING_BURSTS) {
    return { outcome: "replayed", write: { burstMarked: true }, event: { type: "grant.replayed", data } };
  }
  const event = { type: "grant.shadowed", data } as const;
  if (!revoked) return { outcome: "replayed", write: { burstMarked: true }, event };
  return { outcome: "shadowed", write: { revokedAt: now, revokedReason: "shadowed" }, event };
}

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
    // The successor has been presented, so its predecessor's answer was not lost: the burst is over for it.
    const write = { lastUsedAt: Math.max(grant.lastUsedAt, now), burstGeneration: grant.generation };
    return { outcome: "extended", write };
  }
  if (grant.generation >= LAST_GENERATION) return { outcome: "exhausted" };
  return { outcome: "rotated", write: rotation(grant, grant.generation, policy.retryWindow, now) };
}

/** generation > head: a restored or failed-over store lost writes; the token's MAC proves that we issued it. */
function decideAhead(grant: Grant, presented: PresentedToken, now: number): Decision {
  const data = distance(grant, presented, now);
  if (presented.policy.ahead === "reject") {
    return { outcome: "ahead", event: { type: "grant.ahead", data } };
  }
  if (presented.generation >= LAST_GENERATION) return { outcome: "exhausted" };
  return {
    outcome: "healed",
    write: rotation(grant, presented.generation, presented.policy.retryWindow, now),
    event: { type: "grant.healed", data },
  };
}

/** The head after `from` was rotated. A burst that is younger than the window goes on, else this starts one. */
function rotation(grant: Grant, from: number, retryWindow: number, now: number): GrantHead {
  const rotatedAt = Math.max(grant.rotatedAt, now);
  const head = { generation: from + 1, rotatedAt, lastUsedAt: Math.max(grant.lastUsedAt, now) };
  // A grant that was never rotated has no burst; its columns hold the instant it was made, of generation 0.
  const inBurst = grant.generation > 0 && now - grant.burstAt < retryWindow * 1000;
  if (inBurst) {
    const { burstAt, burstGeneration, burstMarked, markedBursts } = grant;
    return { ...head, burstAt, burstGeneration, burstMarked, markedBursts };
  }
  const markedBursts = grant.burstMarked ? grant.markedBursts + 1 : 0;
  return { ...head, burstAt: rotatedAt, burstGeneration: from, burstMarked: false, markedBursts };
}

/** Positive: behind the head; negative: ahead of it. Age in ms since the head was made. */
function distance(grant: Grant, presented: PresentedToken, now: number): Record<string, unknown> {
  const { generation } = presented;
  return { generation, distance: grant.generation - generation, age_ms: Math.max(0, now - grant.rotatedAt) };
}
