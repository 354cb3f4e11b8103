import type { DatabaseSync } from "node:sqlite";
import { RESTORE, restoreEvent, undoneBy } from "../restore-plan.ts";
import type { RestoreOperations } from "../restore-plan.ts";
import type { Event, EventStore } from "../store.ts";
import { prepareAccountChanges } from "./accounts.ts";
import type { ChangeNotices } from "./change-notices.ts";
import { prepareClientChanges } from "./clients.ts";
import { prepareConsentChanges } from "./consents.ts";
import type { EventWriter } from "./events.ts";
import { prepareExtensions } from "./extend-lifetime.ts";
import { prepareDeny } from "./grants.ts";
import { prepareRevoke } from "./revoke-grants.ts";
import { prepareDistrust, prepareRemoveSigningKey } from "./keys.ts";
import { prepareDeleteToken } from "./registrations.ts";
import { prepareSignInChanges } from "./sign-ins.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/**
 * The port's `replay`: an event of another copy is applied as an operation of this one at the event's instant, so a
 * disabling ends the grants and sign-ins that are older than the event, and none that are newer.
 */
export function prepareReplay(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: ChangeNotices,
): EventStore["replay"] {
  const isSuperseded = prepareIsSuperseded(database);
  const operationsAt = prepareOperations(database, events, changes);
  return (event) =>
    queue.write((transaction) => {
      if (isSuperseded(event)) return false;
      return restoreEvent(event, operationsAt({ ...transaction, now: event.at })) ?? false;
    });
}

function prepareOperations(database: DatabaseSync, events: EventWriter, changes: ChangeNotices) {
  const deny = prepareDeny(database, events);
  const revoke = prepareRevoke(database, events);
  const extensions = prepareExtensions(database, events);
  const distrust = prepareDistrust(database, events, changes);
  const removeSigningKey = prepareRemoveSigningKey(database, events, changes);
  const clients = prepareClientChanges(database, events, changes);
  const accounts = prepareAccountChanges(database, events);
  const signIns = prepareSignInChanges(database, events);
  const consents = prepareConsentChanges(database, events);
  const deleteToken = prepareDeleteToken(database, events);

  return (at: Transaction): RestoreOperations<boolean> => ({
    revokeGrant: (id, reason) => revoke([id], reason, RESTORE, at) > 0,
    extendLifetime: (id, expiresAt) => extensions.restore(id, expiresAt, RESTORE, at),
    denyAccessToken: (token) => deny(token, at),
    disableClient: (id) => clients.disable(id, RESTORE, at),
    enableClient: (id) => clients.enable(id, RESTORE, at),
    deleteClient: (id) => clients.delete(id, RESTORE, at),
    rotateSecret: (id, digest, overlap) => clients.rotateSecret(id, digest, overlap, RESTORE, at),
    disableAccount: (subject) => accounts.disable(subject, RESTORE, at),
    enableAccount: (subject) => accounts.enable(subject, RESTORE, at),
    removePassword: (subject) => accounts.setPasswordHash(subject, null, RESTORE, at),
    removeRole: (subject) => accounts.setRole(subject, null, RESTORE, at),
    endSignIn: (digest) => signIns.end(digest, at),
    withdrawConsent: (subject, clientId) => consents.withdraw(subject, clientId, RESTORE, at),
    deleteRegistrationToken: (id) => deleteToken(id, RESTORE, at),
    distrustSigningKey: (kid) => removeSigningKey(kid, RESTORE, at),
    distrustMacKey: (number, masterKeyId) => distrust(number, masterKeyId, RESTORE, at),
  });
}

/**
 * Whether this copy has a newer change that the event must not undo, or had the event itself. Index: the primary key,
 * and the partial one of client or subject.
 */
function prepareIsSuperseded(database: DatabaseSync) {
  const oldest = database.prepare("SELECT at FROM events ORDER BY id LIMIT 1");
  const newerOf = (column: string) =>
    database.prepare(
      `SELECT 1 FROM events WHERE ${column} = ?1 AND type IN (?2, ?3) AND (at > ?4 OR (at = ?4 AND type = ?5)) LIMIT 1`,
    );
  const newer = { client_id: newerOf("client_id"), subject: newerOf("subject") };
  return function isSuperseded(event: Event): boolean {
    const undone = undoneBy(event);
    if (undone === undefined) return false;
    // What is older than the oldest event that is kept was part of the backup.
    const kept = oldest.get()?.["at"] as number | undefined;
    if (kept !== undefined && event.at < kept) return true;
    return newer[undone.about].get(undone.id, ...undone.types, event.at, event.type) !== undefined;
  };
}
