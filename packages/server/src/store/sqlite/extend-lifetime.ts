import type { DatabaseSync } from "node:sqlite";
import { grantLifetimeExtended } from "../event-builders.ts";
import { decideExtension } from "../lifetime-extension.ts";
import type { ExtensionResult, Grant, LifetimeExtension } from "../store.ts";
import type { EventWriter } from "./events.ts";
import { toClient, toGrant } from "./rows.ts";
import type { Transaction } from "./write-queue.ts";

/** Both operations that move the end of a grant's absolute lifetime later. Index: the primary keys. */
export function prepareExtensions(database: DatabaseSync, events: EventWriter) {
  const findGrant = database.prepare("SELECT * FROM grants WHERE id = unhex(?, '-')");
  const findClient = database.prepare("SELECT * FROM clients WHERE id = ? AND deleted_at IS NULL");
  const update = database.prepare(
    "UPDATE grants SET expires_at = ?2 WHERE id = unhex(?1, '-') AND expires_at < ?2 AND revoked_at IS NULL RETURNING *",
  );

  function write(grant: Grant, expiresAt: number, actor: string, transaction: Transaction) {
    const row = update.get(grant.id, expiresAt);
    if (row === undefined) return undefined;
    const extended = toGrant(row);
    events.record(grantLifetimeExtended(extended, grant.expiresAt, actor), transaction);
    return extended;
  }
  function read(id: string): Grant | undefined {
    const row = findGrant.get(id);
    return row && toGrant(row);
  }
  return {
    /** The port's `extendLifetime`, within a transaction. */
    extend(
      id: string,
      extension: LifetimeExtension,
      actor: string,
      transaction: Transaction,
    ): ExtensionResult {
      const grant = read(id);
      const client = grant && findClient.get(grant.clientId);
      const decision = decideExtension(grant, client && toClient(client), extension, transaction.now);
      if ("result" in decision) return decision.result;
      const extended = grant && write(grant, decision.expiresAt, actor, transaction);
      // Nothing comes between the read and the write of one transaction.
      if (grant === undefined || extended === undefined) throw new Error("the grant was not extended");
      return { outcome: "lifetime_extended", grant: extended, previousExpiresAt: grant.expiresAt };
    },
    /** Of a restore: gives the grant the end (ms) that it had, if that is later. False: it changed nothing. */
    restore(id: string, expiresAt: number, actor: string, transaction: Transaction): boolean {
      const grant = read(id);
      return grant !== undefined && write(grant, expiresAt, actor, transaction) !== undefined;
    },
  };
}
