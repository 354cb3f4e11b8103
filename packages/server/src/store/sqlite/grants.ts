import type { DatabaseSync } from "node:sqlite";
import { claimsColumn } from "../grant-row.ts";
import { accessTokenRevoked, grantCreated, grantRevoked } from "../event-builders.ts";
import type {
  AdoptedGrant,
  DeniedToken,
  DisabledOutcome,
  GrantStore,
  NewGrant,
  RevocationReason,
} from "../store.ts";
import { prepareHasPassword } from "./accounts.ts";
import { prepareCreateChild, prepareRevokeChildren } from "./child-grants.ts";
import type { EventWriter } from "./events.ts";
import { prepareExtensions } from "./extend-lifetime.ts";
import { listGrants, prepareListActive, prepareListEnding } from "./find-grants.ts";
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
 * Why a grant may not be created. Undefined: the client is enabled, and so is the account, if the subject is one. A
 * subject without an account is a user of another user store, which decides for itself.
 */
export function prepareWhyDisabled(database: DatabaseSync) {
  const client = database.prepare("SELECT disabled_at FROM clients WHERE id = ? AND deleted_at IS NULL");
  const account = database.prepare("SELECT disabled_at FROM accounts WHERE subject = ?");
  return function whyDisabled(clientId: string, subject: string): DisabledOutcome | undefined {
    if (client.get(clientId)?.["disabled_at"] !== null) return "client_disabled";
    const itsAccount = account.get(subject);
    return itsAccount && itsAccount["disabled_at"] !== null ? "account_disabled" : undefined;
  };
}

/**
 * Creates a grant within another operation's transaction: a code or a device request becomes a grant in the transaction
 * that redeems it.
 */
export function prepareCreate(database: DatabaseSync, events: EventWriter) {
  const whyDisabled = prepareWhyDisabled(database);
  const insert = database.prepare(
    `INSERT INTO grants (id, client_id, subject, scope, secret_hash, created_at, expires_at, auth_time, resource, binding,
       parent_id, claims, generation, rotated_at, last_used_at, window_started_at, window_generation, window_retried, retry_score)
     VALUES (unhex(?1, '-'), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, unhex(?11, '-'), ?12, 0, ?6, ?6, ?6, 0, 0, 0) RETURNING *`,
  );
  // Index: the primary key. A registered client that has had a grant counts as used, and is not swept.
  const used = database.prepare(
    "UPDATE registrations SET used_at = ? WHERE client_id = ? AND used_at IS NULL",
  );
  return function createOne(grant: NewGrant, transaction: Transaction) {
    const { clientId, subject, scope, resource, binding, via } = grant;
    const refused = whyDisabled(clientId, subject);
    if (refused !== undefined) return { outcome: refused };

    const { now } = transaction;
    const authTime = grant.authTime === "now" ? now : grant.authTime;
    const life = [now, now + grant.maxTtl * 1000] as const;
    const row = insert.get(
      grant.id,
      clientId,
      subject,
      scope,
      grant.secretHash,
      ...life,
      authTime,
      resource,
      binding,
      grant.parentId ?? null,
      claimsColumn(grant.claims),
    );
    if (row === undefined) throw new Error("the inserted grant was not returned");
    used.run(now, clientId);
    const created = toGrant(row);
    events.record(grantCreated(created, via), transaction);
    return { outcome: "created", grant: created } as const;
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

/**
 * Revokes grants, each once, and then their children; also when a restore applies an event, then with the event's instant.
 * Returns how many of those that were named.
 */
export function prepareRevoke(database: DatabaseSync, events: EventWriter) {
  const revokeChildren = prepareRevokeChildren(database, events);
  const revoke = database.prepare(
    `UPDATE grants SET revoked_at = ?2, revoked_reason = ?3 WHERE id = unhex(?1, '-') AND revoked_at IS NULL
     RETURNING *`,
  );
  return function revokeAll(
    ids: readonly string[],
    reason: RevocationReason,
    actor: string,
    transaction: Transaction,
    withSubject?: boolean,
  ): number {
    const revoked = ids.flatMap((id) => {
      const row = revoke.get(id, transaction.now, reason);
      return row === undefined ? [] : [toGrant(row)];
    });
    for (const grant of revoked) events.record(grantRevoked(grant, reason, actor, withSubject), transaction);
    for (const grant of revoked) revokeChildren(grant, actor, transaction, withSubject);
    return revoked.length;
  };
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
