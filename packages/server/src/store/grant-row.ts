import type { Grant, GrantClaims, PresentedToken, RevocationReason } from "./grants.ts";
import type { ColumnConverters, Row } from "./row.ts";

/** Reads a row of `grants`. An instant may be null where it equals `rotated_at`, which keeps rows short. */
export function toGrant(row: Row, { uuid, clientId, bytes, boolean }: ColumnConverters): Grant {
  const rotatedAt = row["rotated_at"] as number;
  return {
    id: uuid(row["id"]),
    clientId: clientId(row["client_id"]),
    subject: row["subject"] as string,
    scope: row["scope"] as string,
    secretHash: bytes(row["secret_hash"]),
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    authTime: row["auth_time"] as number | null,
    resource: row["resource"] as string | null,
    binding: row["binding"] as string | null,
    boundGeneration: row["bound_generation"] as number | null,
    parentId: row["parent_id"] === null ? null : uuid(row["parent_id"]),
    hasChildren: row["has_children"] !== null && boolean(row["has_children"]),
    claims: toClaims(row["claims"] as string | null),
    generation: row["generation"] as number,
    rotatedAt,
    lastUsedAt: (row["last_used_at"] ?? rotatedAt) as number,
    windowStartedAt: (row["window_started_at"] ?? rotatedAt) as number,
    windowEndedAt: (row["window_ended_at"] ?? rotatedAt) as number,
    windowGeneration: row["window_generation"] as number,
    windowRetried: boolean(row["window_retried"]),
    previousWindowGeneration: row["previous_window_generation"] as number | null,
    previousWindowEndedAt: row["previous_window_ended_at"] as number | null,
    previousWindowRetried: boolean(row["previous_window_retried"]),
    retryScore: row["retry_score"] as number,
    windowsHeldAt: row["windows_held_at"] as number | null,
    windowRetryHeld: row["window_retry_held"] !== null && boolean(row["window_retry_held"]),
    revokedAt: row["revoked_at"] as number | null,
    revokedReason: row["revoked_reason"] as RevocationReason | null,
  };
}

/**
 * What the statement of an ordinary rotation returns, as an array in this order: the cheapest form, on the path of
 * every refresh. `window_retried` is 0 or 1 in SQLite, a boolean in PostgreSQL.
 */
export type RotatedColumns = [
  subject: string,
  scope: string,
  resource: string | null,
  createdAt: number,
  expiresAt: number,
  authTime: number | null,
  rotatedAt: number,
  lastUsedAt: number | null,
  windowStartedAt: number | null,
  windowGeneration: number,
  windowRetried: boolean | number,
  previousWindowGeneration: number | null,
  previousWindowEndedAt: number | null,
  previousWindowRetried: boolean | number,
  retryScore: number,
  boundGeneration: number | null,
  hasChildren: boolean | number | null,
  claims: string | null,
];

/** As a list of columns, in the order of `RotatedColumns`. */
export const ROTATED_COLUMNS = [
  "subject",
  "scope",
  "resource",
  "created_at",
  "expires_at",
  "auth_time",
  "rotated_at",
  "last_used_at",
  "window_started_at",
  "window_generation",
  "window_retried",
  "previous_window_generation",
  "previous_window_ended_at",
  "previous_window_retried",
  "retry_score",
  "bound_generation",
  "has_children",
  "claims",
] as const;

/**
 * The grant after an ordinary rotation. The columns that the row lacks were conditions of the statement, so they equal
 * what was presented: a client, a secret and a binding that differ are never rotated, nor is a grant whose windows stand,
 * or stood, still, or that has a parent.
 *
 * @param row as `RotatedColumns`; an engine may add columns of its own at the end
 */
export function rotatedGrant(
  presented: PresentedToken,
  row: readonly [...RotatedColumns, ...unknown[]],
): Grant {
  const rotatedAt = row[6];
  return {
    id: presented.grantId,
    clientId: presented.clientId,
    subject: row[0],
    scope: row[1],
    resource: row[2],
    secretHash: presented.secretHash,
    binding: presented.binding,
    boundGeneration: row[15],
    parentId: null,
    hasChildren: Boolean(row[16]),
    claims: row[17] === null ? null : toClaims(row[17]),
    createdAt: row[3],
    expiresAt: row[4],
    authTime: row[5],
    generation: presented.generation + 1,
    rotatedAt,
    lastUsedAt: row[7] ?? rotatedAt,
    windowStartedAt: row[8] ?? rotatedAt,
    windowEndedAt: rotatedAt,
    windowGeneration: row[9],
    windowRetried: Boolean(row[10]),
    previousWindowGeneration: row[11],
    previousWindowEndedAt: row[12],
    previousWindowRetried: Boolean(row[13]),
    retryScore: row[14],
    windowsHeldAt: null,
    windowRetryHeld: false,
    revokedAt: null,
    revokedReason: null,
  };
}

/** Reads a column of claims. */
export function toClaims(json: string | null): GrantClaims | null {
  return json === null ? null : (JSON.parse(json) as GrantClaims);
}

/** Writes a column of claims. */
export function claimsColumn(claims: GrantClaims | null | undefined): string | null {
  return claims === null || claims === undefined ? null : JSON.stringify(claims);
}
