import { registrationTokenCreated } from "../event-builders.ts";
import type { NewRegistration, RegistrationStore } from "../registrations.ts";
import { toRegistrationToken } from "../row-mappers.ts";
import type { ChangeNotices } from "./change-notices.ts";
import { clientChanges } from "./clients.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { isUuid, toRegistration } from "./rows.ts";

/** Index of these, unless it says otherwise: the primary keys. */
const FIND: Statement = {
  name: "registration_find",
  text: "SELECT * FROM registrations WHERE client_id = $1",
};
const INSERT: Statement = {
  name: "registration_insert",
  text: "INSERT INTO registrations (client_id, token_digest, created_at) VALUES ($1, $2, $3)",
};
/** Index of the next two: registrations_unused. No further than the limit is counted. */
const COUNT_UNUSED: Statement = {
  name: "registration_count_unused",
  text: "SELECT count(*) AS unused FROM (SELECT 1 FROM registrations WHERE used_at IS NULL LIMIT $1) AS unused",
};
const UNUSED: Statement = {
  name: "registration_unused",
  // A quotation mark inside a JSON string has a backslash before it, so only names of settings are met.
  text: `SELECT client_id FROM registrations JOIN clients ON clients.id = client_id
    WHERE used_at IS NULL AND registrations.created_at <= $1 AND disabled_at IS NULL
      AND settings NOT LIKE '%"setByOperator":["%' AND settings NOT LIKE '%"scopeCeiling":[%'
    ORDER BY registrations.created_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
};
/** Index: the unique one of `digest`. */
const USE_TOKEN: Statement = {
  name: "registration_token_use",
  text: `UPDATE registration_tokens SET uses_left = uses_left - 1
    WHERE digest = $1 AND (expires_at IS NULL OR expires_at > $2) AND (uses_left IS NULL OR uses_left > 0)
    RETURNING 1 AS used`,
};
const INSERT_TOKEN: Statement = {
  name: "registration_token_insert",
  text: `INSERT INTO registration_tokens (id, digest, name, created_at, expires_at, uses_left)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};
/** Index: the unique one of `digest`. */
const FIND_TOKEN: Statement = {
  name: "registration_token_find",
  text: "SELECT * FROM registration_tokens WHERE digest = $1",
};
const LIST_TOKENS: Statement = {
  name: "registration_token_list",
  text: "SELECT * FROM registration_tokens WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2",
};
const DELETE_TOKEN: Statement = {
  name: "registration_token_delete",
  text: "DELETE FROM registration_tokens WHERE id = $1 RETURNING 1 AS deleted",
};

/** The port's `registrations` (RFC 7591). */
export function registrationStore(
  database: Database,
  events: EventWriter,
  changes: ChangeNotices,
): RegistrationStore {
  const change = clientChanges(events, changes);

  /**
   * The limit is checked before a use of the initial access token is spent, and the token before the client is created.
   * Simultaneous registrations do not lock each other out, so the limit may be exceeded by a few.
   */
  async function register(registration: NewRegistration, transaction: Transaction) {
    const { client, tokenDigest, initialToken, maxUnused, actor } = registration;
    const { query } = transaction;
    const unused = (await query(COUNT_UNUSED, [maxUnused]))[0]?.["unused"] as number;
    if (unused >= maxUnused) return "too_many_unused";
    const now = await transaction.now();
    if (initialToken !== null && (await query(USE_TOKEN, [initialToken, now])).length === 0) {
      return "token_refused";
    }
    if (!(await change.create(client, actor, transaction))) return "taken";
    await query(INSERT, [client.id, tokenDigest, now]);
    return "registered";
  }

  return {
    register: (registration) => database.write((transaction) => register(registration, transaction)),
    async find(clientId) {
      if (!isUuid(clientId)) return undefined;
      const [row] = await database.read((query) => query(FIND, [clientId]));
      return row && toRegistration(row);
    },
    deleteUnused(age, limit) {
      return database.write(async (transaction) => {
        const before = (await transaction.now()) - age * 1000;
        const rows = await transaction.query(UNUSED, [before, limit]);
        for (const row of rows) await change.delete(row["client_id"] as string, "sweep", transaction);
        return rows.length;
      });
    },
    createToken(token, actor) {
      const { id, digest, name, ttl, uses } = token;
      return database.write(async (transaction) => {
        const now = await transaction.now();
        const expiresAt = ttl === null ? null : now + ttl * 1000;
        await transaction.query(INSERT_TOKEN, [id, digest, name, now, expiresAt, uses]);
        await events.record(registrationTokenCreated(token, actor), transaction);
      });
    },
    async findToken(digest) {
      const [row] = await database.read((query) => query(FIND_TOKEN, [digest]));
      return row && toRegistrationToken(row);
    },
    async listTokens({ after, limit }) {
      const from = after !== undefined && isUuid(after) ? after : null;
      return (await database.read((query) => query(LIST_TOKENS, [from, limit]))).map(toRegistrationToken);
    },
    deleteToken: (id, actor) =>
      database.write((transaction) => deleteOneToken(id, actor, transaction, events)),
  };
}

/** Deletes an initial access token within another operation's transaction; also when a restore applies an event. */
export async function deleteOneToken(
  id: string,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<boolean> {
  if (!isUuid(id) || (await transaction.query(DELETE_TOKEN, [id])).length === 0) return false;
  await events.record({ type: "registration_token.deleted", data: { token_id: id, actor } }, transaction);
  return true;
}
