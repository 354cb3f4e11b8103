import assert from "node:assert/strict";
import { CLIENT_SETTING_KEYS, readClientSettings } from "../../client-settings/settings.ts";
import type { Client, Store } from "../store.ts";
import { ACTOR, found } from "./bench.ts";
import { newClient } from "./fixtures.ts";

/** A store, and the column `settings` of its clients past it, as another program's version reads and writes it. */
export interface ClientRows {
  store: Store;
  read: (id: string) => Promise<string>;
  write: (id: string, settings: string) => Promise<void>;
}

/** What must hold of rows that an older or a newer program wrote, on every engine: a sentence each, and its proof. */
export const clientRowCases: Record<string, (rows: ClientRows) => Promise<void>> = {
  "a client whose row lacks one of the settings has that setting's default, and can be updated": async (
    rows,
  ) => {
    for (const isPublic of [false, true]) await lacksEach(rows, isPublic);
  },

  "a client whose row lacks every setting is read, and can be disabled and deleted": async ({
    store,
    write,
  }) => {
    const { id } = await created(store.clients);
    await write(id, "{}");
    assert.partialDeepStrictEqual(await store.clients.find(id), readClientSettings("{}", false));
    assert.equal(await store.clients.disable(id, ACTOR), true);
    assert.deepEqual((await store.events.list({ clientId: id }, 10)).at(-1)?.data, { actor: ACTOR });
    assert.equal(await store.clients.delete(id, ACTOR), true);
  },

  "a setting of a newer program outlasts an update, with the newer program's latest value": async ({
    store: { clients },
    read,
    write,
  }) => {
    const client = await created(clients);
    const newer = async (value: number) => {
      const settings = JSON.parse(await read(client.id)) as object;
      await write(client.id, JSON.stringify({ ...settings, ofTheFuture: { value } }));
    };
    await newer(1);
    await newer(2);
    assert.deepEqual((await clients.update(client.id, { name: "Renamed" }, ACTOR))?.changed, ["name"]);
    const settings = JSON.parse(await read(client.id)) as Record<string, unknown>;
    assert.deepEqual([settings["name"], settings["ofTheFuture"]], ["Renamed", { value: 2 }]);
    assert.equal((await clients.find(client.id))?.name, "Renamed");
  },
};

async function created(clients: Store["clients"], isPublic = false): Promise<Client> {
  const client = newClient({ public: isPublic });
  assert.equal(await clients.create(client, ACTOR), true);
  return found(await clients.find(client.id));
}

async function lacksEach({ store: { clients }, read, write }: ClientRows, isPublic: boolean): Promise<void> {
  const client = await created(clients, isPublic);
  const complete = await read(client.id);
  const defaults = readClientSettings("{}", isPublic);
  for (const key of CLIENT_SETTING_KEYS) {
    const { [key]: _, ...older } = JSON.parse(complete) as Record<string, unknown>;
    await write(client.id, JSON.stringify(older));
    const expected = { ...client, [key]: defaults[key] };
    assert.notEqual(expected[key], undefined, key);
    const present = found(await clients.find(client.id));
    assert.deepEqual(present, expected, key);
    assert.ok(await clients.update(client.id, { name: `Not ${present.name}` }, ACTOR), key);
    assert.ok(await clients.update(client.id, { name: "Renamed" }, ACTOR), key);
    assert.deepEqual(await clients.find(client.id), { ...expected, name: "Renamed" }, key);
  }
}
