import type { DatabaseSync } from "node:sqlite";
import { decide, eventInterval, eventsOf } from "../decide.ts";
import { held } from "../retry-windows.ts";
import { rotationResult, written } from "../rotation-result.ts";
import type { AcceptedRotation, Grant, PresentedToken, RotationResult } from "../store.ts";
import { prepareFindParent } from "./create-grant.ts";
import type { EventWriter } from "./events.ts";
import { prepareRevokeChildren } from "./revoke-grants.ts";
import { toGrant } from "./rows.ts";
import type { Transaction } from "./write-queue.ts";

/** The row after any other decision. The write lock is held since it was read, so no condition is needed. */
const WRITE = `
  UPDATE grants SET generation = ?2, rotated_at = ?3, last_used_at = ?4, window_started_at = ?5, window_ended_at = nullif(?6, ?3),
    window_generation = ?7, window_retried = ?8, previous_window_generation = ?9, previous_window_ended_at = ?10,
    previous_window_retried = ?11, retry_score = ?12, windows_held_at = ?13, window_retry_held = nullif(?14, 0), revoked_at = ?15,
    revoked_reason = ?16, binding = ?17, bound_generation = ?18
  WHERE id = unhex(?1, '-')`;

/** Applies `decide` to tokens that the statement of an ordinary refresh did not rotate, and `held` to failed responses. */
export function prepareRotateAlone(database: DatabaseSync, events: EventWriter) {
  const read = database.prepare("SELECT * FROM grants WHERE id = unhex(?1, '-')");
  const write = database.prepare(WRITE);
  const findParent = prepareFindParent(database);
  const revokeChildren = prepareRevokeChildren(database, events);
  return { rotate, hold };

  function rotate(presented: PresentedToken, transaction: Transaction): RotationResult {
    const at = transaction.now;
    // The row is locked by this transaction from here to the commit, so what is read is what is written over.
    const grant = find(presented.grantId);
    const parent = grant?.parentId ? findParent(grant.parentId) : undefined;
    const decision = decide(grant, presented, at, parent);
    if (grant === undefined) return { outcome: "unknown", at };
    if (decision.write) writeHead(written(grant, decision));
    const about = { clientId: grant.clientId, subject: grant.subject, grantId: grant.id };
    for (const event of eventsOf(decision)) {
      events.record({ ...event, ...about }, transaction, eventInterval(decision, grant));
    }
    if (decision.write?.revokedAt !== undefined) revokeChildren(grant, grant.clientId, transaction);
    return rotationResult(decision, grant, at);
  }

  function hold(failed: AcceptedRotation): void {
    const grant = find(failed.grant.id);
    const changes = grant && held(grant, failed);
    if (grant && changes) writeHead({ ...grant, ...changes });
  }

  function find(id: string): Grant | undefined {
    const row = read.get(id);
    return row && toGrant(row);
  }

  function writeHead(grant: Grant): void {
    const { windowStartedAt, windowEndedAt, windowGeneration, windowRetried } = grant;
    const { previousWindowGeneration, previousWindowEndedAt, previousWindowRetried } = grant;
    write.run(
      grant.id,
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
      grant.windowsHeldAt,
      Number(grant.windowRetryHeld),
      grant.revokedAt,
      grant.revokedReason,
      grant.binding,
      grant.boundGeneration,
    );
  }
}
