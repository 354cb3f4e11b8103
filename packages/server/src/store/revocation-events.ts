import type { EventType } from "./events.ts";

/**
 * The events that may end access tokens before they expire; `grant.reused` and `grant.concurrent_use` do only where
 * the client's policy revokes the grant.
 */
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

/** As an SQL condition. The partial index `events_by_revocation` has the same words, or no engine would use it. */
export const IS_REVOCATION = `type IN (${REVOCATION_EVENTS.map((type) => `'${type}'`).join(", ")})`;
