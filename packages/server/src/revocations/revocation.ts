import type { Event } from "../store/store.ts";

/**
 * The access tokens that an event revoked before they expired, by what a resource server finds in them. Instants in ms.
 */
export type Revocation = { at: number } & (
  | { grantId: string }
  | { jti: string }
  /** All grants of the subject that were created until then. */
  | { subject: string }
  /** All grants of the client that were created until then, and its own tokens. */
  | { clientId: string }
  /** All tokens that the key signed. */
  | { kid: string }
);

/** The revocation of an event. Undefined: the event revoked no access token, or lacks the member that says which. */
export function revocationOf(event: Event): Revocation | undefined {
  const { at, grantId, subject, clientId } = event;
  switch (event.type) {
    case "grant.reused":
    case "grant.concurrent_use":
      return event.data.revoked === true && grantId !== undefined ? { at, grantId } : undefined;
    case "grant.revoked":
      return grantId === undefined ? undefined : { at, grantId };
    case "access_token.revoked":
      return event.data.jti === undefined ? undefined : { at, jti: event.data.jti };
    case "account.disabled":
      return subject === undefined ? undefined : { at, subject };
    case "subject.revoked":
      return subject === undefined ? undefined : { at: event.data.created_until ?? at, subject };
    case "client.disabled":
    case "client.deleted": {
      const inTokens = event.data.wire_client_id ?? clientId;
      return inTokens === undefined ? undefined : { at, clientId: inTokens };
    }
    case "key.distrusted":
      return event.data.kid === undefined ? undefined : { at, kid: event.data.kid };
    default:
      return undefined;
  }
}
