import type { DatabaseSync } from "node:sqlite";
import type { Store } from "../store.ts";
import type { WriteQueue } from "./write-queue.ts";

/** How long a dead grant is kept, so that its end can still be explained, ms. */
const KEPT_AFTER_DEATH = 7 * 24 * 3600 * 1000;

/** Goes through the grants by primary key, a slice a call, each slice a short transaction. */
export function sweeper(database: DatabaseSync, queue: WriteQueue): Store["sweep"] {
  const sliceEnd = database.prepare(
    "SELECT id FROM (SELECT id FROM grants WHERE id > ? ORDER BY id LIMIT ?) ORDER BY id DESC LIMIT 1",
  );
  const removeGrants = database.prepare(`
    DELETE FROM grants WHERE id IN (
      SELECT g.id FROM grants g LEFT JOIN clients c ON c.id = g.client_id
      WHERE g.id > ?1 AND g.id <= ?2 AND (
        g.revoked_at <= ?3
        OR g.expires_at <= ?3
        OR g.last_used_at + json_extract(c.settings, '$.refreshIdleTtl') * 1000 <= ?3
        OR (g.created_at <= c.grants_revoked_at AND c.grants_revoked_at <= ?3)))`);
  const removeClients = database.prepare(`
    DELETE FROM clients WHERE deleted_at <= ?
      AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.client_id = clients.id)`);
  const removeDenied = database.prepare(
    "DELETE FROM denied_access_tokens WHERE jti IN (SELECT jti FROM denied_access_tokens WHERE expires_at <= ? LIMIT ?)",
  );
  const removeEvents = database.prepare(
    "DELETE FROM events WHERE id IN (SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT ?) WHERE at <= ?)",
  );
  let examinedTo: Uint8Array = new Uint8Array();

  return ({ limit, eventRetention }) =>
    queue.write(({ now }) => {
      const end = sliceEnd.get(examinedTo, limit)?.["id"] as Uint8Array | undefined;
      const from = examinedTo;
      examinedTo = end ?? new Uint8Array();
      const died = now - KEPT_AFTER_DEATH;
      const results = [
        end === undefined ? removeClients.run(died) : removeGrants.run(from, end, died),
        removeDenied.run(now, limit),
        removeEvents.run(limit, now - eventRetention * 1000),
      ];
      const removed = results.reduce((sum, { changes }) => sum + Number(changes), 0);
      return { removed, done: end === undefined };
    });
}
