import type { Account, AccountRole } from "./accounts.ts";
import type { Code, Consent, PushedRequest, SignIn } from "./authorization.ts";
import { toClient } from "./client-row.ts";
import type { DeviceRequest } from "./devices.ts";
import type { Event } from "./events.ts";
import { toClaims, toGrant } from "./grant-row.ts";
import type { ActiveGrants } from "./grants.ts";
import type { MacKeyRecord, SigningKeyRecord } from "./keys.ts";
import type { Registration, RegistrationToken } from "./registrations.ts";
import type { ColumnConverters, Row } from "./row.ts";
import type { DeadLetter, Subscription, SubscriptionState } from "./subscriptions.ts";

/**
 * The functions that read the rows of one engine. The engines share the tables' columns; only the forms of UUIDs, bytes
 * and booleans differ, which `columns` converts. Rows are not checked: only this program writes them.
 */
export function rowMappers(columns: ColumnConverters) {
  return {
    toGrant: (row: Row) => toGrant(row, columns),
    toActiveGrants: (row: Row) => toActiveGrants(row, columns),
    toClient: (row: Row) => toClient(row, columns),
    toCode: (row: Row) => toCode(row, columns),
    toPushedRequest: (row: Row) => toPushedRequest(row, columns),
    toRegistration: (row: Row) => toRegistration(row, columns),
    toSignIn: (row: Row) => toSignIn(row, columns),
    toSigningKey: (row: Row) => toSigningKey(row, columns),
    toSubscription: (row: Row) => toSubscription(row, columns),
    toSubscriptionState: (row: Row) => toSubscriptionState(row, columns),
  };
}

function toActiveGrants(row: Row, { clientId }: ColumnConverters): ActiveGrants {
  return {
    clientId: clientId(row["client_id"]),
    scope: row["scope"] as string,
    resource: row["resource"] as string | null,
    createdAt: row["created_at"] as number,
    lastUsedAt: row["last_used_at"] as number,
    expiresAt: row["expires_at"] as number,
  };
}

function toSignIn(row: Row, { bytes }: ColumnConverters): SignIn {
  return {
    digest: bytes(row["digest"]),
    subject: row["subject"] as string,
    name: row["name"] as string,
    authTime: row["auth_time"] as number,
    acr: row["acr"] as string | null,
    expiresAt: row["expires_at"] as number,
  };
}

function toCode(row: Row, { bytes, boolean }: ColumnConverters): Code {
  return {
    digest: bytes(row["digest"]),
    clientId: row["client_id"] as string,
    subject: row["subject"] as string,
    scope: row["scope"] as string,
    resource: row["resource"] as string | null,
    redirectUri: row["redirect_uri"] as string,
    redirectUriNamed: boolean(row["redirect_uri_named"]),
    challenge: row["challenge"] === null ? null : bytes(row["challenge"]),
    authTime: row["auth_time"] as number,
    binding: row["binding"] as string | null,
    claims: toClaims(row["claims"] as string | null),
    expiresAt: row["expires_at"] as number,
    grantId: row["grant_id"] as string | null,
  };
}

function toPushedRequest(row: Row, { bytes }: ColumnConverters): PushedRequest {
  return {
    digest: bytes(row["digest"]),
    clientId: row["client_id"] as string,
    parameters: JSON.parse(row["parameters"] as string) as PushedRequest["parameters"],
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
  };
}

