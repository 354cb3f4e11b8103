import type { RequestSource } from "../../request-source.ts";
import { decide, eventInterval, eventsOf, isAccepted } from "../decide.ts";
import type { Decision } from "../decide.ts";
import type { Parent } from "../grant-status.ts";
import { held } from "../retry-windows.ts";
import { rotationResult, written } from "../rotation-result.ts";
import type { Row } from "../row.ts";
import type { AcceptedRotation, Grant, NewEvent, PresentedToken, RotationResult } from "../store.ts";
import { findParent } from "./create-grant.ts";
import { clock } from "./database.ts";
import type { Database, Query, Statement, Transaction } from "./database.ts";
import { isRecent } from "./events.ts";
import type { EventWriter } from "./events.ts";
import { revokeChildren } from "./revoke-grants.ts";
import { isUuid, toGrant } from "./rows.ts";

/** Index: the primary key. Gives the clock even if there is no such grant. */
const READ: Statement = {
  name: "grant_read",
  text: `SELECT g.*, c.now FROM (SELECT ${clock(1)} AS now) c LEFT JOIN grants g ON g.id = $2`,
};
const LOCK: Statement = {
  name: "grant_lock",
  text: `SELECT g.*, ${clock(1)} AS now FROM grants g WHERE g.id = $2 FOR UPDATE`,
};
const WRITE: Statement = {
  name: "grant_write",
  text: `UPDATE grants SET generation = $2, rotated_at = $3::bigint, last_used_at = nullif($4, $3),
      window_started_at = nullif($5, $3), window_ended_at = nullif($6, $3), window_generation = $7, window_retried = $8,
      previous_window_generation = $9, previous_window_ended_at = $10, previous_window_retried = $11, retry_score = $12,
      windows_held_at = $13, window_retry_held = nullif($14, false), revoked_at = $15, revoked_reason = $16,
      binding = $17, bound_generation = $18
    WHERE id = $1`,
};

/** In the order of the digests, so that two transactions with the same proofs do not deadlock. Index: the primary key. */
const USE_PROOFS: Statement = {
  name: "grant_use_proofs",
  text: `INSERT INTO used_tokens (digest, expires_at)
    SELECT digest, expires_at FROM unnest($1::bytea[], $2::bigint[]) AS proof (digest, expires_at) ORDER BY digest
    ON CONFLICT DO NOTHING RETURNING digest`,
};

/** A token, and the source of the request that presented it. */
export interface Presentation {
  readonly presented: PresentedToken;
  readonly source: RequestSource | undefined;
}

/** An event to record from a request. */
interface NotedEvent {
  event: NewEvent;
  once: number | undefined;
  source: RequestSource | undefined;
}

/** The decisions about several tokens of one grant, one after the other at one instant. */
interface Decided {
  results: RotationResult[];
  /** The row after them; undefined: no such grant. */
  grant: Grant | undefined;
  written: boolean;
  events: NotedEvent[];
}

/**
 * Decides about each token with the row as the one before left it, as if they had come one after the other.
 *
 * @param usedBefore the members whose proof was used before
 */
function decideInTurn(
  row: Grant | undefined,
  members: readonly Presentation[],
  at: number,
  parent: Parent | undefined,
  usedBefore: ReadonlySet<Presentation> = new Set(),
): Decided {
  const decided: Decided = { results: [], grant: row, written: false, events: [] };
  for (const member of members) {
    if (usedBefore.has(member)) {
      decided.results.push({ outcome: "proof_used", at });
      continue;
    }
    const { presented, source } = member;
    const { grant } = decided;
    const decision = decide(grant, presented, at, parent);
    decided.results.push(grant ? rotationResult(decision, grant, at) : { outcome: "unknown", at });
    if (decision.write !== undefined && grant !== undefined) {
      decided.grant = written(grant, decision);
      decided.written = true;
    }
    if (grant !== undefined) noteEvent({ decision, grant, source }, decided);
  }
  return decided;
}

function noteEvent(
  { decision, grant, source }: { decision: Decision; grant: Grant; source: RequestSource | undefined },
  { events }: Decided,
): void {
  const once = eventInterval(decision, grant);
  const about = { clientId: grant.clientId, subject: grant.subject, grantId: grant.id };
  for (const event of eventsOf(decision)) {
    // What may repeat is recorded once, however many of these tokens met it.
    if (once !== undefined && events.some((noted) => noted.event.type === event.type)) continue;
    events.push({ event: { ...event, ...about }, once, source });
  }
}

