import { RESTORE, restoreEvent, undoneBy } from "../restore-plan.ts";
import type { RestoreOperations } from "../restore-plan.ts";
import type { Event, EventStore } from "../store.ts";
import { accountChanges } from "./accounts.ts";
import type { ChangeNotices } from "./change-notices.ts";
import { clientChanges } from "./clients.ts";
import { withdrawOne } from "./consents.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { restoreEnd } from "./extend-lifetime.ts";
import { denyOne } from "./grants.ts";
import { revokeOne } from "./revoke-grants.ts";
import { distrustOne, removeSigningKey } from "./keys.ts";
import { deleteOneToken } from "./registrations.ts";
import { signInChanges } from "./sign-ins.ts";

/** Index: the primary key. */
const OLDEST: Statement = { name: "event_oldest", text: "SELECT at FROM events ORDER BY id LIMIT 1" };

/** Index: the partial one of client or subject. */
function newerOf(column: "client_id" | "subject"): Statement {
  return {
    name: `event_newer_${column}`,
    text: `SELECT 1 FROM events WHERE ${column} = $1 AND type IN ($2, $3) AND (at > $4 OR (at = $4 AND type = $5)) LIMIT 1`,
  };
}
const NEWER = { client_id: newerOf("client_id"), subject: newerOf("subject") };

/**
 * The port's `replay`: an event of another copy is applied as an operation of this one at the event's instant, so a
 * disabling ends the grants and sign-ins that are older than the event, and none that are newer.
 */
export function replayer(
  database: Database,
  events: EventWriter,
  changes: ChangeNotices,
): EventStore["replay"] {
  const operationsAt = restoreOperations(events, changes);
  return (event) =>
    database.writeInOrder(async (transaction) => {
      if (await isSuperseded(event, transaction)) return false;
      const at = { ...transaction, now: async () => event.at };
      return (await restoreEvent(event, operationsAt(at))) ?? false;
    });
}

function restoreOperations(events: EventWriter, changes: ChangeNotices) {
  const clients = clientChanges(events, changes);
  const accounts = accountChanges(events);
  const signIns = signInChanges(events);

  return (at: Transaction): RestoreOperations<Promise<boolean>> => ({
    revokeGrant: (id, reason) => revokeOne(id, reason, RESTORE, at, events),
    extendLifetime: (id, expiresAt) => restoreEnd(id, expiresAt, RESTORE, at, events),
    denyAccessToken: (token) => denyOne(token, at, events),
    disableClient: (id) => clients.disable(id, RESTORE, at),
    enableClient: (id) => clients.enable(id, RESTORE, at),
    deleteClient: (id) => clients.delete(id, RESTORE, at),
    rotateSecret: (id, digest, overlap) => clients.rotateSecret(id, digest, overlap, RESTORE, at),
    disableAccount: (subject) => accounts.disable(subject, RESTORE, at),
    enableAccount: (subject) => accounts.enable(subject, RESTORE, at),
    removePassword: (subject) => accounts.setPasswordHash(subject, null, RESTORE, at),
    removeRole: (subject) => accounts.setRole(subject, null, RESTORE, at),
    endSignIn: (digest) => signIns.end(digest, at),
    withdrawConsent: (subject, clientId) => withdrawOne(subject, clientId, RESTORE, at, events),
    deleteRegistrationToken: (id) => deleteOneToken(id, RESTORE, at, events),
    distrustSigningKey: (kid) => removeSigningKey(kid, RESTORE, at, events, changes),
    distrustMacKey: (number, masterKeyId) => distrustOne(number, masterKeyId, RESTORE, at, events, changes),
  });
}

/** Whether this copy has a newer change that the event must not undo, or had the event itself. */
async function isSuperseded(event: Event, { query }: Transaction): Promise<boolean> {
  const undone = undoneBy(event);
  if (undone === undefined) return false;
  // What is older than the oldest event that is kept was part of the backup.
  const kept = (await query(OLDEST))[0]?.["at"] as number | undefined;
  if (kept !== undefined && event.at < kept) return true;
  const newer = await query(NEWER[undone.about], [undone.id, ...undone.types, event.at, event.type]);
  return newer.length > 0;
}
