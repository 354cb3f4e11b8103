import { grantCreated } from "../event-builders.ts";
import { claimsColumn } from "../grant-row.ts";
import { grantStatus } from "../grant-status.ts";
import type { Parent } from "../grant-status.ts";
import type { DisabledOutcome, NewChildGrant, NewGrant } from "../store.ts";
import { findClient } from "./clients.ts";
import type { Query, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { findOne } from "./find-grants.ts";
import { clientKey, isUuid, toGrant } from "./rows.ts";

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
 * Locks the parent until the commit: nothing ends it, and no revocation looks for its children. Index: the primary key.
 */
const LOCK_PARENT: Statement = {
  name: "grant_lock_parent",
  text: "UPDATE grants SET has_children = true WHERE id = $1 AND parent_id IS NULL RETURNING *",
};

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

/**
 * The port's `createChild`, within a transaction. The client's and the account's rows are locked before the parent's, as
 * everywhere.
 */
export async function createChild(grant: NewChildGrant, transaction: Transaction, events: EventWriter) {
  const refused = await whyDisabled(grant.clientId, grant.subject, transaction);
  if (refused !== undefined) return { outcome: refused };
  const [row] = isUuid(grant.parentId) ? await transaction.query(LOCK_PARENT, [grant.parentId]) : [];
  const parent = row && toGrant(row);
  const now = await transaction.now();
  const client = parent && (await findClient(parent.clientId, transaction.query));
  const left = parent === undefined ? 0 : Math.floor((parent.expiresAt - now) / 1000);
  const isActive = parent !== undefined && grantStatus(parent, client, now).state === "active";
  if (!isActive || left < 1) return { outcome: "parent_ended" } as const;
  return createOne({ ...grant, maxTtl: Math.min(grant.maxTtl, left) }, transaction, events);
}

/** Reads the parent of a child grant, and its client. Undefined: it was swept. Index: the primary keys. */
export async function findParent(id: string, query: Query): Promise<Parent | undefined> {
  const grant = await findOne(id, query);
  return grant && { grant, client: await findClient(grant.clientId, query) };
}
