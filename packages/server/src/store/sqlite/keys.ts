import type { DatabaseSync } from "node:sqlite";
import { macKeyCreated, macKeyDistrusted, signingKeyCreated } from "../event-builders.ts";
import { toMacKey } from "../row-mappers.ts";
import type { KeyStore } from "../store.ts";
import type { ChangeNotices } from "./change-notices.ts";
import type { EventWriter } from "./events.ts";
import { toSigningKey } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** The port's `keys`. The tables have a handful of rows, so no statement but those by primary key needs an index. */
export function keyStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: ChangeNotices,
): KeyStore {
  const signing = database.prepare("SELECT * FROM signing_keys ORDER BY active_at, created_at, kid");
  const mac = database.prepare("SELECT * FROM mac_keys ORDER BY number");
  const longest = database.prepare("SELECT value FROM meta WHERE key = 'longest_access_ttl'");
  const insertSigning = database.prepare(
    `INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private_key, created_at, active_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const insertMac = database.prepare(
    "INSERT INTO mac_keys (number, master_key_id, active_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const reseal = database.prepare("UPDATE signing_keys SET sealed_private_key = ? WHERE kid = ?");
  const removeSigningKey = prepareRemoveSigningKey(database, events, changes);
  const distrust = prepareDistrust(database, events, changes);

  return {
    list() {
      return queue.read(() => ({
        signing: signing.all().map(toSigningKey),
        mac: mac.all().map(toMacKey),
        longestAccessTtl: longest.get()?.["value"] as number,
      }));
    },
    addSigningKey(key, previousKid, actor) {
      return queue.write((transaction) => {
        // The write lock is held: of two processes that add a key at once, the second sees the first one's and gives
        // up.
        if (signing.all().at(-1)?.["kid"] !== previousKid) return false;
        const { kid, algorithm, publicJwk, sealedPrivateKey, createdAt, activeAt } = key;
        insertSigning.run(kid, algorithm, publicJwk, sealedPrivateKey, createdAt, activeAt);
        events.record(signingKeyCreated(key, actor), transaction);
        changes.changed(transaction);
        return true;
      });
    },
    resealSigningKey(kid, sealedPrivateKey) {
      return queue.write(() => void reseal.run(sealedPrivateKey, kid));
    },
    removeSigningKey: (kid, distrustedBy) =>
      queue.write((transaction) => removeSigningKey(kid, distrustedBy, transaction)),
    addMacKey({ number, masterKeyId, activeAt }, actor) {
      return queue.write((transaction) => {
        if (insertMac.run(number, masterKeyId, activeAt).changes === 0) return false;
        events.record(macKeyCreated({ number, activeAt }, actor), transaction);
        changes.changed(transaction);
        return true;
      });
    },
    distrustMacKey: (number, masterKeyId, actor) =>
      queue.write((transaction) => distrust(number, masterKeyId, actor, transaction)),
  };
}

/**
 * Deletes a signing key: a retired one without an event, a distrusted one with it. Also when a restore applies that
 * event.
 */
export function prepareRemoveSigningKey(database: DatabaseSync, events: EventWriter, changes: ChangeNotices) {
  const remove = database.prepare("DELETE FROM signing_keys WHERE kid = ?");
  return function removeOne(kid: string, distrustedBy: string | undefined, at: Transaction): boolean {
    if (remove.run(kid).changes === 0) return false;
    if (distrustedBy !== undefined) {
      events.record({ type: "key.distrusted", data: { kid, actor: distrustedBy } }, at);
    }
    changes.changed(at);
    return true;
  };
}

/**
 * Distrusts a MAC key for good. A number that this copy of the store never saw can be distrusted too: a restored backup
 * may lack the newest, and must not create it again as a trusted one.
 */
export function prepareDistrust(database: DatabaseSync, events: EventWriter, changes: ChangeNotices) {
  const distrust = database.prepare(
    `INSERT INTO mac_keys (number, master_key_id, active_at, distrusted_at) VALUES (?1, ?2, ?3, ?3)
     ON CONFLICT (number) DO UPDATE SET distrusted_at = ?3 WHERE distrusted_at IS NULL`,
  );
  return function distrustOne(number: number, masterKeyId: string, actor: string, at: Transaction): boolean {
    if (distrust.run(number, masterKeyId, at.now).changes === 0) return false;
    events.record(macKeyDistrusted(number, masterKeyId, actor), at);
    changes.changed(at);
    return true;
  };
}
