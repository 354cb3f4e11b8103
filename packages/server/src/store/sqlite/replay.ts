import type { DatabaseSync } from "node:sqlite";
import { deniedToken } from "../event-builders.ts";
import type { Event, EventStore, EventType, RevocationReason } from "../store.ts";
import { prepareAccountChanges } from "./accounts.ts";
import type { Changes } from "./changes.ts";
import { prepareClientChanges } from "./clients.ts";
import { prepareConsentChanges } from "./consents.ts";
import type { EventWriter } from "./events.ts";
import { prepareDeny, prepareRevoke } from "./grants.ts";
import { prepareDistrust, prepareRemoveSigningKey } from "./keys.ts";
import { prepareDeleteToken } from "./registrations.ts";
import { prepareSignInChanges } from "./sign-ins.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

const ACTOR = "restore";

/** Changes that later ones of the same client or account undo: an older one must not be applied over a newer. */
const FAMILIES: readonly (readonly EventType[])[] = [
  ["client.disabled", "client.enabled"],
  ["client.secret_rotated", "client.secret_rotated"],
  ["account.disabled", "account.enabled"],
  ["account.password_changed", "account.password_changed"],
];

/**
 * Applies what ended, was disabled or changed its secret after a backup, with the instants of the event file. Endings
 * are applied again without harm. What can be undone is applied only if the store knows of nothing newer, so the same
 * file, or one that spans several restores, can be retried at any time. Ids tell nothing: a restored store gives them out
 * anew.
 */
export function prepareReplay(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: Changes,
): EventStore["replay"] {
  const isSuperseded = prepareIsSuperseded(database);
  const deny = prepareDeny(database, events);
  const revoke = prepareRevoke(database, events);
  const distrust = prepareDistrust(database, events, changes);
  const removeSigningKey = prepareRemoveSigningKey(database, events, changes);
  const clients = prepareClientChanges(database, events, changes);
  const accounts = prepareAccountChanges(database, events);
  const signIns = prepareSignInChanges(database, events);
  const consents = prepareConsentChanges(database, events);
  const deleteToken = prepareDeleteToken(database, events);

  function apply({ type, data, ...about }: Event, at: Transaction): boolean {
    const { clientId = "", subject = "", grantId = "" } = about;
    const digest = Buffer.from(String(data["digest"]), "hex");
    switch (type) {
      case "grant.revoked":
        return revoke(grantId, data["reason"] as RevocationReason, ACTOR, at);
      case "grant.reused":
      case "grant.concurrent_use":
        if (data["revoked"] !== true) return false;
        return revoke(grantId, type === "grant.reused" ? "reused" : "concurrent_use", ACTOR, at);
      case "access_token.revoked":
        return deny(deniedToken(data, clientId, ACTOR), at);
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
        return consents.withdraw(subject, clientId, ACTOR, at);
      case "registration_token.deleted":
        return deleteToken(String(data["token_id"]), ACTOR, at);
      case "key.distrusted":
        if (typeof data["kid"] === "string") return removeSigningKey(data["kid"], ACTOR, at);
        return distrust(Number(data["mac_key"]), String(data["master_key_id"]), ACTOR, at);
      default:
        return false;
    }
  }

  return (event) =>
    queue.write((transaction) => !isSuperseded(event) && apply(event, { ...transaction, now: event.at }));
}

function prepareIsSuperseded(database: DatabaseSync) {
  const oldest = database.prepare("SELECT at FROM events ORDER BY id LIMIT 1");
  const newerOf = (column: string) =>
    database.prepare(
      `SELECT 1 FROM events WHERE ${column} = ?1 AND type IN (?2, ?3) AND (at > ?4 OR (at = ?4 AND type = ?5)) LIMIT 1`,
    );
  const newer = { client: newerOf("client_id"), account: newerOf("subject") };
  return function isSuperseded({ type, at, clientId = "", subject = "" }: Event): boolean {
    const family = FAMILIES.find((types) => types.includes(type));
    if (family === undefined) return false;
    // What is older than the oldest event that is kept was part of the backup.
    const kept = oldest.get()?.["at"] as number | undefined;
    if (kept !== undefined && at < kept) return true;
    const [whose, id] = type.startsWith("client.")
      ? ([newer.client, clientId] as const)
      : ([newer.account, subject] as const);
    return whose.get(id, family[0] ?? type, family[1] ?? type, at, type) !== undefined;
  };
}
