import type { RequestSource } from "../request-source.ts";
import type { AccountRole, NewAccountRow } from "./accounts.ts";
import type { NewOperatorSignIn } from "./authorization.ts";
import type { Client, ClientSettings } from "./clients.ts";
import type { Event, NewEvent } from "./events.ts";
import type { DeniedToken, Grant, RevocationReason } from "./grants.ts";
import type { MacKeyRecord, SigningKeyRecord } from "./keys.ts";
import type { NewRegistrationToken } from "./registrations.ts";

// Builds the events whose payload differs from the arguments of their operation. Both engines use them, so a type of
// event has one payload in every store. `actor` is who carried out the operation. Payloads hold digests and ids, never
// a secret.

/** An event as it is told after the commit: what was recorded of it, with its row's id and instant (ms). */
export function recordedEvent(
  event: NewEvent,
  { id, at, source }: { id: number; at: number; source: RequestSource | undefined },
): Event {
  const { clientId, subject, grantId } = event;
  const { address, userAgent, requestId } = source ?? NO_SOURCE;
  return { clientId, subject, grantId, address, userAgent, requestId, ...event, id, at };
}

const NO_SOURCE: { [Name in keyof RequestSource]?: undefined } = {};

/**
 * A new session.
 *
 * @param via the grant type, `host`, or the operator
 */
export function grantCreated(grant: Grant, via: string): NewEvent {
  const { id: grantId, clientId, subject, scope } = grant;
  return { type: "grant.created", clientId, subject, grantId, data: { via, scope } };
}

/**
 * The end of one grant by itself; a refresh, and the end of its account or client, have events of their own.
 * `generation` is the head at that time.
 *
 * @param withSubject it ends with all grants of its subject, as `subject.revoked` has said
 */
export function grantRevoked(
  grant: Pick<Grant, "id" | "clientId" | "subject" | "generation">,
  reason: RevocationReason,
  actor: string,
  withSubject = false,
): NewEvent {
  const { id: grantId, clientId, subject, generation } = grant;
  const data = { reason, actor, generation, ...(withSubject ? { with_subject: true } : {}) };
  return { type: "grant.revoked", clientId, subject, grantId, data };
}

/**
 * A later end of the absolute lifetime, by a user or an operator: a restore gives the grant the same one.
 *
 * @param previousExpiresAt the end before, ms
 */
export function grantLifetimeExtended(grant: Grant, previousExpiresAt: number, actor: string): NewEvent {
  const { id: grantId, clientId, subject, expiresAt } = grant;
  const data = { previous_expires_at: previousExpiresAt, expires_at: expiresAt, actor };
  return { type: "grant.lifetime_extended", clientId, subject, grantId, data };
}

/** An entry of the denylist; `expires_at` (ms) lets a restore add it with its own end. */
export function accessTokenRevoked({ jti, expiresAt, clientId, actor }: DeniedToken): NewEvent {
  return { type: "access_token.revoked", clientId, data: { jti, expires_at: expiresAt, actor } };
}

/** A new client. Its settings are not repeated: `client show` has them. */
export function clientCreated(client: Pick<Client, "id" | "name" | "public">, actor: string): NewEvent {
  const { id: clientId, name } = client;
  return { type: "client.created", clientId, data: { name, public: client.public, actor } };
}

/**
 * The digest is in the event so that a restored backup can accept the new secret; the log omits it.
 *
 * @param overlap how long the earlier secrets stay valid, s
 */
export function secretRotated(clientId: string, digest: Buffer, overlap: number, actor: string): NewEvent {
  const data = { digest: digest.toString("hex"), overlap, actor };
  return { type: "client.secret_rotated", clientId, data };
}

/**
 * The end of a client's grants. `wire_client_id` is what its tokens name where that is not `clientId`: resource servers
 * match revocations by it.
 *
 * @param settings the column of that name, JSON
 */
export function clientRevoked(
  type: "client.disabled" | "client.deleted",
  clientId: string,
  settings: string,
  actor: string,
): NewEvent {
  // A row that an older program wrote may lack the setting.
  const { metadataUri = null } = JSON.parse(settings) as Partial<ClientSettings>;
  const data = metadataUri === null ? { actor } : { actor, wire_client_id: metadataUri };
  return { type, clientId, data };
}

/** A new account, and then its role, if it has one. */
export function accountCreated({ subject, username, role }: NewAccountRow, actor: string): NewEvent[] {
  const created: NewEvent = { type: "account.created", subject, data: { username, actor } };
  return role ? [created, roleChanged(subject, role, actor)] : [created];
}

/** An account's role; null: it has none any more. */
export function roleChanged(subject: string, role: AccountRole | null, actor: string): NewEvent {
  return { type: "account.role_changed", subject, data: { role, actor } };
}

/** An operator's sign-in at the console, or a one-time link to one. */
export function operatorSignIn(signIn: NewOperatorSignIn, expiresAt: number): NewEvent {
  const { subject, as, actor } = signIn;
  return as === "link"
    ? { type: "operator.link_created", subject, data: { expires_at: expiresAt, actor } }
    : { type: "operator.signed_in", subject, data: { actor } };
}

/** The end of a browser's sign-in; a restore finds it by the digest of its cookie. */
export function signInEnded(subject: string, digest: Buffer): NewEvent {
  return { type: "sign_in.ended", subject, data: { digest: digest.toString("hex") } };
}

/** A new initial access token (RFC 7591 §3), without its digest: a restore deletes tokens but never adds one. */
export function registrationTokenCreated(token: NewRegistrationToken, actor: string): NewEvent {
  const { id, name, ttl, uses } = token;
  return { type: "registration_token.created", data: { token_id: id, name, ttl, uses, actor } };
}

/** A new signing key; `active_at` (ms) is from when it signs, which is later than now while the JWKS caches fill. */
export function signingKeyCreated(key: SigningKeyRecord, actor: string): NewEvent {
  const { kid, algorithm, activeAt } = key;
  return { type: "key.created", data: { kid, algorithm, active_at: activeAt, actor } };
}

/** A new MAC key of refresh tokens; `active_at` in ms. */
export function macKeyCreated(key: Pick<MacKeyRecord, "number" | "activeAt">, actor: string): NewEvent {
  return { type: "key.created", data: { mac_key: key.number, active_at: key.activeAt, actor } };
}

/** The number alone would not do: under another master key it is another key. */
export function macKeyDistrusted(number: number, masterKeyId: string, actor: string): NewEvent {
  return { type: "key.distrusted", data: { mac_key: number, master_key_id: masterKeyId, actor } };
}
