import { macKeyCreated, macKeyDistrusted, signingKeyCreated } from "../event-builders.ts";
import { toMacKey } from "../row-mappers.ts";
import type { KeyStore } from "../store.ts";
import type { ChangeNotices } from "./change-notices.ts";
import type { Database, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { toSigningKey } from "./rows.ts";

const SIGNING: Statement = {
  name: "signing_keys",
  text: "SELECT * FROM signing_keys ORDER BY active_at, created_at, kid",
};
const MAC: Statement = { name: "mac_keys", text: "SELECT * FROM mac_keys ORDER BY number" };
const LONGEST: Statement = {
  name: "longest_access_ttl",
  text: "SELECT value FROM meta WHERE key = 'longest_access_ttl'",
};
/** Every transaction that adds a signing key locks this row first, so that the newest key stays the newest. */
const LOCK: Statement = {
  name: "signing_keys_lock",
  text: "SELECT 1 FROM meta WHERE key = 'revision' FOR UPDATE",
};
const INSERT_SIGNING: Statement = {
  name: "signing_key_insert",
  text: `INSERT INTO signing_keys (kid, algorithm, public_jwk, sealed_private_key, created_at, active_at)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};
const INSERT_MAC: Statement = {
  name: "mac_key_insert",
  text: `INSERT INTO mac_keys (number, master_key_id, active_at) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING number`,
};
const RESEAL: Statement = {
  name: "signing_key_reseal",
  text: "UPDATE signing_keys SET sealed_private_key = $2 WHERE kid = $1",
};
const REMOVE: Statement = {
  name: "signing_key_remove",
  text: "DELETE FROM signing_keys WHERE kid = $1 RETURNING kid",
};
/**
 * Distrusts a MAC key for good. A number that this copy of the store never saw can be distrusted too: a restored backup
 * may lack the newest, and must not create it again as a trusted one.
 */
const DISTRUST: Statement = {
  name: "mac_key_distrust",
  text: `INSERT INTO mac_keys (number, master_key_id, active_at, distrusted_at) VALUES ($1, $2, $3, $3)
    ON CONFLICT (number) DO UPDATE SET distrusted_at = $3 WHERE mac_keys.distrusted_at IS NULL RETURNING number`,
};

/**
 * The port's `keys`. The tables have a handful of rows. Changes are made in order, so that their events have the order
 * of the calls.
 */
export function keyStore(database: Database, events: EventWriter, changes: ChangeNotices): KeyStore {
  return {
    list() {
      return database.read(async (query) => ({
        signing: (await query(SIGNING)).map(toSigningKey),
        mac: (await query(MAC)).map(toMacKey),
        longestAccessTtl: (await query(LONGEST))[0]?.["value"] as number,
      }));
    },
    addSigningKey(key, previousKid, actor) {
      return database.writeInOrder(async (transaction) => {
        await transaction.query(LOCK);
        if ((await transaction.query(SIGNING)).at(-1)?.["kid"] !== previousKid) return false;
        const { kid, algorithm, publicJwk, sealedPrivateKey, createdAt, activeAt } = key;
        const values = [kid, algorithm, publicJwk, sealedPrivateKey, createdAt, activeAt];
        await transaction.query(INSERT_SIGNING, values);
        await events.record(signingKeyCreated(key, actor), transaction);
        await changes.changed(transaction);
        return true;
      });
    },
    resealSigningKey(kid, sealedPrivateKey) {
      return database.writeInOrder(async ({ query }) => void (await query(RESEAL, [kid, sealedPrivateKey])));
    },
    removeSigningKey: (kid, distrustedBy) =>
      database.writeInOrder((transaction) =>
        removeSigningKey(kid, distrustedBy, transaction, events, changes),
      ),
    addMacKey({ number, masterKeyId, activeAt }, actor) {
      return database.writeInOrder(async (transaction) => {
        const added = await transaction.query(INSERT_MAC, [number, masterKeyId, activeAt]);
        if (added.length === 0) return false;
        await events.record(macKeyCreated({ number, activeAt }, actor), transaction);
        await changes.changed(transaction);
        return true;
      });
    },
    distrustMacKey: (number, masterKeyId, actor) =>
      database.writeInOrder((transaction) =>
        distrustOne(number, masterKeyId, actor, transaction, events, changes),
      ),
  };
}

/**
 * Deletes a signing key: a retired one without an event, a distrusted one with it. Also when a restore applies that
 * event.
 */
export async function removeSigningKey(
  kid: string,
  distrustedBy: string | undefined,
  transaction: Transaction,
  events: EventWriter,
  changes: ChangeNotices,
): Promise<boolean> {
  if ((await transaction.query(REMOVE, [kid])).length === 0) return false;
  if (distrustedBy !== undefined) {
    await events.record({ type: "key.distrusted", data: { kid, actor: distrustedBy } }, transaction);
  }
  await changes.changed(transaction);
  return true;
}

/**
 * Distrusts a MAC key within another operation's transaction. Also when a restore applies an event, then with the
 * event's instant.
 */
export async function distrustOne(
  number: number,
  masterKeyId: string,
  actor: string,
  transaction: Transaction,
  events: EventWriter,
  changes: ChangeNotices,
): Promise<boolean> {
  const distrusted = await transaction.query(DISTRUST, [number, masterKeyId, await transaction.now()]);
  if (distrusted.length === 0) return false;
  await events.record(macKeyDistrusted(number, masterKeyId, actor), transaction);
  await changes.changed(transaction);
  return true;
}
