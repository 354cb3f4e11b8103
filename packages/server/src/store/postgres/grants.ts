import { accessTokenRevoked, grantCreated, grantRevoked } from "../event-builders.ts";
import { claimsColumn } from "../grant-row.ts";
import type {
  AdoptedGrant,
  DeniedToken,
  DisabledOutcome,
  GrantStore,
  NewGrant,
  RevocationReason,
} from "../store.ts";
import { hasPassword } from "./accounts.ts";
import { clock } from "./database.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EndsIndex } from "./ends-index.ts";
import type { EventWriter } from "./events.ts";
import { extendOne } from "./extend-lifetime.ts";
import { findOne, listActive, listEnding, listGrants } from "./find-grants.ts";
import { holdWindows } from "./rotate-alone.ts";
import { rotator } from "./rotate.ts";
import { clientKey, isText, isUuid, toGrant } from "./rows.ts";

/** Index of the statements without a note: the primary key. */
const DENIED: Statement = {
  name: "denied_find",
  text: "SELECT 1 FROM denied_access_tokens WHERE jti = $1",
};
const DENY: Statement = {
  name: "denied_insert",
  text: `INSERT INTO denied_access_tokens (jti, expires_at) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING 1 AS inserted`,
};
/** A share lock: neither row can be disabled before the grant exists and is revoked with it. */
const CLIENT: Statement = {
  name: "grant_client",
  text: "SELECT disabled_at FROM clients WHERE id = $1 AND deleted_at IS NULL FOR SHARE",
};
const ACCOUNT: Statement = {
  name: "grant_account",
  text: "SELECT disabled_at FROM accounts WHERE subject = $1 FOR SHARE",
};
/** A registered client that has a grant counts as used, and is not swept. Index: the primary key. */
const INSERT: Statement = {
  name: "grant_insert",
  text: `WITH used AS (UPDATE registrations SET used_at = $6 WHERE client_id = $2 AND used_at IS NULL)
    INSERT INTO grants (id, client_id, subject, scope, secret_hash, created_at, expires_at, auth_time, resource, binding,
      parent_id, claims, generation, rotated_at, window_generation, window_retried, retry_score)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $6, 0, false, 0) RETURNING *`,
};
/**
 * Adopts sessions that have no row yet, not even a revoked one. Index: the primary keys. In the order of the ids, so
 * that two imports do not deadlock.
 */
const ADOPT: Statement = {
  name: "grant_adopt",
  text: `WITH clock AS MATERIALIZED (SELECT ${clock(1)} AS now)
    INSERT INTO grants (id, client_id, subject, scope, secret_hash, created_at, expires_at,
      generation, rotated_at, window_generation, window_retried, retry_score)
    SELECT s.id, s.client_id, s.subject, s.scope, s.secret_hash, c.now, c.now + s.max_ttl, 0, c.now, 0, false, 0
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bigint[])
      AS s (id, client_id, subject, scope, secret_hash, max_ttl) CROSS JOIN clock c
    WHERE EXISTS (SELECT 1 FROM clients WHERE clients.id = s.client_id AND disabled_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.subject = s.subject AND disabled_at IS NOT NULL)
    ORDER BY s.id
    ON CONFLICT DO NOTHING RETURNING 1`,
};
/** A session that was refreshed here stays: only this store knows its newest token. */
const RELEASE: Statement = {
  name: "grant_release",
  text: "DELETE FROM grants WHERE id = ANY($1::uuid[]) AND generation = 0 AND revoked_at IS NULL RETURNING 1",
};
const REVOKE: Statement = {
  name: "grant_revoke",
  text: `UPDATE grants SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL
    RETURNING *`,
};
/** In the order of the ids, so that two revocations of many do not deadlock. */
const LOCK_UNREVOKED: Statement = {
  name: "grants_lock_unrevoked",
  text: `SELECT * FROM grants WHERE id = ANY($1::uuid[]) AND revoked_at IS NULL ORDER BY id FOR NO KEY UPDATE`,
};
const REVOKE_LOCKED: Statement = {
  name: "grants_revoke_locked",
  text: "UPDATE grants SET revoked_at = $2, revoked_reason = $3 WHERE id = ANY($1::uuid[])",
};

