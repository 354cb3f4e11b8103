import type { Row } from "../records.ts";
import type { Grant, RevocationReason } from "../store.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a `uuid` column can hold it, and gives it back as it is; another id is nobody's. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Whether a `text` column can hold it: PostgreSQL's text has no U+0000. */
export function isText(text: string): boolean {
  return !text.includes("\0");
}

export function toGrant(row: Row): Grant {
  const rotatedAt = row["rotated_at"] as number;
  return {
    id: row["id"] as string,
    clientId: row["client_id"] as string,
    subject: row["subject"] as string,
    scope: row["scope"] as string,
    secretHash: row["secret_hash"] as Buffer,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    authTime: row["auth_time"] as number | null,
    resource: row["resource"] as string | null,
    generation: row["generation"] as number,
    rotatedAt,
    lastUsedAt: (row["last_used_at"] ?? rotatedAt) as number,
    burstAt: (row["burst_at"] ?? rotatedAt) as number,
    burstGeneration: row["burst_generation"] as number,
    burstMarked: row["burst_marked"] as boolean,
    markedBursts: row["marked_bursts"] as number,
    revokedAt: row["revoked_at"] as number | null,
    revokedReason: row["revoked_reason"] as RevocationReason | null,
  };
}
