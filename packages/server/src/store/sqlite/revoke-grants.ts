import type { DatabaseSync } from "node:sqlite";
import { grantRevoked } from "../event-builders.ts";
import type { Grant, RevocationReason } from "../store.ts";
import type { EventWriter } from "./events.ts";
import { toGrant } from "./rows.ts";
import type { Transaction } from "./write-queue.ts";

/**
 * Revokes grants, each once, and then their children; also when a restore applies an event, then with the event's instant.
 * Returns how many of those that were named.
 */
export function prepareRevoke(database: DatabaseSync, events: EventWriter) {
  const revokeChildren = prepareRevokeChildren(database, events);
  const revoke = database.prepare(
    `UPDATE grants SET revoked_at = ?2, revoked_reason = ?3 WHERE id = unhex(?1, '-') AND revoked_at IS NULL
     RETURNING *`,
  );
  return function revokeAll(
    ids: readonly string[],
    reason: RevocationReason,
    actor: string,
    transaction: Transaction,
    withSubject?: boolean,
  ): number {
    const revoked = ids.flatMap((id) => {
      const row = revoke.get(id, transaction.now, reason);
      return row === undefined ? [] : [toGrant(row)];
    });
    for (const grant of revoked) events.record(grantRevoked(grant, reason, actor, withSubject), transaction);
    for (const grant of revoked) revokeChildren(grant, actor, transaction, withSubject);
    return revoked.length;
  };
}

/** Revokes the children of a grant that has ended, each with its event. Index: grants_by_subject. */
export function prepareRevokeChildren(database: DatabaseSync, events: EventWriter) {
  const revoke = database.prepare(
    `UPDATE grants SET revoked_at = ?3, revoked_reason = 'parent_ended'
     WHERE subject = ?1 AND parent_id = unhex(?2, '-') AND revoked_at IS NULL RETURNING *`,
  );
  return function revokeChildren(
    parent: Grant,
    actor: string,
    transaction: Transaction,
    withSubject?: boolean,
  ): void {
    if (!parent.hasChildren) return;
    for (const row of revoke.all(parent.subject, parent.id, transaction.now)) {
      events.record(grantRevoked(toGrant(row), "parent_ended", actor, withSubject), transaction);
    }
  };
}
