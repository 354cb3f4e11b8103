import type { DatabaseSync } from "node:sqlite";
import { grantCreated } from "../event-builders.ts";
import { claimsColumn } from "../grant-row.ts";
import { grantStatus } from "../grant-status.ts";
import type { Parent } from "../grant-status.ts";
import type { DisabledOutcome, NewChildGrant, NewGrant } from "../store.ts";
import type { EventWriter } from "./events.ts";
import { toClient, toGrant } from "./rows.ts";
import type { Transaction } from "./write-queue.ts";

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

/** Reads the parent of a child grant, and its client. Undefined: it was swept. Index: the primary keys. */
export function prepareFindParent(database: DatabaseSync) {
  const findGrant = database.prepare("SELECT * FROM grants WHERE id = unhex(?, '-')");
  const findClient = database.prepare("SELECT * FROM clients WHERE id = ? AND deleted_at IS NULL");
  return function findParent(id: string): Parent | undefined {
    const row = findGrant.get(id);
    if (row === undefined) return undefined;
    const grant = toGrant(row);
    const client = findClient.get(grant.clientId);
    return { grant, client: client && toClient(client) };
  };
}

/** The port's `createChild`, within a transaction. */
export function prepareCreateChild(
  database: DatabaseSync,
  whyDisabled: ReturnType<typeof prepareWhyDisabled>,
  create: ReturnType<typeof prepareCreate>,
) {
  const findParent = prepareFindParent(database);
  const mark = database.prepare("UPDATE grants SET has_children = 1 WHERE id = unhex(?, '-')");
  return function createChild(grant: NewChildGrant, transaction: Transaction) {
    const refused = whyDisabled(grant.clientId, grant.subject);
    if (refused !== undefined) return { outcome: refused };
    const left = secondsLeft(findParent(grant.parentId), transaction.now);
    if (left < 1) return { outcome: "parent_ended" } as const;
    const created = create({ ...grant, maxTtl: Math.min(grant.maxTtl, left) }, transaction);
    if (created.outcome === "created") mark.run(grant.parentId);
    return created;
  };
}

/** Of a parent's absolute lifetime, s; 0 where it is not active, or is a child itself. */
function secondsLeft(parent: Parent | undefined, now: number): number {
  if (parent === undefined || parent.grant.parentId !== null) return 0;
  const isActive = grantStatus(parent.grant, parent.client, now).state === "active";
  return isActive ? Math.floor((parent.grant.expiresAt - now) / 1000) : 0;
}