/** The port's `grants`. An id that a `uuid` column cannot hold belongs to no row, so it is answered without a query. */
export function grantStore(database: Database, events: EventWriter, byEnd: EndsIndex): GrantStore {
  return {
    rotate: rotator(database, events),
    hold: (failed) => holdWindows(database, failed),
    create: (grant) =>
      database.write(async (transaction) =>
        (await hasPassword(grant, transaction))
          ? createOne(grant, transaction, events)
          : { outcome: "wrong_password" },
      ),
    adopt: (sessions) => adopt(database, sessions),
    release: (ids) =>
      database.write(async ({ query }) => (await query(RELEASE, [ids.filter(isUuid)])).length),
    find: (id) => database.read((query) => findOne(id, query)),
    list: (filter, page) => listGrants(database, filter, page),
    listEnding: (ends, limit) => listEnding(database, byEnd, ends, limit),
    listActive: (subject) => listActive(database, subject),
    extendLifetime: (id, extension, actor) =>
      database.write((transaction) => extendOne(id, extension, actor, transaction, events)),
    revoke: (id, reason, actor) =>
      database.write((transaction) => revokeOne(id, reason, actor, transaction, events)),
    revokeAll: (ids, reason, actor, withSubject) =>
      database.write((transaction) => revokeAll(ids, reason, actor, transaction, events, withSubject)),
    denyAccessToken: (token) =>
      database.write(async (transaction) => void (await denyOne(token, transaction, events))),
    async isAccessTokenDenied(jti) {
      if (!isText(jti)) return false;
      return (await database.read((query) => query(DENIED, [jti]))).length > 0;
    },
  };
}

/** Puts one access token on the denylist, once; also when a restore applies an event, then with the event's instant. */
export async function denyOne(
  token: DeniedToken,
  transaction: Transaction,
  events: EventWriter,
): Promise<boolean> {
  if ((await transaction.query(DENY, [token.jti, token.expiresAt])).length === 0) return false;
  await events.record(accessTokenRevoked(token), transaction);
  return true;
}

/** Whether the client exists and is enabled; it stays so until the commit. */
export async function isEnabledClient(id: string, { query }: Transaction): Promise<boolean> {
  const key = clientKey(id);
  const [client] = key === undefined ? [] : await query(CLIENT, [key]);
  return client?.["disabled_at"] === null;
}

/**
 * Why a grant may not be created. Undefined: the client is enabled, and so is the account, if the subject is one; both
 * stay so until the commit. A subject without an account is a user of another user store, which decides for itself.
 */
export async function whyDisabled(
  clientId: string,
  subject: string,
  transaction: Transaction,
): Promise<DisabledOutcome | undefined> {
  if (!(await isEnabledClient(clientId, transaction))) return "client_disabled";
  const [account] = await transaction.query(ACCOUNT, [subject]);
  return account && account["disabled_at"] !== null ? "account_disabled" : undefined;
}

/**
 * Creates a grant within another operation's transaction: a code or a device request becomes a grant in the transaction
 * that redeems it.
 */
export async function createOne(grant: NewGrant, transaction: Transaction, events: EventWriter) {
  const { clientId, subject, scope, resource, via } = grant;
  const refused = await whyDisabled(clientId, subject, transaction);
  if (refused !== undefined) return { outcome: refused };

  const now = await transaction.now();
  const authTime = grant.authTime === "now" ? now : grant.authTime;
  const life = [now, now + grant.maxTtl * 1000];
  const who = [clientKey(clientId), subject];
  const about = [authTime, resource, grant.binding, grant.parentId ?? null, claimsColumn(grant.claims)];
  const values = [grant.id, ...who, scope, grant.secretHash, ...life, ...about];
  const [row] = await transaction.query(INSERT, values);
  if (row === undefined) throw new Error("the inserted grant was not returned");
  const created = toGrant(row);
  await events.record(grantCreated(created, via), transaction);
  return { outcome: "created", grant: created } as const;
}

async function adopt(database: Database, sessions: readonly AdoptedGrant[]): Promise<number> {
  const storable = sessions.filter(
    ({ id, clientId, subject }) => isUuid(id) && clientKey(clientId) !== undefined && isText(subject),
  );
  const values = [
    database.injectedNow,
    storable.map(({ id }) => id),
    storable.map(({ clientId }) => clientKey(clientId)),
    storable.map(({ subject }) => subject),
    storable.map(({ scope }) => scope),
    storable.map(({ secretHash }) => secretHash),
    storable.map(({ maxTtl }) => maxTtl * 1000),
  ];
  return database.write(async ({ query }) => (await query(ADOPT, values)).length);
}

/** Revokes one grant, once; also when a restore applies an event, then with the event's instant. */
export async function revokeOne(
  id: string,
  reason: RevocationReason,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const [row] = await transaction.query(REVOKE, [id, await transaction.now(), reason]);
  if (row === undefined) return false;
  await events.record(grantRevoked(toGrant(row), reason, actor), transaction);
  return true;
}

/** Revokes those of the grants that are not revoked yet. */
export async function revokeAll(
  ids: readonly string[],
  reason: RevocationReason,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
  withSubject?: boolean,
): Promise<number> {
  const grants = (await transaction.query(LOCK_UNREVOKED, [ids.filter(isUuid)])).map(toGrant);
  if (grants.length === 0) return 0;
  const revoked = grants.map(({ id }) => id);
  await transaction.query(REVOKE_LOCKED, [revoked, await transaction.now(), reason]);
  await events.recordAll(
    grants.map((grant) => grantRevoked(grant, reason, actor, withSubject)),
    transaction,
  );
  return grants.length;
}
