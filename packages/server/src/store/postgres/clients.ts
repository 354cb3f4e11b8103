import { mergeSettings, settingsOf } from "../client-row.ts";
import { EXAMINED_CLIENTS, settingsPattern } from "../client-search.ts";
import { fromSecrets, isInForce, overlapping, toSecrets, upgraded } from "../client-secrets.ts";
import { clientCreated, clientRevoked, secretRotated } from "../event-builders.ts";
import type { Row } from "../row.ts";
import type { Client, ClientStore, NewEvent, Page } from "../store.ts";
import type { ChangeNotices } from "./change-notices.ts";
import type { Database, Query, Statement, Transaction } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { clientIdOf, clientKey, toClient } from "./rows.ts";

/**
 * Every statement goes by the primary key. A deleted client keeps its row, so that its id is not given again while its
 * grants are swept.
 */
const FIND: Statement = {
  name: "client_find",
  text: "SELECT * FROM clients WHERE id = $1 AND deleted_at IS NULL",
};
const LIST: Statement = {
  name: "client_list",
  text: `SELECT * FROM clients WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
};
const FIND_ALL: Statement = {
  name: "client_find_all",
  text: "SELECT * FROM clients WHERE id = ANY($1::uuid[]) AND deleted_at IS NULL",
};
const LAST_EXAMINED: Statement = {
  name: "client_last_examined",
  text: `SELECT id FROM clients WHERE id > $1 ORDER BY id LIMIT 1 OFFSET ${EXAMINED_CLIENTS - 1}`,
};
const SEARCH: Statement = {
  name: "client_search",
  text: `SELECT * FROM clients WHERE deleted_at IS NULL AND id > $1
    AND ($2::uuid IS NULL OR id <= $2) AND settings ILIKE $3 ESCAPE '\\' ORDER BY id LIMIT $4`,
};
const INSERT: Statement = {
  name: "client_insert",
  text: `INSERT INTO clients (id, public, secrets, settings, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING id`,
};
const UPDATE: Statement = {
  name: "client_update",
  text: "UPDATE clients SET settings = $2, public = $3 WHERE id = $1",
};
/**
 * The high-water mark of access token lifetimes, s. It never falls: tokens that were issued under the longer lifetime
 * may still be valid.
 */
const RAISE_ACCESS_TTL: Statement = {
  name: "longest_access_ttl_raise",
  text: "UPDATE meta SET value = $1 WHERE key = 'longest_access_ttl' AND value < $1",
};
const LOCK: Statement = {
  name: "client_lock",
  text: "SELECT * FROM clients WHERE id = $1 AND deleted_at IS NULL FOR UPDATE",
};
const SET_SECRETS: Statement = {
  name: "client_set_secrets",
  text: "UPDATE clients SET secrets = $2 WHERE id = $1",
};
/** A restore may apply an older disabling: the revocation of the grants never moves back. */
const DISABLE: Statement = {
  name: "client_disable",
  text: `UPDATE clients SET disabled_at = $2::bigint,
      grants_revoked_at = greatest(coalesce(grants_revoked_at, 0), $2::bigint) WHERE id = $1`,
};
const ENABLE: Statement = {
  name: "client_enable",
  text: "UPDATE clients SET disabled_at = NULL WHERE id = $1",
};
const DELETE: Statement = {
  name: "client_delete",
  text: `UPDATE clients SET deleted_at = $2::bigint, secrets = '[]', disabled_at = coalesce(disabled_at, $2::bigint),
      grants_revoked_at = $2::bigint WHERE id = $1`,
};
const UNREGISTER: Statement = {
  name: "client_unregister",
  text: "DELETE FROM registrations WHERE client_id = $1",
};

/** The port's `clients`. Changes are made in order, so that their events have the order of the calls. */
export function clientStore(database: Database, events: EventWriter, changes: ChangeNotices): ClientStore {
  const change = clientChanges(events, changes);
  const inOrder = database.writeInOrder.bind(database);

  return {
    find: (id) => database.read((query) => findClient(id, query)),
    async findAll(ids) {
      const keys = ids.map(clientKey).filter((key) => key !== undefined);
      return (await database.read((query) => query(FIND_ALL, [keys]))).map(toClient);
    },
    search: (text, page) => database.read((query) => search(text, page, query)),
    async list({ after, limit }) {
      const from = after === undefined ? null : (clientKey(after) ?? null);
      return (await database.read((query) => query(LIST, [from, limit]))).map(toClient);
    },
    create(client, actor) {
      return inOrder(async (transaction) => {
        const created = await change.create(client, actor, transaction);
        if (created) await changes.changed(transaction);
        return created;
      });
    },
    update(id, wanted, actor) {
      return inOrder(async (transaction) => {
        const row = await locked(id, transaction);
        if (row === undefined) return undefined;
        const { json, client, changed } = mergeSettings(toClient(row), row["settings"] as string, wanted);
        if (changed.length === 0) return { client, changed };
        await transaction.query(UPDATE, [clientKey(id), json, client.public]);
        await transaction.query(RAISE_ACCESS_TTL, [client.accessTtl]);
        await change.changed({ type: "client.updated", clientId: id, data: { changed, actor } }, transaction);
        return { client, changed };
      });
    },
    rotateSecret: (id, digest, overlap, actor) =>
      inOrder((transaction) => change.rotateSecret(id, digest, overlap, actor, transaction)),
    upgradeSecret(id, slowHash, digest) {
      return inOrder(async (transaction) => {
        const row = await locked(id, transaction);
        const better = row && upgraded(toSecrets(row["secrets"] as string), slowHash, digest);
        if (better === undefined) return false;
        await transaction.query(SET_SECRETS, [clientKey(id), fromSecrets(better)]);
        await changes.changed(transaction);
        return true;
      });
    },
    disable: (id, actor) => inOrder((transaction) => change.disable(id, actor, transaction)),
    enable: (id, actor) => inOrder((transaction) => change.enable(id, actor, transaction)),
    delete: (id, actor) => inOrder((transaction) => change.delete(id, actor, transaction)),
  };
}

const FIRST_UUID = "00000000-0000-0000-0000-000000000000";

/** The port's `search`. */
async function search(text: string, { after, limit }: Page, query: Query) {
  const from = clientKey(after ?? FIRST_UUID) ?? FIRST_UUID;
  const end = (await query(LAST_EXAMINED, [from]))[0]?.["id"] as string | undefined;
  const rows = await query(SEARCH, [from, end, settingsPattern(text), limit]);
  const clients = rows.map(toClient);
  const last = end === undefined ? null : clientIdOf(end);
  return { clients, next: clients.length === limit ? (clients.at(-1)?.id ?? null) : last };
}

/** Undefined: no such client, or it was deleted. */
export async function findClient(id: string, query: Query): Promise<Client | undefined> {
  const key = clientKey(id);
  const [row] = key === undefined ? [] : await query(FIND, [key]);
  return row && toClient(row);
}

/**
 * Changes of clients within another operation's transaction. All but `create` are made by a restore too when it applies
 * an event; `at` then has the event's instant.
 */
export function clientChanges(events: EventWriter, changes: ChangeNotices) {
  async function changed(event: NewEvent, at: Transaction) {
    await events.record(event, at);
    await changes.changed(at);
  }
  return {
    changed,
    /** Without a change notice: no cache has a client that did not exist. */
    async create(client: Parameters<ClientStore["create"]>[0], actor: string, at: Transaction) {
      const settings = settingsOf(client);
      const row = [
        clientKey(client.id),
        client.public,
        fromSecrets(client.secrets),
        JSON.stringify(settings),
      ];
      if ((await at.query(INSERT, [...row, await at.now()])).length === 0) return false;
      await at.query(RAISE_ACCESS_TTL, [settings.accessTtl]);
      await events.record(clientCreated(client, actor), at);
      return true;
    },
    async rotateSecret(id: string, digest: Buffer, overlap: number, actor: string, at: Transaction) {
      const row = await locked(id, at);
      if (row === undefined) return false;
      const present = toSecrets(row["secrets"] as string);
      if (isInForce(present, digest)) return false;
      const kept = overlapping(present, await at.now(), overlap);
      await at.query(SET_SECRETS, [clientKey(id), fromSecrets([{ digest, expiresAt: null }, ...kept])]);
      await changed(secretRotated(id, digest, overlap, actor), at);
      return true;
    },
    async disable(id: string, actor: string, at: Transaction): Promise<boolean> {
      const row = await locked(id, at);
      if (row?.["disabled_at"] !== null) return false;
      await at.query(DISABLE, [clientKey(id), await at.now()]);
      await changed(clientRevoked("client.disabled", id, row["settings"] as string, actor), at);
      return true;
    },
    async enable(id: string, actor: string, at: Transaction): Promise<boolean> {
      if (((await locked(id, at))?.["disabled_at"] ?? null) === null) return false;
      await at.query(ENABLE, [clientKey(id)]);
      await changed({ type: "client.enabled", clientId: id, data: { actor } }, at);
      return true;
    },
    async delete(id: string, actor: string, at: Transaction): Promise<boolean> {
      const row = await locked(id, at);
      if (row === undefined) return false;
      await at.query(DELETE, [clientKey(id), await at.now()]);
      await at.query(UNREGISTER, [clientKey(id)]);
      await changed(clientRevoked("client.deleted", id, row["settings"] as string, actor), at);
      return true;
    },
  };
}

/** Locks the client's row: a grant that is created at the same time is created before, or not at all. */
async function locked(id: string, { query }: Transaction): Promise<Row | undefined> {
  const key = clientKey(id);
  return key === undefined ? undefined : (await query(LOCK, [key]))[0];
}
