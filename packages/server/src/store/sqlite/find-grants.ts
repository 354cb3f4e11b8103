import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { ActiveGrants, Grant, GrantFilter, GrantStore, Page } from "../store.ts";
import { toActiveGrants, toGrant } from "./rows.ts";
import type { WriteQueue } from "./write-queue.ts";

/** In SQL, from when a grant of the client `c` is over unless it is refreshed, ms. */
export const IDLE_END = "last_used_at + json_extract(c.settings, '$.refreshIdleTtl') * 1000";

/** The client `c` of a grant that it has not ended. */
export const CLIENT_OF_ACTIVE = `c.id = client_id AND c.deleted_at IS NULL
  AND (c.grants_revoked_at IS NULL OR grants.created_at > c.grants_revoked_at)`;

/** Of a grant that is not over: the conditions repeat `grantStatus`. `?4` is the store's now. */
const ACTIVE = `revoked_at IS NULL AND expires_at > ?4 AND EXISTS (
  SELECT 1 FROM clients c WHERE ${CLIENT_OF_ACTIVE} AND ${IDLE_END} > ?4)`;

/** Of a child grant: so is its parent. Index: the primary key. */
const HAS_ACTIVE_PARENT = `(parent_id IS NULL OR EXISTS (
  SELECT 1 FROM grants WHERE id = child.parent_id AND ${ACTIVE}))`;

/** Lists grants in the order of ids. Index: `grants_by_subject`, else `grants_by_client`, else the primary key. */
export function listGrants(
  database: DatabaseSync,
  { clientId, subject }: GrantFilter,
  { after, limit }: Page,
): Grant[] {
  const conditions = ["id > unhex(?, '-')"];
  const values: SQLInputValue[] = [after ?? ""];
  const only = (condition: string, ...given: SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  // A `+` keeps SQLite from the index by client, which may have all the grants.
  if (clientId !== undefined) only(subject === undefined ? "client_id = ?" : "+client_id = ?", clientId);
  if (subject !== undefined) only("subject = ?", subject);
  return database
    .prepare(`SELECT * FROM grants WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ?`)
    .all(...values, limit)
    .map(toGrant);
}

/** Prepares the port's `listEnding`. Index: grants_by_end. */
export function prepareListEnding(database: DatabaseSync, queue: WriteQueue): GrantStore["listEnding"] {
  const list = database.prepare(
    `SELECT * FROM grants WHERE (expires_at, id) > (?, unhex(?, '-')) AND expires_at <= ?
     ORDER BY expires_at, id LIMIT ?`,
  );
  return ({ after: { expiresAt, id }, by }, limit) =>
    queue.read(() => list.all(expiresAt, id, by, limit).map(toGrant));
}

/** Rows of one query, which holds up everything else in this process: a few ms. */
const PART = 1000;

/** Prepares the port's `listActive`. Index: grants_by_subject, a part of it at a time. */
export function prepareListActive(database: DatabaseSync, queue: WriteQueue, now: () => number) {
  const partEnd = database.prepare(
    `SELECT max(id) AS last FROM (SELECT id FROM grants WHERE subject = ? AND id > ? ORDER BY id LIMIT ${PART})`,
  );
  const sum = database.prepare(
    `SELECT client_id, scope, resource, min(created_at) AS created_at, max(last_used_at) AS last_used_at,
       min(expires_at) AS expires_at
     FROM (SELECT * FROM grants WHERE subject = ?1 AND id > ?2 AND id <= ?3 AND ${ACTIVE}) AS child
     WHERE ${HAS_ACTIVE_PARENT} GROUP BY client_id, scope, resource`,
  );
  return async function listActive(subject: string): Promise<ActiveGrants[]> {
    const active: ActiveGrants[] = [];
    for (let after: Uint8Array = new Uint8Array(); ;) {
      const last = await queue.read(() => {
        const end = partEnd.get(subject, after)?.["last"] as Uint8Array | null;
        if (end !== null) active.push(...sum.all(subject, after, end, now()).map(toActiveGrants));
        return end;
      });
      if (last === null) return active;
      after = last;
      await setImmediate();
    }
  };
}
