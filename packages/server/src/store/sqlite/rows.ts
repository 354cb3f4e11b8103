import { toSecrets } from "../records.ts";
import type { Client, ClientSettings, Event, Grant, RevocationReason } from "../store.ts";

/** A row as `node:sqlite` gives it. */
export type Row = Record<string, unknown>;

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
    burstAt: row["burst_at"] as number,
    burstGeneration: row["burst_generation"] as number,
    burstMarked: row["burst_marked"] === 1,
    markedBursts: row["marked_bursts"] as number,
    revokedAt: row["revoked_at"] as number | null,
    revokedReason: row["revoked_reason"] as RevocationReason | null,
  };
}

export function toClient(row: Row): Client {
  return {
    ...(JSON.parse(row["settings"] as string) as ClientSettings),
    id: row["id"] as string,
    public: row["public"] === 1,
    secrets: toSecrets(row["secrets"] as string),
    createdAt: row["created_at"] as number,
    disabledAt: row["disabled_at"] as number | null,
    grantsRevokedAt: row["grants_revoked_at"] as number | null,
  };
}

export function toEvent(row: Row): Event {
  return {
    id: row["id"] as number,
    at: row["at"] as number,
    type: row["type"] as Event["type"],
    clientId: (row["client_id"] ?? undefined) as string | undefined,
    subject: (row["subject"] ?? undefined) as string | undefined,
    grantId: (row["grant_id"] ?? undefined) as string | undefined,
    data: JSON.parse(row["data"] as string) as Record<string, unknown>,
  };
}
