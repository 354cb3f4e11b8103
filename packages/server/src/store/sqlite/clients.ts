import type { DatabaseSync } from "node:sqlite";
import { overlapping, settingsOf } from "../records.ts";
import type { ClientStore, EventType } from "../store.ts";
import type { Changes } from "./changes.ts";
import type { EventWriter } from "./events.ts";
import { fromSecrets, toClient } from "./rows.ts";
import type { Transaction, WriteQueue } from "./write-queue.ts";

/** Every statement goes by the primary key. */
export function clientStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
  changes: Changes,
): ClientStore {
  const find = database.prepare("SELECT * FROM clients WHERE id = ? AND deleted_at IS NULL");
  const list = database.prepare(
    "SELECT * FROM clients WHERE deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?",
  );
  const insert = database.prepare(
    "INSERT INTO clients (id, public, secrets, settings, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const update = database.prepare("UPDATE clients SET settings = ? WHERE id = ? AND deleted_at IS NULL");
  const raiseAccessTtl = database.prepare(
    "UPDATE meta SET value = max(value, ?) WHERE key = 'longest_access_ttl'",
  );
  const change = prepareClientChanges(database, events, changes);

  return {
    find(id) {
      return queue.read(() => {
        const row = find.get(id);
        return row && toClient(row);
      });
    },
    list: (page) => queue.read(() => list.all(page.after ?? "", page.limit).map(toClient)),
    create(client, actor) {
      return queue.write((transaction) => {
        const settings = settingsOf(client);
        const row = [client.id, client.public ? 1 : 0, fromSecrets(client.secrets)] as const;
        if (insert.run(...row, JSON.stringify(settings), transaction.now).changes === 0) return false;
        raiseAccessTtl.run(settings.accessTtl);
        const data = { name: settings.name, public: client.public, actor };
        change.changed("client.created", client.id, data, transaction);
        return true;
      });
    },
    update(id, settings, changed, actor) {
      return queue.write((transaction) => {
        if (update.run(JSON.stringify(settingsOf(settings)), id).changes === 0) return false;
        raiseAccessTtl.run(settings.accessTtl);
        change.changed("client.updated", id, { changed, actor }, transaction);
        return true;
      });
    },
    rotateSecret: (id, digest, overlap, actor) =>
      queue.write((transaction) => change.rotateSecret(id, digest, overlap, actor, transaction)),
    disable: (id, actor) => queue.write((transaction) => change.disable(id, actor, transaction)),
    enable: (id, actor) => queue.write((transaction) => change.enable(id, actor, transaction)),
    delete: (id, actor) => queue.write((transaction) => change.delete(id, actor, transaction)),
  };
}

/** The changes that an event of another copy of the store can also ask for, then with that event's instant. */
export function prepareClientChanges(database: DatabaseSync, events: EventWriter, changes: Changes) {
  const secrets = database.prepare("SELECT secrets FROM clients WHERE id = ? AND deleted_at IS NULL");
  const setSecrets = database.prepare("UPDATE clients SET secrets = ? WHERE id = ?");
  const disable = database.prepare(
    `UPDATE clients SET disabled_at = ?2, grants_revoked_at = max(coalesce(grants_revoked_at, 0), ?2)
     WHERE id = ?1 AND disabled_at IS NULL`,
  );
  const enable = database.prepare(
    "UPDATE clients SET disabled_at = NULL WHERE id = ? AND disabled_at IS NOT NULL AND deleted_at IS NULL",
  );
  const remove = database.prepare(
    `UPDATE clients SET deleted_at = ?2, secrets = '[]', disabled_at = coalesce(disabled_at, ?2), grants_revoked_at = ?2
     WHERE id = ?1 AND deleted_at IS NULL`,
  );

  function changed(type: EventType, clientId: string, data: Record<string, unknown>, at: Transaction) {
    events.record({ type, clientId, data }, at);
    changes.changed(at);
  }
  return {
    changed,
    rotateSecret(id: string, digest: Buffer, overlap: number, actor: string, at: Transaction): boolean {
      const row = secrets.get(id);
      if (row === undefined) return false;
      const present = toClient({ ...row, settings: "{}" }).secrets;
      if (present.some((secret) => secret.expiresAt === null && secret.digest.equals(digest))) return false;
      const kept = overlapping(present, at.now, overlap);
      setSecrets.run(fromSecrets([{ digest, expiresAt: null }, ...kept]), id);
      changed("client.secret_rotated", id, { digest: digest.toString("hex"), overlap, actor }, at);
      return true;
    },
    disable(id: string, actor: string, at: Transaction): boolean {
      if (disable.run(id, at.now).changes === 0) return false;
      changed("client.disabled", id, { actor }, at);
      return true;
    },
    enable(id: string, actor: string, at: Transaction): boolean {
      if (enable.run(id).changes === 0) return false;
      changed("client.enabled", id, { actor }, at);
      return true;
    },
    delete(id: string, actor: string, at: Transaction): boolean {
      if (remove.run(id, at.now).changes === 0) return false;
      changed("client.deleted", id, { actor }, at);
      return true;
    },
  };
}
