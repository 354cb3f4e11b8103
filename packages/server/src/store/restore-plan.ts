import { wellFormedData } from "../events/event.ts";
import type { Event, EventType } from "./events.ts";
import type { DeniedToken, RevocationReason } from "./grants.ts";

/** The actor of the events that a restore records. */
export const RESTORE = "restore";

/**
 * What an engine does for an event, with the event's instant. Each operation returns, or resolves to, whether it
 * changed something; an engine chooses `Changed` so that both kinds share this plan. All are idempotent.
 */
export interface RestoreOperations<Changed> {
  revokeGrant(grantId: string, reason: RevocationReason): Changed;
  /** Never moves the end (ms) earlier, and asks for no idle lifetime: the backup does not know the last refresh. */
  extendLifetime(grantId: string, expiresAt: number): Changed;
  denyAccessToken(token: DeniedToken): Changed;
  disableClient(clientId: string): Changed;
  enableClient(clientId: string): Changed;
  deleteClient(clientId: string): Changed;
  /** @param overlap how long the earlier secrets stay valid, s */
  rotateSecret(clientId: string, digest: Buffer, overlap: number): Changed;
  disableAccount(subject: string): Changed;
  enableAccount(subject: string): Changed;
  /** No password matches any more: events hold no hash. */
  removePassword(subject: string): Changed;
  /** The account is an operator no more. A role is never given: whoever writes the file must not become one. */
  removeRole(subject: string): Changed;
  endSignIn(digest: Buffer): Changed;
  withdrawConsent(subject: string, clientId: string): Changed;
  deleteRegistrationToken(id: string): Changed;
  distrustSigningKey(kid: string): Changed;
  distrustMacKey(number: number, masterKeyId: string): Changed;
}

/**
 * Applies one event of another copy of the store. It takes access away, enables what an operator enabled again, sets
 * new secrets, and gives grants the later end that they were given; grants, consents and accounts that the backup lacks are not created. Undefined: the event asks for
 * no change, a newer program's type is not known, or its payload lacks what is needed. Other members do not matter.
 */
export function restoreEvent<Changed>(
  presented: Event,
  operations: RestoreOperations<Changed>,
): Changed | undefined {
  // The events come from a file, which may be damaged or edited.
  const data = wellFormedData(presented);
  if (data === undefined) return undefined;
  const event: Event = { ...presented, data };
  const { clientId = "", subject = "", grantId = "" } = event;
  switch (event.type) {
    case "grant.revoked":
      // A reason of another version is no reason to let the grant live again.
      return operations.revokeGrant(grantId, event.data.reason ?? "revoked_by_operator");
    case "grant.reused":
      return event.data.revoked ? operations.revokeGrant(grantId, "reused") : undefined;
    case "grant.concurrent_use":
      return event.data.revoked ? operations.revokeGrant(grantId, "concurrent_use") : undefined;
    case "grant.lifetime_extended":
      return event.data.expires_at === undefined
        ? undefined
        : operations.extendLifetime(grantId, event.data.expires_at);
    case "access_token.revoked": {
      const { jti, expires_at: expiresAt } = event.data;
      if (jti === undefined || expiresAt === undefined) return undefined;
      return operations.denyAccessToken({ jti, expiresAt, clientId, actor: RESTORE });
    }
    case "client.disabled":
      return operations.disableClient(clientId);
    case "client.enabled":
      return operations.enableClient(clientId);
    case "client.deleted":
      return operations.deleteClient(clientId);
    case "client.secret_rotated": {
      const { digest, overlap } = event.data;
      if (digest === undefined || overlap === undefined) return undefined;
      return operations.rotateSecret(clientId, Buffer.from(digest, "hex"), overlap);
    }
    case "account.disabled":
      return operations.disableAccount(subject);
    case "account.enabled":
      return operations.enableAccount(subject);
    case "account.password_changed":
      // The new password is not in the event, and the old one must not become valid again.
      return operations.removePassword(subject);
    case "account.role_changed":
      return event.data.role === null ? operations.removeRole(subject) : undefined;
    case "sign_in.ended":
      return event.data.digest === undefined
        ? undefined
        : operations.endSignIn(Buffer.from(event.data.digest, "hex"));
    case "consent.withdrawn":
      return operations.withdrawConsent(subject, clientId);
    case "registration_token.deleted":
      return event.data.token_id === undefined
        ? undefined
        : operations.deleteRegistrationToken(event.data.token_id);
    case "key.distrusted": {
      const { kid, mac_key: number, master_key_id: masterKeyId } = event.data;
      if (kid !== undefined) return operations.distrustSigningKey(kid);
      if (number === undefined || masterKeyId === undefined) return undefined;
      return operations.distrustMacKey(number, masterKeyId);
    }
    default:
      return undefined;
  }
}

/** Changes that later ones of the same client or account undo: an older one must not be applied over a newer. */
const UNDOABLE: readonly (readonly [EventType, EventType])[] = [
  ["client.disabled", "client.enabled"],
  ["client.secret_rotated", "client.secret_rotated"],
  ["account.disabled", "account.enabled"],
  ["account.password_changed", "account.password_changed"],
  ["account.role_changed", "account.role_changed"],
];

/**
 * Where to look for a newer event that undid this one: events of `types` whose column `about` is `id`. Undefined:
 * nothing undoes it, so it can be applied at any time. A pair of equal types means that only the newest event of that
 * type counts.
 */
export function undoneBy({ type, clientId = "", subject = "" }: Event):
  | {
      types: readonly [EventType, EventType];
      about: "client_id" | "subject";
      id: string;
    }
  | undefined {
  const types = UNDOABLE.find((pair) => pair.includes(type));
  if (types === undefined) return undefined;
  return type.startsWith("client.")
    ? { types, about: "client_id", id: clientId }
    : { types, about: "subject", id: subject };
}
