import { grantLifetimeExtended } from "../event-builders.ts";
import { decideExtension } from "../lifetime-extension.ts";
import type { ExtensionResult, Grant, LifetimeExtension } from "../store.ts";
import { findClient } from "./clients.ts";
import type { Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { findOne } from "./find-grants.ts";
import { toGrant } from "./rows.ts";

/** Under the condition that no other extension and no revocation came between. Index: the primary key. */
const EXTEND: Statement = {
  name: "grant_extend",
  text: `UPDATE grants SET expires_at = $3 WHERE id = $1 AND expires_at = $2 AND revoked_at IS NULL RETURNING *`,
};

/**
 * The port's `extendLifetime`, within a transaction. The row is read without a lock, so that no refresh waits for more
 * than the one update; if another change came between, it is decided about again.
 */
export async function extendOne(
  id: string,
  extension: LifetimeExtension,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<ExtensionResult> {
  for (;;) {
    const grant = await findOne(id, transaction.query);
    const client = grant && (await findClient(grant.clientId, transaction.query));
    const decision = decideExtension(grant, client, extension, await transaction.now());
    if ("result" in decision) return decision.result;
    const extended = grant && (await write(grant, decision.expiresAt, actor, transaction, events));
    if (grant !== undefined && extended !== undefined) {
      return { outcome: "lifetime_extended", grant: extended, previousExpiresAt: grant.expiresAt };
    }
  }
}

/** Of a restore: gives the grant the end (ms) that it had, if that is later. False: it changed nothing. */
export async function restoreEnd(
  id: string,
  expiresAt: number,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<boolean> {
  const grant = await findOne(id, transaction.query);
  if (grant === undefined || grant.expiresAt >= expiresAt) return false;
  return (await write(grant, expiresAt, actor, transaction, events)) !== undefined;
}

/** Undefined: the row is no longer as it was read. */
async function write(
  grant: Grant,
  expiresAt: number,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
): Promise<Grant | undefined> {
  const [row] = await transaction.query(EXTEND, [grant.id, grant.expiresAt, expiresAt]);
  if (row === undefined) return undefined;
  const extended = toGrant(row);
  await events.record(grantLifetimeExtended(extended, grant.expiresAt, actor), transaction);
  return extended;
}
