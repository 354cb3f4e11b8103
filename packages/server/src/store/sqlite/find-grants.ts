import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Grant, GrantFilter, Page } from "../store.ts";
import { toGrant } from "./rows.ts";

/** Of a grant that is not over: the conditions repeat `grantStatus`. */
const ENDS_BY = `revoked_at IS NULL AND expires_at > ? AND expires_at <= ? AND EXISTS (
  SELECT 1 FROM clients c WHERE c.id = client_id AND c.deleted_at IS NULL
    AND (c.grants_revoked_at IS NULL OR grants.created_at > c.grants_revoked_at)
    AND last_used_at + json_extract(c.settings, '$.refreshIdleTtl') * 1000 > ?)`;

/**
 * Lists grants in the order of ids. Index: `grants_by_subject`, else `grants_by_client`, else the primary key.
 *
 * @param now the store's clock, ms
 */
export function listGrants(
  database: DatabaseSync,
  { clientId, subject, endsBy }: GrantFilter,
  { after, limit }: Page,
  now: number,
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
  if (endsBy !== undefined) only(ENDS_BY, now, endsBy, now);
  return database
    .prepare(`SELECT * FROM grants WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ?`)
    .all(...values, limit)
    .map(toGrant);
}