function toRegistration(row: Row, { bytes }: ColumnConverters): Registration {
  return {
    clientId: row["client_id"] as string,
    tokenDigest: row["token_digest"] === null ? null : bytes(row["token_digest"]),
    createdAt: row["created_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
}

function toSigningKey(row: Row, { bytes }: ColumnConverters): SigningKeyRecord {
  return {
    kid: row["kid"] as string,
    algorithm: row["algorithm"] as SigningKeyRecord["algorithm"],
    publicJwk: row["public_jwk"] as string,
    sealedPrivateKey: bytes(row["sealed_private_key"]),
    createdAt: row["created_at"] as number,
    activeAt: row["active_at"] as number,
  };
}

function toSubscription(row: Row, { bytes }: ColumnConverters): Subscription {
  return {
    id: row["id"] as string,
    kind: row["kind"] as Subscription["kind"],
    settings: JSON.parse(row["settings"] as string) as Subscription["settings"],
    secrets: row["secrets"] === null ? null : bytes(row["secrets"]),
    status: row["status"] as Subscription["status"],
    statusReason: row["status_reason"] as string | null,
    version: row["version"] as number,
    cursor: { id: row["cursor_id"] as number, at: row["cursor_at"] as number },
    progress: row["progress"] === null ? null : (JSON.parse(row["progress"] as string) as unknown),
    failures: row["failures"] as number,
    nextAttemptAt: row["next_attempt_at"] as number,
    lastError: row["last_error"] as string | null,
    createdAt: row["created_at"] as number,
  };
}

function toSubscriptionState(row: Row, columns: ColumnConverters): SubscriptionState {
  return {
    ...toSubscription(row, columns),
    waitingSince: row["waiting_since"] as number | null,
    deadLetters: row["dead_letters"] as number,
    replays: columns.boolean(row["replays"]),
    free: columns.boolean(row["free"]),
  };
}

// Both drivers return the columns of these rows in the same form, so they need no converters.

/** Reads a row of `mac_keys`. */
export function toMacKey(row: Row): MacKeyRecord {
  return {
    number: row["number"] as number,
    masterKeyId: row["master_key_id"] as string,
    activeAt: row["active_at"] as number,
    distrustedAt: row["distrusted_at"] as number | null,
  };
}

/** Reads a row of `accounts`. */
export function toAccount(row: Row): Account {
  return {
    subject: row["subject"] as string,
    username: row["username"] as string,
    passwordHash: row["password_hash"] as string | null,
    createdAt: row["created_at"] as number,
    disabledAt: row["disabled_at"] as number | null,
    role: row["role"] as AccountRole | null,
  };
}

/** Reads a row of `consents`. */
export function toConsent(row: Row): Consent {
  return {
    subject: row["subject"] as string,
    clientId: row["client_id"] as string,
    scope: row["scope"] as string,
    givenAt: row["given_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}

/** Reads a row of `device_requests`; `interval_s` is in s, instants are in ms. */
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
    claims: toClaims(row["claims"] as string | null),
    grantId: row["grant_id"] as string | null,
    redeemedAt: row["redeemed_at"] as number | null,
  };
}

/** Reads a row of `registration_tokens`, without the digest: nothing above the store needs it. */
export function toRegistrationToken(row: Row): RegistrationToken {
  return {
    id: row["id"] as string,
    name: row["name"] as string,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number | null,
    usesLeft: row["uses_left"] as number | null,
  };
}

/** Reads a row of `dead_letters` that is joined with its event. */
export function toDeadLetter(row: Row): DeadLetter {
  return {
    eventId: row["event_id"] as number,
    eventAt: row["event_at"] as number,
    failedAt: row["failed_at"] as number,
    attempts: row["attempts"] as number,
    error: row["error"] as string,
    replayAt: row["replay_at"] as number | null,
    event: row["id"] === null ? undefined : toEvent(row),
  };
}

/**
 * Reads a row of `events`. Its type may be a newer program's, and its payload may lack members: `Event` says how to go
 * about both.
 */
export function toEvent(row: Row): Event {
  const event = {
    id: row["id"] as number,
    at: row["at"] as number,
    type: row["type"] as Event["type"],
    clientId: (row["client_id"] ?? undefined) as string | undefined,
    subject: (row["subject"] ?? undefined) as string | undefined,
    grantId: (row["grant_id"] ?? undefined) as string | undefined,
    address: (row["address"] ?? undefined) as string | undefined,
    userAgent: (row["user_agent"] ?? undefined) as string | undefined,
    requestId: (row["request_id"] ?? undefined) as string | undefined,
    data: JSON.parse(row["data"] as string) as unknown,
  };
  return event as Event;
}
