import type { DatabaseSync } from "node:sqlite";
import { mergeSettings, settingsOf } from "../client-row.ts";
import { EXAMINED_CLIENTS, settingsPattern } from "../client-search.ts";
import { fromSecrets, isInForce, overlapping, toSecrets, upgraded } from "../client-secrets.ts";
import { clientCreated, clientRevoked, secretRotated } from "../event-builders.ts";
import type { ClientStore, NewEvent, Page } from "../store.ts";
import type { ChangeNotices } from "./change-notices.ts";
import type { EventWriter } from "./events.ts";
import { toClient } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

const SECRETS = "SELECT secrets FROM clients WHERE id = ? AND deleted_at IS NULL";
const SET_SECRETS = "UPDATE clients SET secrets = ? WHERE id = ?";

/**
 * The port's `clients`. Every statement goes by the primary key. A deleted client keeps its row, so that its id is not
 * given again while its grants are swept.
 */
export function clientStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: ChangeNotices,
): ClientStore {
  const find = database.prepare("SELECT * FROM clients WHERE id = ? AND deleted_at IS NULL");
  const list = database.prepare(
    "SELECT * FROM clients WHERE deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?",
  );
  const all = database.prepare(
    "SELECT * FROM clients WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL",
  );
  const search = prepareSearch(database);
  const setSettings = database.prepare("UPDATE clients SET settings = ?, public = ? WHERE id = ?");
  const raiseAccessTtl = prepareRaiseAccessTtl(database);
  const secrets = database.prepare(SECRETS);
  const setSecrets = database.prepare(SET_SECRETS);
  const change = prepareClientChanges(database, events, changes);

  return {
    find(id) {
      return queue.read(() => {
        const row = find.get(id);
        return row && toClient(row);
      });
    },
    findAll: (ids) => queue.read(() => all.all(JSON.stringify(ids)).map(toClient)),
    list: (page) => queue.read(() => list.all(page.after ?? "", page.limit).map(toClient)),
    search: (text, page) => queue.read(() => search(text, page)),
    create(client, actor) {
      return queue.write((transaction) => {
        const created = change.create(client, actor, transaction);
        if (created) changes.changed(transaction);
        return created;
      });
    },
    update(id, wanted, actor) {
      return queue.write((transaction) => {
        const row = find.get(id);
        if (row === undefined) return undefined;
        const { json, client, changed } = mergeSettings(toClient(row), row["settings"] as string, wanted);
        if (changed.length === 0) return { client, changed };
        setSettings.run(json, client.public ? 1 : 0, id);
        raiseAccessTtl.run(client.accessTtl);
        change.changed({ type: "client.updated", clientId: id, data: { changed, actor } }, transaction);
        return { client, changed };
      });
    },
    rotateSecret: (id, digest, overlap, actor) =>
      queue.write((transaction) => change.rotateSecret(id, digest, overlap, actor, transaction)),
    upgradeSecret(id, slowHash, digest) {
      return queue.write((transaction) => {
        const row = secrets.get(id);
        const better = row && upgraded(toSecrets(row["secrets"] as string), slowHash, digest);
        if (better === undefined) return false;
        setSecrets.run(fromSecrets(better), id);
        changes.changed(transaction);
        return true;
      });
    },
    disable: (id, actor) => queue.write((transaction) => change.disable(id, actor, transaction)),
    enable: (id, actor) => queue.write((transaction) => change.enable(id, actor, transaction)),
    delete: (id, actor) => queue.write((transaction) => change.delete(id, actor, transaction)),
  };
}

/**
 * The high-water mark of access token lifetimes, s. It never falls: tokens that were issued under the longer lifetime
 * may still be valid.
 */
function prepareRaiseAccessTtl(database: DatabaseSync) {
  return database.prepare("UPDATE meta SET value = max(value, ?) WHERE key = 'longest_access_ttl'");
}

