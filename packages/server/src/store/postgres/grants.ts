import { accessTokenRevoked } from "../event-builders.ts";
import type { AdoptedGrant, DeniedToken, GrantStore } from "../store.ts";
import { hasPassword } from "./accounts.ts";
import { createChild, createOne } from "./create-grant.ts";
import { clock } from "./database.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EndsIndex } from "./ends-index.ts";
import type { EventWriter } from "./events.ts";
import { extendOne } from "./extend-lifetime.ts";
import { findOne, listActive, listEnding, listGrants } from "./find-grants.ts";
import { revokeAll, revokeOne } from "./revoke-grants.ts";
import { holdWindows } from "./rotate-alone.ts";
import { rotator } from "./rotate.ts";
import { clientKey, isText, isUuid } from "./rows.ts";

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
    createChild: (grant) => database.write((transaction) => createChild(grant, transaction, events)),
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
