import type { Client, ClientSettings } from "./clients.ts";
import type { NewEvent } from "./events.ts";
import type { DeniedToken, Grant, RevocationReason } from "./grants.ts";
import type { MacKeyRecord, SigningKeyRecord } from "./keys.ts";
import type { NewRegistrationToken } from "./registrations.ts";

// Builds the events whose payload differs from the arguments of their operation. Both engines use them.

/** @param via the grant type, `host`, or the operator */
export function grantCreated(grant: Grant, via: string): NewEvent {
  const { id: grantId, clientId, subject, scope } = grant;
  return { type: "grant.created", clientId, subject, grantId, data: { via, scope } };
}

export function grantRevoked(
  grant: Pick<Grant, "id" | "clientId" | "subject" | "generation">,
  reason: RevocationReason,
  actor: string,
): NewEvent {
  const { id: grantId, clientId, subject, generation } = grant;
  return { type: "grant.revoked", clientId, subject, grantId, data: { reason, actor, generation } };
}

export function accessTokenRevoked({ jti, expiresAt, clientId, actor }: DeniedToken): NewEvent {
  return { type: "access_token.revoked", clientId, data: { jti, expires_at: expiresAt, actor } };
}

export function clientCreated(client: Pick<Client, "id" | "name" | "public">, actor: string): NewEvent {
  const { id: clientId, name } = client;
  return { type: "client.created", clientId, data: { name, public: client.public, actor } };
}

/** @param overlap how long the earlier secrets stay valid, s */
export function secretRotated(clientId: string, digest: Buffer, overlap: number, actor: string): NewEvent {
  const data = { digest: digest.toString("hex"), overlap, actor };
  return { type: "client.secret_rotated", clientId, data };
}

/** @param settings the column of that name: where its tokens name another client id, resource servers need that one */
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

export function signInEnded(subject: string, digest: Buffer): NewEvent {
  return { type: "sign_in.ended", subject, data: { digest: digest.toString("hex") } };
}

export function registrationTokenCreated(token: NewRegistrationToken, actor: string): NewEvent {
  const { id, name, ttl, uses } = token;
  return { type: "registration_token.created", data: { token_id: id, name, ttl, uses, actor } };
}

export function signingKeyCreated(key: SigningKeyRecord, actor: string): NewEvent {
  const { kid, algorithm, activeAt } = key;
  return { type: "key.created", data: { kid, algorithm, active_at: activeAt, actor } };
}

export function macKeyCreated(key: Pick<MacKeyRecord, "number" | "activeAt">, actor: string): NewEvent {
  return { type: "key.created", data: { mac_key: key.number, active_at: key.activeAt, actor } };
}

export function macKeyDistrusted(number: number, masterKeyId: string, actor: string): NewEvent {
  return { type: "key.distrusted", data: { mac_key: number, master_key_id: masterKeyId, actor } };
}