/**
 * Applies `decide` to tokens of one grant that the batch did not rotate. If no write is needed, one read suffices, so
 * that a flood of spent tokens takes no locks; else the row is locked, read and decided about again.
 *
 * @param members tokens of one grant, in the order they came
 * @returns the results in the same order
 */
export async function rotateAlone(
  database: Database,
  events: EventWriter,
  members: readonly Presentation[],
): Promise<RotationResult[]> {
  const id = members[0]?.presented.grantId ?? "";
  const now = database.injectedNow;
  const read = await database.read((query) => decideUnlocked(query, id, members, now));
  if (read !== undefined) return read;
  return database.write(async (transaction) => {
    const row = (await transaction.query(LOCK, [now, id]))[0];
    const at = row === undefined ? await transaction.now() : (row["now"] as number);
    const grant = row && toGrant(row);
    const parent = await parentOf(grant, transaction.query);
    const usedBefore = await useProofs(members, at, transaction);
    const decided = decideInTurn(grant, members, at, parent, usedBefore);
    if (decided.written && decided.grant !== undefined) await writeGrant(decided.grant, transaction);
    for (const { event, once, source } of decided.events) {
      await events.record(event, { ...transaction, now: async () => at, source }, once);
    }
    const ended = grant?.revokedAt === null && decided.grant?.revokedAt !== null ? decided.grant : undefined;
    if (ended) await revokeChildren(ended, ended.clientId, { ...transaction, now: async () => at }, events);
    return decided.results;
  }, members.length);
}

/** The port's `hold`. */
export async function holdWindows(database: Database, failed: AcceptedRotation): Promise<void> {
  await database.write(async (transaction) => {
    const [row] = await transaction.query(LOCK, [database.injectedNow, failed.grant.id]);
    const grant = row && toGrant(row);
    const changes = grant && held(grant, failed);
    if (grant && changes) await writeGrant({ ...grant, ...changes }, transaction);
  });
}

/** Uses the members' proofs up. Returns those whose proof was used before, if only by another of them. */
async function useProofs(
  members: readonly Presentation[],
  at: number,
  { query }: Transaction,
): Promise<ReadonlySet<Presentation>> {
  const proofs = members.flatMap(({ presented }) => presented.proof ?? []);
  const usedBefore = new Set<Presentation>();
  if (proofs.length === 0) return usedBefore;
  const digests = proofs.map(({ digest }) => digest);
  const rows = await query(USE_PROOFS, [digests, proofs.map(({ ttl }) => at + ttl * 1000)]);
  const unused = new Set(rows.map(({ digest }) => (digest as Buffer).toString("hex")));
  for (const member of members) {
    const { proof } = member.presented;
    if (proof !== null && !unused.delete(proof.digest.toString("hex"))) usedBefore.add(member);
  }
  return usedBefore;
}

async function decideUnlocked(
  query: Query,
  id: string,
  members: readonly Presentation[],
  now: number | null,
): Promise<RotationResult[] | undefined> {
  const row = (await query(READ, [now, isUuid(id) ? id : null]))[0] as Row;
  const at = row["now"] as number;
  const grant = row["id"] === null ? undefined : toGrant(row);
  const { results, written, events } = decideInTurn(grant, members, at, await parentOf(grant, query));
  if (written) return undefined;
  // A proof is used up by a token that is accepted; a refusal that writes nothing may be repeated.
  const isAnswered = (i: number) => isAccepted(results[i]?.outcome ?? "");
  if (members.some(({ presented }, i) => presented.proof !== null && isAnswered(i))) return undefined;
  for (const { event, once = 0 } of events) {
    if (!(await isRecent(event, at - once * 1000, query))) return undefined;
  }
  return results;
}

/** Read after the row of the child: what revokes the parent revokes the child's row too, and waits for its lock. */
async function parentOf(grant: Grant | undefined, query: Query): Promise<Parent | undefined> {
  return grant?.parentId ? findParent(grant.parentId, query) : undefined;
}

async function writeGrant(grant: Grant, { query }: Transaction): Promise<void> {
  await query(WRITE, [
    grant.id,
    grant.generation,
    grant.rotatedAt,
    grant.lastUsedAt,
    grant.windowStartedAt,
    grant.windowEndedAt,
    grant.windowGeneration,
    grant.windowRetried,
    grant.previousWindowGeneration,
    grant.previousWindowEndedAt,
    grant.previousWindowRetried,
    grant.retryScore,
    grant.windowsHeldAt,
    grant.windowRetryHeld,
    grant.revokedAt,
    grant.revokedReason,
    grant.binding,
    grant.boundGeneration,
  ]);
}
