import type { DatabaseSync } from "node:sqlite";
import type { Event, EventStore, RevocationReason } from "../store.ts";
import { prepareAccountChanges } from "./accounts.ts";
import type { Changes } from "./changes.ts";
import { prepareClientChanges } from "./clients.ts";
import type { EventWriter } from "./events.ts";
import { prepareRevoke } from "./grants.ts";
import { prepareDistrust, prepareRemoveSigningKey } from "./keys.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

const ACTOR = "restore";

/** Applies what ended, was disabled or changed its secret after a backup, with the instants of the event file. */
export function prepareReplay(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: Changes,
): EventStore["replay"] {
  const known = database.prepare(`SELECT 1 FROM events WHERE id = ? AND at = ? AND type = ?
     AND grant_id IS ? AND client_id IS ? AND subject IS ?`);
  const deny = database.prepare(
    "INSERT INTO denied_access_tokens (jti, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const revoke = prepareRevoke(database, events);
  const distrust = prepareDistrust(database, events, changes);
  const removeSigningKey = prepareRemoveSigningKey(database, events, changes);
  const clients = prepareClientChanges(database, events, changes);
  const accounts = prepareAccountChanges(database, events);

  function apply({ type, data, ...about }: Event, at: Transaction): boolean {
    const { clientId = "", subject = "", grantId = "" } = about;
    switch (type) {
      case "grant.revoked":
        return revoke(grantId, data["reason"] as RevocationReason, ACTOR, at);
      case "grant.reused":
      case "grant.shadowed":
        if (data["revoked"] !== true) return false;
        return revoke(grantId, type === "grant.reused" ? "reused" : "shadowed", ACTOR, at);
      case "access_token.revoked":
        return deny.run(String(data["jti"]), Number(data["expires_at"])).changes > 0;
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
        if (typeof data["kid"] === "string") return removeSigningKey(data["kid"], ACTOR, at);
        return distrust(Number(data["mac_key"]), String(data["master_key_id"]), ACTOR, at);
      default:
        return false;
    }
  }

  return (event) =>
    queue.write((transaction) => {
      // What this copy already holds was applied before the backup was made.
      const about = [event.grantId ?? null, event.clientId ?? null, event.subject ?? null];
      if (known.get(event.id, event.at, event.type, ...about)) return false;
      return apply(event, { ...transaction, now: event.at });
    });
}
