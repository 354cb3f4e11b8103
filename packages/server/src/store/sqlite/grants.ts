import type { DatabaseSync } from "node:sqlite";
import { accessTokenRevoked } from "../event-builders.ts";
import type { AdoptedGrant, DeniedToken, GrantStore } from "../store.ts";
import { prepareHasPassword } from "./accounts.ts";
import { prepareCreate, prepareCreateChild, prepareWhyDisabled } from "./create-grant.ts";
import type { EventWriter } from "./events.ts";
import { prepareExtensions } from "./extend-lifetime.ts";
import { listGrants, prepareListActive, prepareListEnding } from "./find-grants.ts";
import { prepareRevoke } from "./revoke-grants.ts";
import { prepareRotate } from "./rotate.ts";
import { toGrant } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/**
 * The port's `grants`. Every statement goes by the primary key, unless it says otherwise. Ids are stored as 16 bytes,
 * so that a row and its index entries are short.
 */
export function grantStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  now: () => number,
): GrantStore {
  const rotation = prepareRotate(database, queue, events);
  const create = prepareCreate(database, events);
  const createChild = prepareCreateChild(database, prepareWhyDisabled(database), create);
  const hasPassword = prepareHasPassword(database);
  const adopt = prepareAdopt(database);
  const release = database.prepare(
    "DELETE FROM grants WHERE id = unhex(?, '-') AND generation = 0 AND revoked_at IS NULL",
  );
  const extensions = prepareExtensions(database, events);
  const revoke = prepareRevoke(database, events);
  const find = database.prepare("SELECT * FROM grants WHERE id = unhex(?, '-')");
  const deny = prepareDeny(database, events);
  const denied = database.prepare("SELECT 1 FROM denied_access_tokens WHERE jti = ?");

  return {
    ...rotation,
    create: (grant) =>
      queue.write((transaction) =>
        hasPassword(grant) ? create(grant, transaction) : { outcome: "wrong_password" },
      ),
    createChild: (grant) => queue.write((transaction) => createChild(grant, transaction)),
    adopt: (sessions) => queue.write(({ now }) => sumOf(sessions, (session) => adopt(session, now))),
    release: (ids) => queue.write(() => sumOf(ids, (id) => Number(release.run(id).changes))),
    find(id) {
      return queue.read(() => {
        const row = find.get(id);
        return row && toGrant(row);
      });
    },
    list: (filter, page) => queue.read(() => listGrants(database, filter, page)),
    listEnding: prepareListEnding(database, queue),
    listActive: prepareListActive(database, queue, now),
    extendLifetime: (id, extension, actor) =>
      queue.write((transaction) => extensions.extend(id, extension, actor, transaction)),
    revoke: (id, reason, actor) => queue.write((transaction) => revoke([id], reason, actor, transaction) > 0),
    revokeAll: (ids, reason, actor, withSubject) =>
      queue.write((transaction) => revoke(ids.toSorted(), reason, actor, transaction, withSubject)),
    denyAccessToken: (token) => queue.write((transaction) => void deny(token, transaction)),
    isAccessTokenDenied: (jti) => queue.read(() => denied.get(jti) !== undefined),
  };
}

/**
 * Adopts one session, unless it has a row already, even a revoked one. Index: the primary keys. Without an event: an
 * import of many sessions records none, and a session that moves by itself has its own recorded above the store.
 */
function prepareAdopt(database: DatabaseSync): (session: AdoptedGrant, now: number) => number {
  const insert = database.prepare(
    `INSERT INTO grants (id, client_id, subject, scope, secret_hash, created_at, expires_at,
       generation, rotated_at, last_used_at, window_started_at, window_generation, window_retried, retry_score)
     SELECT unhex(?1, '-'), ?2, ?3, ?4, ?5, ?6, ?7, 0, ?6, ?6, ?6, 0, 0, 0
     WHERE EXISTS (SELECT 1 FROM clients WHERE id = ?2 AND disabled_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM accounts WHERE subject = ?3 AND disabled_at IS NOT NULL)
     ON CONFLICT DO NOTHING`,
  );
  return ({ id, clientId, subject, scope, secretHash, maxTtl }, now) =>
    Number(insert.run(id, clientId, subject, scope, secretHash, now, now + maxTtl * 1000).changes);
}

// One transaction for a whole page of an import, or of a revocation of many.
function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** Puts one access token on the denylist, once; also when a restore applies an event, then with the event's instant. */
export function prepareDeny(database: DatabaseSync, events: EventWriter) {
  const deny = database.prepare(
    "INSERT INTO denied_access_tokens (jti, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  return function denyOne(token: DeniedToken, transaction: Transaction): boolean {
    if (deny.run(token.jti, token.expiresAt).changes === 0) return false;
    events.record(accessTokenRevoked(token), transaction);
    return true;
  };
}
