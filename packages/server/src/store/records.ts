import type { DeviceRequest } from "./devices.ts";
import type { RegistrationToken } from "./registrations.ts";
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
    .map((secret) => ({ ...secret, expiresAt: Math.min(secret.expiresAt ?? end, end) }))
    .filter(({ expiresAt }) => expiresAt > now);
}

/** Whether one of the secrets has this digest and does not expire. */
export function isInForce(secrets: readonly ClientSecret[], digest: Buffer): boolean {
  return secrets.some(
    (secret) => secret.expiresAt === null && "digest" in secret && secret.digest.equals(digest),
  );
}

/** With `digest` in place of `slowHash`; undefined: none of them has it. */
export function upgraded(
  secrets: readonly ClientSecret[],
  slowHash: string,
  digest: Buffer,
): ClientSecret[] | undefined {
  const at = secrets.findIndex((secret) => "slowHash" in secret && secret.slowHash === slowHash);
  const old = secrets[at];
  return old && secrets.with(at, { digest, expiresAt: old.expiresAt });
}

/** As the column `secrets` holds them: JSON, the digest in hex. */
export function fromSecrets(secrets: readonly ClientSecret[]): string {
  return JSON.stringify(
    secrets.map((secret) =>
      "digest" in secret ? { ...secret, digest: secret.digest.toString("hex") } : secret,
    ),
  );
}

export function toSecrets(json: string): ClientSecret[] {
  const secrets = JSON.parse(json) as ({ expiresAt: number | null } & (
    { digest: string } | { slowHash: string }
  ))[];
  return secrets.map((secret) =>
    "digest" in secret ? { ...secret, digest: Buffer.from(secret.digest, "hex") } : secret,
  );
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

/** What the event of a client's end says; its id on the wire too, by which others know its tokens, if it has another one. */
export function clientRevocation(settings: string, actor: string): Record<string, unknown> {
  const { metadataUri } = JSON.parse(settings) as ClientSettings;
  return metadataUri === null ? { actor } : { actor, wire_client_id: metadataUri };
}

/** Usernames are one whatever their case or Unicode composition. */
export function usernameKey(username: string): string {
  return username.normalize("NFC").toLowerCase();
}

/** What an `access_token.revoked` event of another copy of the store says. */
export function deniedToken(data: Record<string, unknown>, clientId: string, actor: string): DeniedToken {
  return { jti: String(data["jti"]), expiresAt: Number(data["expires_at"]), clientId, actor };
}

/** The events that may end access tokens before their time; reuse and concurrentUse do only where their policy revokes. */
const REVOCATION_EVENTS: readonly EventType[] = [
  "grant.revoked",
  "grant.reused",
  "grant.concurrent_use",
  "access_token.revoked",
  "account.disabled",
  "client.disabled",
  "client.deleted",
  "key.distrusted",
];

/** As an SQL condition. The partial index `events_by_revocation` is of the same words, or it would not be used. */
export const IS_REVOCATION = `type IN (${REVOCATION_EVENTS.map((type) => `'${type}'`).join(", ")})`;

export function toClient(row: Row): Client {
  return {
    ...(JSON.parse(row["settings"] as string) as ClientSettings),
    id: row["id"] as string,
    public: Boolean(row["public"]),
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

/** A row of `device_requests`, whose columns both drivers give alike. */
export function toDeviceRequest(row: Row): DeviceRequest {
  return {
    clientId: row["client_id"] as string,
    scope: row["scope"] as string,
    resource: row["resource"] as string | null,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    interval: row["interval_s"] as number,
    polledAt: row["polled_at"] as number | null,
    state: row["state"] as DeviceRequest["state"],
    subject: row["subject"] as string | null,
    authTime: row["auth_time"] as number | null,
    grantId: row["grant_id"] as string | null,
    redeemedAt: row["redeemed_at"] as number | null,
  };
}

/** A row of `registration_tokens`, likewise. */
export function toRegistrationToken(row: Row): RegistrationToken {
  return {
    id: row["id"] as string,
    name: row["name"] as string,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number | null,
    usesLeft: row["uses_left"] as number | null,
  };
}
