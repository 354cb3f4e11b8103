import type { DatabaseSync } from "node:sqlite";
import { grantRevoked } from "../event-builders.ts";
import { grantStatus } from "../grant-status.ts";
import type { Parent } from "../grant-status.ts";
import type { Grant, NewChildGrant } from "../store.ts";
import type { EventWriter } from "./events.ts";
import type { prepareCreate, prepareWhyDisabled } from "./grants.ts";
import { toClient, toGrant } from "./rows.ts";
import type { Transaction } from "./write-queue.ts";

/** Reads the parent of a child grant, and its client. Undefined: it was swept. Index: the primary keys. */
export function prepareFindParent(database: DatabaseSync) {
  const findGrant = database.prepare("SELECT * FROM grants WHERE id = unhex(?, '-')");
  const findClient = database.prepare("SELECT * FROM clients WHERE id = ? AND deleted_at IS NULL");
  return function findParent(id: string): Parent | undefined {
    const row = findGrant.get(id);
    if (row === undefined) return undefined;
    const grant = toGrant(row);
    const client = findClient.get(grant.clientId);
    return { grant, client: client && toClient(client) };
  };
}

/** The port's `createChild`, within a transaction. */
export function prepareCreateChild(
  database: DatabaseSync,
  whyDisabled: ReturnType<typeof prepareWhyDisabled>,
  create: ReturnType<typeof prepareCreate>,
) {
  const findParent = prepareFindParent(database);
  const mark = database.prepare("UPDATE grants SET has_children = 1 WHERE id = unhex(?, '-')");
  return function createChild(grant: NewChildGrant, transaction: Transaction) {
    const refused = whyDisabled(grant.clientId, grant.subject);
    if (refused !== undefined) return { outcome: refused };
    const left = secondsLeft(findParent(grant.parentId), transaction.now);
    if (left < 1) return { outcome: "parent_ended" } as const;
    const created = create({ ...grant, maxTtl: Math.min(grant.maxTtl, left) }, transaction);
    if (created.outcome === "created") mark.run(grant.parentId);
    return created;
  };
}

/** Of a parent's absolute lifetime, s; 0 where it is not active, or is a child itself. */
function secondsLeft(parent: Parent | undefined, now: number): number {
  if (parent === undefined || parent.grant.parentId !== null) return 0;
  const isActive = grantStatus(parent.grant, parent.client, now).state === "active";
  return isActive ? Math.floor((parent.grant.expiresAt - now) / 1000) : 0;
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
