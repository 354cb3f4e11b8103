import { grantRevoked } from "../event-builders.ts";
import type { Grant, RevocationReason } from "../store.ts";
import type { Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { isUuid, toGrant } from "./rows.ts";

const REVOKE: Statement = {
  name: "grant_revoke",
  text: `UPDATE grants SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL
    RETURNING *`,
};
/** First parents, then children, each in the order of the ids, so that two revocations of many do not deadlock. */
const LOCK_UNREVOKED: Statement = {
  name: "grants_lock_unrevoked",
  text: `SELECT * FROM grants WHERE id = ANY($1::uuid[]) AND parent_id IS NULL AND revoked_at IS NULL
    ORDER BY id FOR NO KEY UPDATE`,
};
/** Those of the ids that have a parent, and the children of locked parents. Index: the primary key, grants_by_subject. */
const LOCK_CHILDREN: Statement = {
  name: "grants_lock_children",
  text: `SELECT * FROM grants
    WHERE (id = ANY($1::uuid[]) OR (subject = ANY($2::text[]) AND parent_id = ANY($3::uuid[])))
      AND parent_id IS NOT NULL AND revoked_at IS NULL
    ORDER BY id FOR NO KEY UPDATE`,
};
const REVOKE_LOCKED: Statement = {
  name: "grants_revoke_locked",
  text: "UPDATE grants SET revoked_at = $2, revoked_reason = $3 WHERE id = ANY($1::uuid[])",
};

/** Revokes one grant, once, and its children; also when a restore applies an event, then with the event's instant. */
export async function revokeOne(
  id: string,
  reason: RevocationReason,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const [row] = await transaction.query(REVOKE, [id, await transaction.now(), reason]);
  if (row === undefined) return false;
  const grant = toGrant(row);
  await events.record(grantRevoked(grant, reason, actor), transaction);
  await revokeChildren(grant, actor, transaction, events);
  return true;
}

/** Revokes those of the grants that are not revoked yet, and their children. Returns how many of those that were named. */
export async function revokeAll(
  ids: readonly string[],
  reason: RevocationReason,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
  withSubject?: boolean,
): Promise<number> {
  const named = ids.filter(isUuid);
  const parents = (await transaction.query(LOCK_UNREVOKED, [named])).map(toGrant);
  const unlocked = parents.length === named.length ? [] : named;
  const children = await childrenOf(parents, unlocked, transaction);
  const revoked = [...parents, ...children.filter(({ id }) => named.includes(id))];
  await revokeLocked(revoked, { reason, actor, withSubject }, transaction, events);
  const others = children.filter(({ id }) => !named.includes(id));
  await revokeLocked(others, { reason: "parent_ended", actor, withSubject }, transaction, events);
  return revoked.length;
}

/** Revokes the children of a grant that has ended and whose row is locked, each with its event. */
export async function revokeChildren(
  parent: Grant,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<void> {
  const children = await childrenOf([parent], [], transaction);
  await revokeLocked(children, { reason: "parent_ended", actor }, transaction, events);
}

/** Locks the children of `parents`, whose rows are locked, and those of `ids` that are children. */
async function childrenOf(
  parents: readonly Grant[],
  ids: readonly string[],
  { query }: Transaction,
): Promise<Grant[]> {
  const having = parents.filter(({ hasChildren }) => hasChildren);
  if (having.length === 0 && ids.length === 0) return [];
  const of = [[...new Set(having.map(({ subject }) => subject))], having.map(({ id }) => id)];
  return (await query(LOCK_CHILDREN, [ids, ...of])).map(toGrant);
}

async function revokeLocked(
  grants: readonly Grant[],
  why: { reason: RevocationReason; actor: string; withSubject?: boolean | undefined },
  transaction: Transaction,
  events: EventWriter,
): Promise<void> {
  if (grants.length === 0) return;
  const { reason, actor, withSubject } = why;
  const revoked = grants.map(({ id }) => id);
  await transaction.query(REVOKE_LOCKED, [revoked, await transaction.now(), reason]);
  await events.recordAll(
    grants.map((grant) => grantRevoked(grant, reason, actor, withSubject)),
    transaction,
  );
}
