import { deniedToken } from "../event-builders.ts";
import type { Event, EventStore, EventType, RevocationReason } from "../store.ts";
import { accountChanges } from "./accounts.ts";
import type { Changes } from "./changes.ts";
import { clientChanges } from "./clients.ts";
import { withdrawOne } from "./consents.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { denyOne, revokeOne } from "./grants.ts";
import { distrustOne, removeSigningKey } from "./keys.ts";
import { deleteOneToken } from "./registrations.ts";
import { signInChanges } from "./sign-ins.ts";

const ACTOR = "restore";

/** Changes that later ones of the same client or account undo: an older one must not be applied over a newer. */
const FAMILIES: readonly (readonly [EventType, EventType])[] = [
  ["client.disabled", "client.enabled"],
  ["client.secret_rotated", "client.secret_rotated"],
  ["account.disabled", "account.enabled"],
  ["account.password_changed", "account.password_changed"],
];

/** Index: the primary key. */
const OLDEST: Statement = { name: "event_oldest", text: "SELECT at FROM events ORDER BY id LIMIT 1" };

/** Index: the partial one of client or subject. */
function newerOf(column: "client_id" | "subject"): Statement {
  return {
    name: `event_newer_${column}`,
    text: `SELECT 1 FROM events WHERE ${column} = $1 AND type IN ($2, $3) AND (at > $4 OR (at = $4 AND type = $5)) LIMIT 1`,
  };
}
const NEWER = { client: newerOf("client_id"), account: newerOf("subject") };

/**
 * Applies what ended, was disabled or changed its secret after a backup, with the instants of the event file. Endings
 * are applied again without harm. What can be undone is applied only if the store knows of nothing newer, so the same
 * file, or one that spans several restores, can be retried at any time. Ids tell nothing: a restored store gives them out
 * anew.
 */
export function replayer(database: Database, events: EventWriter, changes: Changes): EventStore["replay"] {
  const clients = clientChanges(events, changes);
  const accounts = accountChanges(events);
  const signIns = signInChanges(events);

  async function apply({ type, data, ...about }: Event, at: Transaction): Promise<boolean> {
    const { clientId = "", subject = "", grantId = "" } = about;
    const digest = Buffer.from(String(data["digest"]), "hex");
    switch (type) {
      case "grant.revoked":
        return revokeOne(grantId, data["reason"] as RevocationReason, ACTOR, at, events);
      case "grant.reused":
      case "grant.concurrent_use":
        if (data["revoked"] !== true) return false;
        return revokeOne(grantId, type === "grant.reused" ? "reused" : "concurrent_use", ACTOR, at, events);
      case "access_token.revoked":
        return denyOne(deniedToken(data, clientId, ACTOR), at, events);
      case "client.disabled":
        return clients.disable(clientId, ACTOR, at);
      case "client.enabled":
        return clients.enable(clientId, ACTOR, at);
      case "client.deleted":
        return clients.delete(clientId, ACTOR, at);
      case "client.secret_rotated":
        return clients.rotateSecret(clientId, digest, Number(data["overlap"]), ACTOR, at);
      case "account.disabled":
        return accounts.disable(subject, ACTOR, at);
      case "account.enabled":
        return accounts.enable(subject, ACTOR, at);
      case "account.password_changed":
        // The new password is not in the event. The old one must not come back to life.
        return accounts.setPasswordHash(subject, null, ACTOR, at);
      case "sign_in.ended":
        return signIns.end(digest, at);
      case "consent.withdrawn":
        return withdrawOne(subject, clientId, ACTOR, at, events);
      case "registration_token.deleted":
        return deleteOneToken(String(data["token_id"]), ACTOR, at, events);
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
      if (await isSuperseded(event, transaction)) return false;
      return apply(event, { ...transaction, now: async () => event.at });
    });
}

async function isSuperseded(event: Event, { query }: Transaction): Promise<boolean> {
  const { type, at, clientId = "", subject = "" } = event;
  const family = FAMILIES.find((types) => types.includes(type));
  if (family === undefined) return false;
  // What is older than the oldest event that is kept was part of the backup.
  const kept = (await query(OLDEST))[0]?.["at"] as number | undefined;
  if (kept !== undefined && at < kept) return true;
  const [newer, id] = type.startsWith("client.") ? [NEWER.client, clientId] : [NEWER.account, subject];
  return (await query(newer, [id, ...family, at, type])).length > 0;
}
