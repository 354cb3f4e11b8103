import type { DatabaseSync } from "node:sqlite";
import { CODE_KEPT } from "../authorization.ts";
import { KEPT_FOR_SUBSCRIPTIONS } from "../subscriptions.ts";
import type { Store } from "../store.ts";
import { ACTIVITY_KEPT } from "../activity.ts";
import { daysUntil, GrantCount } from "../statistics.ts";
import type { CountedGrants } from "../statistics.ts";
import { CLIENT_OF_ACTIVE, IDLE_END } from "./find-grants.ts";
import { prepareGrantCount } from "./statistics.ts";
import type { WriteQueue } from "./write-queue.ts";

/** How long a grant is kept after it expired or was revoked, so that the reason can still be explained, ms. */
const KEPT_AFTER_END = 7 * 24 * 3600 * 1000;

/**
 * The port's `sweep`. It goes through the grants by primary key, a slice a call, each slice a short transaction. The
 * conditions repeat `grantStatus`; a grant of a deleted client ends with the client's `grants_revoked_at`. An adopted
 * grant (a UUIDv8) that was revoked is kept until its time is over: were it gone, adopting its session again would
 * bring it back.
 */
export function sweeper(database: DatabaseSync, queue: WriteQueue): Store["sweep"] {
  const sliceEnd = database.prepare(
    "SELECT id FROM (SELECT id FROM grants WHERE id > ? ORDER BY id LIMIT ?) ORDER BY id DESC LIMIT 1",
  );
  const removeGrants = database.prepare(`
    DELETE FROM grants WHERE id IN (
      SELECT g.id FROM grants g LEFT JOIN clients c ON c.id = g.client_id
      WHERE g.id > ?1 AND g.id <= ?2 AND (
        (g.revoked_at <= ?3 AND substr(hex(g.id), 13, 1) <> '8')
        OR g.expires_at <= ?3
        OR ${IDLE_END} <= ?3
        OR (g.created_at <= c.grants_revoked_at AND c.grants_revoked_at <= ?3)))`);
  // The conditions of `ACTIVE`, which reads each client's settings once.
  const countActive = database.prepare(`
    SELECT ${daysUntil("expires_at", "?1")} AS ends, ${daysUntil("idle_end", "?1")} AS idle_ends, count(*) AS grants
    FROM (SELECT expires_at, ${IDLE_END} AS idle_end FROM grants, clients c
      WHERE grants.id > ?2 AND grants.id <= ?3 AND revoked_at IS NULL AND expires_at > ?4 AND ${CLIENT_OF_ACTIVE})
    WHERE idle_end > ?4 GROUP BY ends, idle_ends`);
  const counted = prepareGrantCount(database);
  // A deleted client's row goes last: the grants and consents that remain of it are found by it.
  const removeClients = database.prepare(`
    DELETE FROM clients WHERE deleted_at <= ?
      AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id)
      AND NOT EXISTS (SELECT 1 FROM consents WHERE consents.client_id = clients.id)`);
  // Index: consents_by_client.
  const removeConsents = database.prepare(`
    DELETE FROM consents WHERE (subject, client_id) IN (
      SELECT k.subject, k.client_id FROM clients c JOIN consents k ON k.client_id = c.id
      WHERE c.deleted_at IS NOT NULL LIMIT ?)`);
  // Index: the one by expiry.
  const removeExpired = (table: string, key: string) =>
    database.prepare(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE expires_at <= ? LIMIT ?)`,
    );
  // With how long each is kept after its expiry, ms.
  const expiring = [
    { statement: removeExpired("denied_access_tokens", "jti"), kept: 0 },
    { statement: removeExpired("sign_ins", "digest"), kept: 0 },
    { statement: removeExpired("logins", "digest"), kept: 0 },
    { statement: removeExpired("codes", "digest"), kept: CODE_KEPT },
    { statement: removeExpired("pushed_requests", "digest"), kept: 0 },
    { statement: removeExpired("device_requests", "digest"), kept: CODE_KEPT },
    { statement: removeExpired("registration_tokens", "id"), kept: 0 },
    { statement: removeExpired("idempotent_responses", "key"), kept: 0 },
    { statement: removeExpired("used_tokens", "digest"), kept: 0 },
  ];
  const removeActivity = database.prepare("DELETE FROM activity WHERE hour < ?");
  const removeEvents = prepareEventSweep(database);
  let examinedTo: Uint8Array = new Uint8Array();
  let count: GrantCount | undefined;

  return ({ limit, eventRetention }) =>
    queue.write((transaction) => {
      const { now } = transaction;
      const end = sliceEnd.get(examinedTo, limit)?.["id"] as Uint8Array | undefined;
      const since = count ?? new GrantCount(now);
      const active = end === undefined ? [] : countActive.all(since.from, examinedTo, end, now);
      const counting = since.plus(active as unknown as CountedGrants[]);
      const endedBefore = now - KEPT_AFTER_END;
      const ofGrants =
        end === undefined ? removeClients.run(endedBefore) : removeGrants.run(examinedTo, end, endedBefore);
      const others = [
        ...(end === undefined ? [removeConsents.run(limit), removeActivity.run(now - ACTIVITY_KEPT)] : []),
        ...expiring.map(({ statement, kept }) => statement.run(now - kept, limit)),
        ...removeEvents(now - eventRetention * 1000, limit),
      ];
      const removed = [ofGrants, ...others].reduce((sum, { changes }) => sum + Number(changes), 0);
      // There may be more of these rows than there are grants: then further calls remove the rest.
      const done = end === undefined && others.every(({ changes }) => changes !== limit);
      if (done) counted.write(counting, now);
      // What is rolled back is examined, and counted, again.
      transaction.afterCommit(() => {
        examinedTo = done ? new Uint8Array() : (end ?? examinedTo);
        count = done ? undefined : counting;
      });
      return { removed, done };
    });
}

/** What waits for a subscription stays, with the event at its cursor; but not for ever. */
function prepareEventSweep(database: DatabaseSync) {
  const removeEvents = database.prepare(`
    DELETE FROM events WHERE id IN (SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT ?1) AS oldest
      WHERE at <= ?2 AND (at <= ?2 - ${KEPT_FOR_SUBSCRIPTIONS}
        OR NOT EXISTS (SELECT 1 FROM subscriptions WHERE status = 'enabled' AND cursor_id <= oldest.id)))`);
  const removeLetters = database.prepare("DELETE FROM dead_letters WHERE event_at <= ?");
  return (before: number, limit: number) => [
    removeEvents.run(limit, before),
    removeLetters.run(before - KEPT_FOR_SUBSCRIPTIONS),
  ];
}
