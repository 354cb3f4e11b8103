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

/**
 * The SQL condition of the events that are listed after a position, by primary key. `subject.revoked` ends at once what
 * the events of the grants, which follow it, would end one by one: a list that begins at an instant may lack it.
 */
export const IS_LISTED = `type IN (${[...REVOCATION_EVENTS, "subject.revoked"].map((type) => `'${type}'`).join(", ")})`;

/**
 * As an SQL condition, a constant of this program. The partial index `events_by_revocation` has the same words in the
 * same order, or no engine would use it: a change here needs a migration.
 */
export const IS_REVOCATION = `type IN (${REVOCATION_EVENTS.map((type) => `'${type}'`).join(", ")})`;
