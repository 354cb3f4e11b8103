import { toSecrets } from "../records.ts";
import type { Client, ClientSettings, Event, Grant, RevocationReason } from "../store.ts";

/** A row as the driver gives it. */
export type Row = Record<string, unknown>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a `uuid` column can hold it, and gives it back as it is; another id is nobody's. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The ids that Passport's auto-increment makes; they fit into the last 48 bits of a UUID. */
const NUMBER = /^(?:0|[1-9]\d{0,13})$/;
/** UUIDs that stand for numbers: version 8 (RFC 9562 §5.8), so that no random or timed one is among them. */
const NUMBERED = "00000000-0000-8000-8000-";

/** A client's id, a UUID or a number, as a `uuid` column holds it, which keeps rows short. Undefined: it is nobody's. */
export function clientKey(id: string): string | undefined {
  if (isUuid(id)) return id.startsWith(NUMBERED) ? undefined : id;
  return NUMBER.test(id) ? NUMBERED + Number(id).toString(16).padStart(12, "0") : undefined;
}

/** The client's id of a `uuid` column. */
export function clientIdOf(key: string): string {
  return key.startsWith(NUMBERED) ? String(Number.parseInt(key.slice(NUMBERED.length), 16)) : key;
}

/** Whether a `text` column can hold it: PostgreSQL's text has no U+0000. */
export function isText(text: string): boolean {
  return !text.includes("\0");
}

export function toGrant(row: Row): Grant {
  const rotatedAt = row["rotated_at"] as number;
  return {
    id: row["id"] as string,
    clientId: clientIdOf(row["client_id"] as string),
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

export function toClient(row: Row): Client {
  return {
    ...(JSON.parse(row["settings"] as string) as ClientSettings),
    id: clientIdOf(row["id"] as string),
    public: row["public"] as boolean,
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
