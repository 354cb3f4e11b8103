import type { Event } from "../store/store.ts";

/** What access tokens an event ended before their time. Instants in ms. */
export type Revocation = { at: number } & (
  | { grantId: string }
  | { jti: string }
  /** All of the subject's grants that were made until then. */
  | { subject: string }
  /** All of the client's grants that were made until then, and its own tokens. */
  | { clientId: string }
  /** All tokens that the key signed. */
  | { kid: string }
);

/** Undefined: the event ended no access token. */
export function revocationOf({ type, at, data, ...about }: Event): Revocation | undefined {
  const { grantId, subject, clientId } = about;
  switch (type) {
    case "grant.reused":
    case "grant.concurrent_use":
      return data["revoked"] === true && grantId !== undefined ? { at, grantId } : undefined;
    case "grant.revoked":
      return grantId === undefined ? undefined : { at, grantId };
    case "access_token.revoked":
      return { at, jti: String(data["jti"]) };
    case "account.disabled":
      return subject === undefined ? undefined : { at, subject };
    case "client.disabled":
    case "client.deleted":
      // What its tokens call it.
      if (typeof data["wire_client_id"] === "string") return { at, clientId: data["wire_client_id"] };
      return clientId === undefined ? undefined : { at, clientId };
    case "key.distrusted":
      return typeof data["kid"] === "string" ? { at, kid: data["kid"] } : undefined;
    default:
      return undefined;
  }
}