/** Prepares the port's `search`. Index: the primary key. */
function prepareSearch(database: DatabaseSync) {
  const lastExamined = database.prepare(
    `SELECT id FROM clients WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${EXAMINED_CLIENTS - 1}`,
  );
  const matching = database.prepare(
    `SELECT * FROM clients WHERE deleted_at IS NULL AND id > ?1 AND (?2 IS NULL OR id <= ?2)
       AND settings LIKE ?3 ESCAPE '\\' ORDER BY id LIMIT ?4`,
  );
  return (text: string, { after = "", limit }: Page) => {
    const end = (lastExamined.get(after)?.["id"] as string | undefined) ?? null;
    const clients = matching.all(after, end, settingsPattern(text), limit).map(toClient);
    return { clients, next: clients.length === limit ? (clients.at(-1)?.id ?? null) : end };
  };
}

/**
 * Changes of clients within another operation's transaction. All but `create` are made by a restore too when it applies
 * an event; `at` then has the event's instant.
 */
export function prepareClientChanges(database: DatabaseSync, events: EventWriter, changes: ChangeNotices) {
  const insert = database.prepare(
    "INSERT INTO clients (id, public, secrets, settings, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const raiseAccessTtl = prepareRaiseAccessTtl(database);
  const unregister = database.prepare("DELETE FROM registrations WHERE client_id = ?");
  const secrets = database.prepare(SECRETS);
  const setSecrets = database.prepare(SET_SECRETS);
  // A restore may apply an older disabling: the revocation of the grants never moves back.
  const disable = database.prepare(
    `UPDATE clients SET disabled_at = ?2, grants_revoked_at = max(coalesce(grants_revoked_at, 0), ?2)
     WHERE id = ?1 AND disabled_at IS NULL RETURNING settings`,
  );
  const enable = database.prepare(
    "UPDATE clients SET disabled_at = NULL WHERE id = ? AND disabled_at IS NOT NULL AND deleted_at IS NULL",
  );
  const remove = database.prepare(
    `UPDATE clients SET deleted_at = ?2, secrets = '[]', disabled_at = coalesce(disabled_at, ?2), grants_revoked_at = ?2
     WHERE id = ?1 AND deleted_at IS NULL RETURNING settings`,
  );

  function changed(event: NewEvent, at: Transaction) {
    events.record(event, at);
    changes.changed(at);
  }
  return {
    changed,
    /** Without a change notice: no cache has a client that did not exist. */
    create(client: Parameters<ClientStore["create"]>[0], actor: string, at: Transaction): boolean {
      const settings = settingsOf(client);
      const row = [client.id, client.public ? 1 : 0, fromSecrets(client.secrets)] as const;
      if (insert.run(...row, JSON.stringify(settings), at.now).changes === 0) return false;
      raiseAccessTtl.run(settings.accessTtl);
      events.record(clientCreated(client, actor), at);
      return true;
    },
    rotateSecret(id: string, digest: Buffer, overlap: number, actor: string, at: Transaction): boolean {
      const row = secrets.get(id);
      if (row === undefined) return false;
      const present = toSecrets(row["secrets"] as string);
      if (isInForce(present, digest)) return false;
      const kept = overlapping(present, at.now, overlap);
      setSecrets.run(fromSecrets([{ digest, expiresAt: null }, ...kept]), id);
      changed(secretRotated(id, digest, overlap, actor), at);
      return true;
    },
    disable(id: string, actor: string, at: Transaction): boolean {
      const row = disable.get(id, at.now);
      if (row === undefined) return false;
      changed(clientRevoked("client.disabled", id, row["settings"] as string, actor), at);
      return true;
    },
    enable(id: string, actor: string, at: Transaction): boolean {
      if (enable.run(id).changes === 0) return false;
      changed({ type: "client.enabled", clientId: id, data: { actor } }, at);
      return true;
    },
    delete(id: string, actor: string, at: Transaction): boolean {
      const row = remove.get(id, at.now);
      if (row === undefined) return false;
      unregister.run(id);
      changed(clientRevoked("client.deleted", id, row["settings"] as string, actor), at);
      return true;
    },
  };
}
