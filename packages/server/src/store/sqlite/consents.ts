import type { DatabaseSync } from "node:sqlite";
import { joinScopes } from "../authorization.ts";
import type { ConsentStore } from "../authorization.ts";
import { toConsent } from "../row-mappers.ts";
import type { EventWriter } from "./events.ts";
import { prepareRevoke } from "./revoke-grants.ts";
import { bytesToUuid } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `consents`. Index: the primary key. */
export function consentStore(database: DatabaseSync, queue: WriteQueue, events: EventWriter): ConsentStore {
  const find = database.prepare("SELECT * FROM consents WHERE subject = ? AND client_id = ?");
  const list = database.prepare(
    "SELECT * FROM consents WHERE subject = ? AND client_id > ? ORDER BY client_id LIMIT ?",
  );
  // Index: grants_by_subject. The `+` keeps SQLite from the one by client, which may have all the grants.
  const grants = database.prepare(
    "SELECT id FROM grants WHERE subject = ? AND +client_id = ? AND revoked_at IS NULL",
  );
  const revoke = prepareRevoke(database, events);
  const change = prepareConsentChanges(database, events);

  return {
    find(subject, clientId) {
      return queue.read(() => {
        const row = find.get(subject, clientId);
        return row && toConsent(row);
      });
    },
    list: (subject, { after = "", limit }) =>
      queue.read(() => list.all(subject, after, limit).map(toConsent)),
    withdraw(subject, clientId, actor) {
      return queue.write((transaction) => {
        const forgotten = change.withdraw(subject, clientId, actor, transaction);
        const active = grants.all(subject, clientId).map((row) => bytesToUuid(row["id"] as Uint8Array));
        return revoke(active, "revoked_by_subject", actor, transaction) > 0 || forgotten;
      });
    },
  };
}

/**
 * Changes of consents within another operation's transaction. A restore makes `withdraw` too when it applies an event;
 * `at` then has the event's instant, and a consent that was first given later stays.
 */
export function prepareConsentChanges(database: DatabaseSync, events: EventWriter) {
  const present = database.prepare("SELECT scope FROM consents WHERE subject = ? AND client_id = ?");
  const put = database.prepare(
    `INSERT INTO consents (subject, client_id, scope, given_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
     ON CONFLICT DO UPDATE SET scope = excluded.scope, updated_at = excluded.updated_at`,
  );
  const remove = database.prepare(
    "DELETE FROM consents WHERE subject = ? AND client_id = ? AND given_at <= ?",
  );
  return {
    give(subject: string, clientId: string, added: string, at: Transaction): void {
      const scope = joinScopes((present.get(subject, clientId)?.["scope"] ?? "") as string, added);
      put.run(subject, clientId, scope, at.now);
      events.record({ type: "consent.given", subject, clientId, data: { scope } }, at);
    },
    withdraw(subject: string, clientId: string, actor: string, at: Transaction): boolean {
      if (remove.run(subject, clientId, at.now).changes === 0) return false;
      events.record({ type: "consent.withdrawn", subject, clientId, data: { actor } }, at);
      return true;
    },
  };
}
