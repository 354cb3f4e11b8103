import type { Event, EventStore, RevocationReason } from "../store.ts";
import { accountChanges } from "./accounts.ts";
import type { Changes } from "./changes.ts";
import { clientChanges } from "./clients.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { denyOne, revokeOne } from "./grants.ts";
import { distrustOne, removeSigningKey } from "./keys.ts";

const ACTOR = "restore";

/** Index: the primary key. */
const KNOWN: Statement = {
  name: "event_known",
  text: `SELECT 1 FROM events WHERE id = $1 AND at = $2 AND type = $3 AND grant_id IS NOT DISTINCT FROM $4
    AND client_id IS NOT DISTINCT FROM $5 AND subject IS NOT DISTINCT FROM $6`,
};

/** Applies what ended, was disabled or changed its secret after a backup, with the instants of the event file. */
export function replayer(database: Database, events: EventWriter, changes: Changes): EventStore["replay"] {
  const clients = clientChanges(events, changes);
  const accounts = accountChanges(events);

  async function apply({ type, data, ...about }: Event, at: Transaction): Promise<boolean> {
    const { clientId = "", subject = "", grantId = "" } = about;
    switch (type) {
      case "grant.revoked":
        return revokeOne(grantId, data["reason"] as RevocationReason, ACTOR, at, events);
      case "grant.reused":
      case "grant.shadowed":
        if (data["revoked"] !== true) return false;
        return revokeOne(grantId, type === "grant.reused" ? "reused" : "shadowed", ACTOR, at, events);
      case "access_token.revoked":
        return denyOne(String(data["jti"]), Number(data["expires_at"]), at);
      case "client.disabled":
        return clients.disable(clientId, ACTOR, at);
      case "client.enabled":
        return clients.enable(clientId, ACTOR, at);
      case "client.deleted":
        return clients.delete(clientId, ACTOR, at);
      case "client.secret_rotated": {
        const digest = Buffer.from(String(data["digest"]), "hex");
        return clients.rotateSecret(clientId, digest, Number(data["overlap"]), ACTOR, at);
      }
      case "account.disabled":
        return accounts.disable(subject, ACTOR, at);
      case "account.enabled":
        return accounts.enable(subject, ACTOR, at);
      case "account.password_changed":
        // The new password is not in the event. The old one must not come back to life.
        return accounts.setPasswordHash(subject, null, ACTOR, at);
      case "key.distrusted":
        if (typeof data["kid"] === "string") {
          return removeSigningKey(data["kid"], ACTOR, at, events, changes);
        }
        return distrustOne(
          Number(data["mac_key"]),
          String(data["master_key_id"]),
          ACTOR,
          at,
          events,
          changes,
        );
      default:
        return false;
    }
  }

  return (event) =>
    database.writeInOrder(async (transaction) => {
      // What this copy already holds was applied before the backup was made.
      const about = [event.grantId ?? null, event.clientId ?? null, event.subject ?? null];
      const known = await transaction.query(KNOWN, [event.id, event.at, event.type, ...about]);
      if (known.length > 0) return false;
      return apply(event, { ...transaction, now: async () => event.at });
    });
}
