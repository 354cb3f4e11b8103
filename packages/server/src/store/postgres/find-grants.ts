import type { ActiveGrants, Grant, GrantEnd, GrantFilter, Page } from "../store.ts";
import { clock } from "./database.ts";
import type { Database, Query, Statement } from "./database.ts";
import type { EndsIndex } from "./ends-index.ts";
import { clientKey, isText, isUuid, toActiveGrants, toGrant } from "./rows.ts";

/** Index: the primary key. */
const FIND: Statement = { name: "grant_find", text: "SELECT * FROM grants WHERE id = $1" };

/** Finds a grant by its id. Undefined: no such grant, or the text is not a UUID. */
export async function findOne(id: string, query: Query): Promise<Grant | undefined> {
  const [row] = isUuid(id) ? await query(FIND, [id]) : [];
  return row && toGrant(row);
}

/**
 * In SQL, from when the grant `g` of the client `c` is over unless it is refreshed, ms. The idle lifetime is found in
 * the text: PostgreSQL reads no JSON that holds \u0000, and one such client would stop every sweep. A quotation mark
 * inside a JSON string has a backslash before it, so only the name of the setting is met. A pattern over the whole text
 * would take ten times as long.
 */
export const IDLE_END = `coalesce(g.last_used_at, g.rotated_at) +
  substring(left(split_part(c.settings, '"refreshIdleTtl":', 2), 20) FROM '^ ?([0-9]+)')::bigint * 1000`;

/** The client `c` of a grant `g` that it has not ended. */
export const CLIENT_OF_ACTIVE = `c.id = g.client_id AND c.deleted_at IS NULL
  AND (c.grants_revoked_at IS NULL OR g.created_at > c.grants_revoked_at)`;

/** Of a grant that is not over: the conditions repeat `grantStatus`. Parameter `n` is a test's instant, else null. */
function isActive(n: number): string {
  return `g.revoked_at IS NULL AND g.expires_at > ${clock(n)} AND EXISTS (
    SELECT 1 FROM clients c WHERE ${CLIENT_OF_ACTIVE} AND ${IDLE_END} > ${clock(n)})`;
}

/** Of a child grant `h`: its parent `g` is active. Index: the primary key. */
function hasActiveParent(n: number): string {
  return `(h.parent_id IS NULL OR EXISTS (SELECT 1 FROM grants g WHERE g.id = h.parent_id AND ${isActive(n)}))`;
}

const FIRST_UUID = "00000000-0000-0000-0000-000000000000";

/**
 * Lists grants in the order of ids. Index: `grants_by_subject`, else `grants_by_client`, else the primary key. A range of
 * one value and not `=`: with `=` the server may go through the primary key instead, and read every grant that is older
 * than the first that matches.
 */
export async function listGrants(
  database: Database,
  { clientId, subject }: GrantFilter,
  { after = FIRST_UUID, limit }: Page,
): Promise<Grant[]> {
  const client = clientId === undefined ? undefined : clientKey(clientId);
  if (clientId !== undefined && client === undefined) return [];
  if (subject !== undefined && !isText(subject)) return [];
  const values: unknown[] = [isUuid(after) ? after : FIRST_UUID];
  const column = subject === undefined ? "g.client_id" : "g.subject";
  const one = subject ?? client;
  const conditions =
    one === undefined ? ["g.id > $1"] : [`(${column}, g.id) > ($2, $1)`, `${column} <= $${values.push(one)}`];
  if (subject !== undefined && client !== undefined) conditions.push(`g.client_id = $${values.push(client)}`);
  const where = conditions.join(" AND ");
  const order = one === undefined ? "g.id" : `${column}, g.id`;
  const sql = `SELECT g.* FROM grants g WHERE ${where} ORDER BY ${order} LIMIT $${values.push(limit)}`;
  return (await database.read((query) => query(sql, values))).map(toGrant);
}

/** Index: grants_by_end. */
const LIST_ENDING: Statement = {
  name: "grants_ending",
  text: `SELECT * FROM grants WHERE (expires_at, id) > ($1, $2) AND expires_at <= $3 ORDER BY expires_at, id LIMIT $4`,
};

/** The port's `listEnding`. */
export async function listEnding(
  database: Database,
  index: EndsIndex,
  { after: { expiresAt, id }, by }: { after: GrantEnd; by: number },
  limit: number,
): Promise<Grant[] | undefined> {
  const place = isUuid(id) ? id : FIRST_UUID;
  return database.read(async (query) => {
    if (!(await index.isValid(query))) return undefined;
    return (await query(LIST_ENDING, [expiresAt, place, by, limit])).map(toGrant);
  });
}

/** Index: grants_by_subject. */
const LIST_ACTIVE: Statement = {
  name: "grants_active",
  text: `SELECT h.client_id, h.scope, h.resource, min(h.created_at) AS created_at,
      max(coalesce(h.last_used_at, h.rotated_at)) AS last_used_at,
      min(h.expires_at) AS expires_at
    FROM (SELECT g.* FROM grants g WHERE g.subject = $1 AND ${isActive(2)}) h
    WHERE ${hasActiveParent(2)} GROUP BY h.client_id, h.scope, h.resource`,
};

/** The port's `listActive`. */
export async function listActive(database: Database, subject: string): Promise<ActiveGrants[]> {
  if (!isText(subject)) return [];
  const rows = await database.read((query) => query(LIST_ACTIVE, [subject, database.injectedNow]));
  return rows.map(toActiveGrants);
}
