import type { DatabaseSync } from "node:sqlite";
import { registrationTokenCreated } from "../event-builders.ts";
import type { NewRegistration, RegistrationStore } from "../registrations.ts";
import { toRegistrationToken } from "../row-mappers.ts";
import type { ChangeNotices } from "./change-notices.ts";
import { prepareClientChanges } from "./clients.ts";
import type { EventWriter } from "./events.ts";
import { toRegistration } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `registrations` (RFC 7591). Index: the primary keys, `digest`, or registrations_unused. */
export function registrationStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: ChangeNotices,
): RegistrationStore {
  const find = database.prepare("SELECT * FROM registrations WHERE client_id = ?");
  // A quotation mark inside a JSON string has a backslash before it, so only names of settings are met.
  const unused = database.prepare(
    `SELECT client_id FROM registrations JOIN clients ON clients.id = client_id
     WHERE used_at IS NULL AND registrations.created_at <= ? AND disabled_at IS NULL
       AND settings NOT LIKE '%"setByOperator":["%' AND settings NOT LIKE '%"scopeCeiling":[%'
     ORDER BY registrations.created_at LIMIT ?`,
  );
  const insertToken = database.prepare(
    `INSERT INTO registration_tokens (id, digest, name, created_at, expires_at, uses_left) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const findToken = database.prepare("SELECT * FROM registration_tokens WHERE digest = ?");
  const listTokens = database.prepare("SELECT * FROM registration_tokens WHERE id > ? ORDER BY id LIMIT ?");
  const deleteToken = prepareDeleteToken(database, events);
  const register = prepareRegister(database, events, changes);
  const change = prepareClientChanges(database, events, changes);

  return {
    register: (registration) => queue.write((transaction) => register(registration, transaction)),
    find(clientId) {
      return queue.read(() => {
        const row = find.get(clientId);
        return row && toRegistration(row);
      });
    },
    deleteUnused(age, limit) {
      return queue.write((transaction) => {
        const rows = unused.all(transaction.now - age * 1000, limit);
        for (const row of rows) change.delete(row["client_id"] as string, "sweep", transaction);
        return rows.length;
      });
    },
    createToken(token, actor) {
      const { id, digest, name, ttl, uses } = token;
      return queue.write((transaction) => {
        const { now } = transaction;
        insertToken.run(id, digest, name, now, ttl === null ? null : now + ttl * 1000, uses);
        events.record(registrationTokenCreated(token, actor), transaction);
      });
    },
    findToken(digest) {
      return queue.read(() => {
        const row = findToken.get(digest);
        return row && toRegistrationToken(row);
      });
    },
    listTokens: ({ after = "", limit }) =>
      queue.read(() => listTokens.all(after, limit).map(toRegistrationToken)),
    deleteToken: (id, actor) => queue.write((transaction) => deleteToken(id, actor, transaction)),
  };
}

/**
 * The limit is checked before a use of the initial access token is spent, and the token before the client is created.
 */
function prepareRegister(database: DatabaseSync, events: EventWriter, changes: ChangeNotices) {
  const useToken = database.prepare(
    `UPDATE registration_tokens SET uses_left = uses_left - 1
     WHERE digest = ? AND (expires_at IS NULL OR expires_at > ?) AND (uses_left IS NULL OR uses_left > 0)`,
  );
  // Index: registrations_unused. No further than the limit is counted.
  const countUnused = database.prepare(
    "SELECT count(*) AS unused FROM (SELECT 1 FROM registrations WHERE used_at IS NULL LIMIT ?)",
  );
  const insert = database.prepare(
    "INSERT INTO registrations (client_id, token_digest, created_at) VALUES (?, ?, ?)",
  );
  const change = prepareClientChanges(database, events, changes);

  return function register(
    { client, tokenDigest, initialToken, maxUnused, actor }: NewRegistration,
    transaction: Transaction,
  ): Awaited<ReturnType<RegistrationStore["register"]>> {
    const unused = countUnused.get(maxUnused)?.["unused"] as number;
    if (unused >= maxUnused) return "too_many_unused";
    if (initialToken !== null && useToken.run(initialToken, transaction.now).changes === 0) {
      return "token_refused";
    }
    if (!change.create(client, actor, transaction)) return "taken";
    insert.run(client.id, tokenDigest, transaction.now);
    return "registered";
  };
}

/** Deletes an initial access token within another operation's transaction; also when a restore applies an event. */
export function prepareDeleteToken(database: DatabaseSync, events: EventWriter) {
  const remove = database.prepare("DELETE FROM registration_tokens WHERE id = ?");
  return function deleteToken(id: string, actor: string, transaction: Transaction): boolean {
    if (remove.run(id).changes === 0) return false;
    events.record({ type: "registration_token.deleted", data: { token_id: id, actor } }, transaction);
    return true;
  };
}
