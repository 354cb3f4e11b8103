import { joinScopes } from "../authorization.ts";
import type { ConsentStore } from "../authorization.ts";
import { toConsent } from "../row-mappers.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { revokeAll } from "./revoke-grants.ts";
import { clientKey, isText } from "./rows.ts";

/** Index of these: the primary key. */
const FIND: Statement = {
  name: "consent_find",
  text: "SELECT * FROM consents WHERE subject = $1 AND client_id = $2",
};
const LIST: Statement = {
  name: "consent_list",
  text: "SELECT * FROM consents WHERE subject = $1 AND client_id > $2 ORDER BY client_id LIMIT $3",
};
/** An empty consent first, so that there is a row to lock: two consents given at once are joined, not lost. */
const INSERT: Statement = {
  name: "consent_insert",
  text: `INSERT INTO consents (subject, client_id, scope, given_at, updated_at) VALUES ($1, $2, '', $3, $3)
    ON CONFLICT DO NOTHING`,
};
const LOCK: Statement = {
  name: "consent_lock",
  text: "SELECT scope FROM consents WHERE subject = $1 AND client_id = $2 FOR UPDATE",
};
const WIDEN: Statement = {
  name: "consent_widen",
  text: "UPDATE consents SET scope = $3, updated_at = $4 WHERE subject = $1 AND client_id = $2",
};
const REMOVE: Statement = {
  name: "consent_remove",
  text: "DELETE FROM consents WHERE subject = $1 AND client_id = $2 AND given_at <= $3 RETURNING 1 AS removed",
};
/** Index: grants_by_subject. */
const GRANTS: Statement = {
  name: "consent_grants",
  text: "SELECT id FROM grants WHERE subject = $1 AND client_id = $2 AND revoked_at IS NULL",
};

/** The port's `consents`. */
export function consentStore(database: Database, events: EventWriter): ConsentStore {
  return {
    async find(subject, clientId) {
      if (!isText(subject + clientId)) return undefined;
      const [row] = await database.read((query) => query(FIND, [subject, clientId]));
      return row && toConsent(row);
    },
    async list(subject, { after = "", limit }) {
      if (!isText(subject + after)) return [];
      return (await database.read((query) => query(LIST, [subject, after, limit]))).map(toConsent);
    },
    withdraw(subject, clientId, actor) {
      return database.write(async (transaction) => {
        const key = clientKey(clientId);
        if (!isText(subject) || key === undefined) return false;
        const forgotten = await withdrawOne(subject, clientId, actor, transaction, events);
        const active = (await transaction.query(GRANTS, [subject, key])).map((row) => row["id"] as string);
        const revoked = await revokeAll(active, "revoked_by_subject", actor, transaction, events);
        return forgotten || revoked > 0;
      });
    },
  };
}

/** Adds to the remembered consent, within the transaction that issues a code or settles a device request. */
export async function giveConsent(
  consent: { subject: string; clientId: string; scope: string },
  transaction: Transaction,
  events: EventWriter,
): Promise<void> {
  const { subject, clientId } = consent;
  const { query } = transaction;
  const now = await transaction.now();
  await query(INSERT, [subject, clientId, now]);
  const [row] = await query(LOCK, [subject, clientId]);
  const scope = joinScopes((row?.["scope"] ?? "") as string, consent.scope);
  await query(WIDEN, [subject, clientId, scope, now]);
  await events.record({ type: "consent.given", subject, clientId, data: { scope } }, transaction);
}

/**
 * Forgets a consent within another operation's transaction. A restore does so too when it applies an event, then with
 * the event's instant; a consent that was first given later stays.
 */
export async function withdrawOne(
  subject: string,
  clientId: string,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<boolean> {
  const removed = await transaction.query(REMOVE, [subject, clientId, await transaction.now()]);
  if (removed.length === 0) return false;
  await events.record({ type: "consent.withdrawn", subject, clientId, data: { actor } }, transaction);
  return true;
}
