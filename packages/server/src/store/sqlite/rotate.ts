import type { DatabaseSync } from "node:sqlite";
import { decide, isAccepted, LAST_GENERATION, REFUSAL_EVENT_INTERVAL } from "../decide.ts";
import type { Decision } from "../decide.ts";
import { ROTATED_COLUMNS, rotatedGrant } from "../grant-row.ts";
import type { RotatedColumns } from "../grant-row.ts";
import { QUIET_WINDOW_SCORE, RETRIED_WINDOW_SCORE } from "../retry-windows.ts";
import type { Grant, GrantStore, PresentedToken, RotationResult } from "../store.ts";
import type { EventWriter } from "./events.ts";
import { toGrant } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The rotation joins the row's current window. */
const IN_WINDOW = "generation > 0 AND ?2 - window_started_at < ?5";
/** Tokens that were spent in the window which the rotation leaves are still recent. */
const IS_RECENT = "window_generation < generation AND ?2 - coalesce(window_ended_at, rotated_at) < ?5";

/**
 * The ordinary refresh in one statement: the row is updated if all of `decide`'s conditions for `rotated` hold.
 * Index: the primary key. `?2` now, `?5` the retry window in ms, `?6` the idle lifetime in ms, `?9` the resource asked for,
 * "" for the client's own audience, null where none was named; `?10` the binding that the request proves, or null.
 */
const ROTATE = `
  UPDATE grants SET
    generation = generation + 1,
    rotated_at = max(rotated_at, ?2),
    last_used_at = max(last_used_at, ?2),
    window_started_at = iif(${IN_WINDOW}, window_started_at, max(rotated_at, ?2)),
    window_ended_at = NULL,
    window_generation = iif(${IN_WINDOW}, window_generation, generation),
    window_retried = iif(${IN_WINDOW}, window_retried, 0),
    previous_window_generation = CASE WHEN ${IN_WINDOW} THEN previous_window_generation
      WHEN ${IS_RECENT} THEN window_generation END,
    previous_window_ended_at = CASE WHEN ${IN_WINDOW} THEN previous_window_ended_at
      WHEN ${IS_RECENT} THEN coalesce(window_ended_at, rotated_at) END,
    previous_window_retried = iif(${IN_WINDOW}, previous_window_retried, window_retried),
    retry_score = CASE WHEN ${IN_WINDOW} THEN retry_score
      WHEN window_retried THEN retry_score + ${RETRIED_WINDOW_SCORE} ELSE max(retry_score - ${QUIET_WINDOW_SCORE}, 0) END
  WHERE id = unhex(?1, '-') AND generation = ?3 AND secret_hash = ?4 AND client_id = ?7
    AND revoked_at IS NULL AND created_at > ?8
    AND expires_at > ?2 AND last_used_at + ?6 > ?2 AND generation < ${LAST_GENERATION}
    AND (?9 IS NULL OR ?9 = coalesce(resource, '')) AND binding IS ?10
  RETURNING ${ROTATED_COLUMNS.join(", ")}`;

/** The row after any other decision. The write lock is held since it was read, so no condition is needed. */
const WRITE = `
  UPDATE grants SET generation = ?2, rotated_at = ?3, last_used_at = ?4, window_started_at = ?5, window_ended_at = nullif(?6, ?3),
    window_generation = ?7, window_retried = ?8, previous_window_generation = ?9, previous_window_ended_at = ?10,
    previous_window_retried = ?11, retry_score = ?12, revoked_at = ?13, revoked_reason = ?14
  WHERE id = unhex(?1, '-')`;

/** The port's `rotate`: each presented token is a member of a batch of the write queue. */
export function prepareRotate(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
): GrantStore["rotate"] {
  const rotate = database.prepare(ROTATE);
  rotate.setReturnArrays(true);
  const read = database.prepare("SELECT * FROM grants WHERE id = unhex(?1, '-')");
  const write = database.prepare(WRITE);

  return (presented) => queue.write((transaction) => rotateOne(presented, transaction));

  function rotateOne(presented: PresentedToken, transaction: Transaction): RotationResult {
    const { grantId: id } = presented;
    const at = transaction.now;
    const { policy, resource } = presented;
    // What the statement does not cover `decide` does: other policies, and a narrower scope, which SQL would have to
    // parse.
    if (policy.rotation === "always" && presented.scope === undefined) {
      const row = rotate.get(
        id,
        at,
        presented.generation,
        presented.secretHash,
        policy.retryWindow * 1000,
        policy.refreshIdleTtl * 1000,
        presented.clientId,
        presented.grantsRevokedAt ?? -1,
        resource === undefined ? null : (resource ?? ""),
        presented.binding,
      ) as unknown as RotatedColumns | undefined;
      if (row !== undefined) return { outcome: "rotated", at, grant: rotatedGrant(presented, row) };
    }

    // The row is locked by this transaction from here to the commit, so what is read is what is written over.
    const row = read.get(id);
    const grant = row && toGrant(row);
    const decision = decide(grant, presented, at);
    if (grant === undefined) return { outcome: "unknown", at };
    const after = apply(grant, decision);
    if (decision.write) writeHead(id, after);
    if (decision.event) {
      // With a write, a repetition meets another row; without one, a client in a loop would record the same event each
      // time.
      const once = decision.write ? undefined : REFUSAL_EVENT_INTERVAL;
      const about = { clientId: grant.clientId, subject: grant.subject, grantId: grant.id };
      events.record({ ...decision.event, ...about }, transaction, once);
    }
    return isAccepted(decision.outcome)
      ? { outcome: decision.outcome, at, grant: after }
      : { outcome: decision.outcome, at };
  }

  function writeHead(id: string, grant: Grant): void {
    const { windowStartedAt, windowEndedAt, windowGeneration, windowRetried } = grant;
    const { previousWindowGeneration, previousWindowEndedAt, previousWindowRetried } = grant;
    write.run(
      id,
      grant.generation,
      grant.rotatedAt,
      grant.lastUsedAt,
      windowStartedAt,
      windowEndedAt,
      windowGeneration,
      Number(windowRetried),
      previousWindowGeneration,
      previousWindowEndedAt,
      Number(previousWindowRetried),
      grant.retryScore,
      grant.revokedAt,
      grant.revokedReason,
    );
  }
}

function apply(grant: Grant, { write }: Decision): Grant {
  return write === undefined ? grant : { ...grant, ...write };
}
