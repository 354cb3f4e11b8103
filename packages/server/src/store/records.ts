import type { Client, ClientSecret, ClientSettings, DeniedToken, Event, EventType } from "./store.ts";

// What every engine does alike with what it is given.

/**
 * While writes keep coming, the time from one commit to the next batch, ms. A durable commit costs as much CPU as a
 * dozen rows; where each answer waits for a signature, requests come in one by one and would each have their own.
 */
export const COMMIT_INTERVAL = 2;

/** A row as an engine's driver gives it. Columns have one name in all engines; truths may be 0 and 1. */
export type Row = Record<string, unknown>;

/** The secrets that still work beside a new one, until `overlap` s from `now` at most. */
export function overlapping(secrets: readonly ClientSecret[], now: number, overlap: number): ClientSecret[] {
  const end = now + overlap * 1000;
  return secrets
    .map(({ digest, expiresAt }) => ({ digest, expiresAt: Math.min(expiresAt ?? end, end) }))
    .filter(({ expiresAt }) => expiresAt > now);
}

/** Just the settings, of a value that may hold more. */
export function settingsOf(client: ClientSettings | Client): ClientSettings {
  const {
    id,
    public: isPublic,
    secrets,
    createdAt,
    disabledAt,
    grantsRevokedAt,
    ...settings
  } = client as Client;
  return settings;
}

/** Usernames are one whatever their case or Unicode composition. */
export function usernameKey(username: string): string {
  return username.normalize("NFC").toLowerCase();
}

/** What an `access_token.revoked` event of another copy of the store says. */
export function deniedToken(data: Record<string, unknown>, clientId: string, actor: string): DeniedToken {
  return { jti: String(data["jti"]), expiresAt: Number(data["expires_at"]), clientId, actor };
}

/** The events that may end access tokens before their time; reuse and shadowing do only where their policy revokes. */
const ENDINGS: readonly EventType[] = [
  "grant.revoked",
  "grant.reused",
  "grant.shadowed",
  "access_token.revoked",
  "account.disabled",
  "client.disabled",
  "client.deleted",
  "key.distrusted",
];

/** As an SQL condition. The partial index `events_by_ending` is of the same words, or it would not be used. */
export const IS_ENDING = `type IN (${ENDINGS.map((type) => `'${type}'`).join(", ")})`;

export function toClient(row: Row): Client {
  const secrets = JSON.parse(row["secrets"] as string) as { digest: string; expiresAt: number | null }[];
  return {
    ...(JSON.parse(row["settings"] as string) as ClientSettings),
    id: row["id"] as string,
    public: Boolean(row["public"]),
    secrets: secrets.map(({ digest, expiresAt }) => ({ digest: Buffer.from(digest, "hex"), expiresAt })),
    createdAt: row["created_at"] as number,
    disabledAt: row["disabled_at"] as number | null,
    grantsRevokedAt: row["grants_revoked_at"] as number | null,
  };
}

/** As the column `secrets` holds them. */
export function fromSecrets(secrets: Client["secrets"]): string {
  return JSON.stringify(
    secrets.map(({ digest, expiresAt }) => ({ digest: digest.toString("hex"), expiresAt })),
  );
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
