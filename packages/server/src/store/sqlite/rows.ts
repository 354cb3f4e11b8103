import type { Row } from "../records.ts";
import type { Grant, RevocationReason } from "../store.ts";

export function bytesToUuid(bytes: Uint8Array): string {
  const hex = toBuffer(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function toGrant(row: Row): Grant {
  return {
    id: bytesToUuid(row["id"] as Uint8Array),
    clientId: row["client_id"] as string,
    subject: row["subject"] as string,
    scope: row["scope"] as string,
    secretHash: toBuffer(row["secret_hash"] as Uint8Array),
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    authTime: row["auth_time"] as number | null,
    resource: row["resource"] as string | null,
    generation: row["generation"] as number,
    rotatedAt: row["rotated_at"] as number,
    lastUsedAt: row["last_used_at"] as number,
    windowStartedAt: row["window_started_at"] as number,
    windowGeneration: row["window_generation"] as number,
    windowRetried: row["window_retried"] === 1,
    retriedWindows: row["retried_windows"] as number,
    revokedAt: row["revoked_at"] as number | null,
    revokedReason: row["revoked_reason"] as RevocationReason | null,
  };
}
