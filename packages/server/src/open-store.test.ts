import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { readOptions } from "./config/read-config.ts";
import { resolveConfig } from "./config/resolve-config.ts";
import { openStore, openStoreToRead } from "./open-store.ts";

const configOf = (database: string) => resolveConfig(readOptions({ database }));

test("a database in memory leaves nothing in the working directory, and each has a key of its own", async () => {
  const before = readdirSync(".");
  const opened = [];
  for (let i = 0; i < 2; i += 1) opened.push(await openStore(configOf("sqlite::memory:"), {}));
  const ids = opened.map(({ masterKeys: [{ id }] }) => id);
  assert.notEqual(ids[0], ids[1]);
  for (const { store } of opened) await store.close();
  assert.deepEqual(readdirSync("."), before);
});

test("a database that is opened to read is not created, and takes no write", async () => {
  const folder = join(temporaryFolder(), "data");
  const config = configOf(`sqlite:${join(folder, "regrant.db")}`);
  const none = await openStoreToRead(config);
  assert.deepEqual(await none.clients.list({ limit: 1 }), []);
  await none.close();
  assert.equal(existsSync(folder), false);

  mkdirSync(folder);
  const { store } = await openStore(config, {});
  const reader = await openStoreToRead(config);
  const write = reader.keys.addMacKey({ number: 1, masterKeyId: "00", activeAt: 0 }, "test");
  await assert.rejects(write, /readonly database/);
  await store.keys.addMacKey({ number: 1, masterKeyId: "00", activeAt: 0 }, "test");
  assert.equal((await reader.keys.list()).mac.length, 1, "it sees what others write");
  await reader.close();
  await store.close();
});

test("an SQLite URI is no path", () => {
  assert.throws(() => configOf("sqlite:file:x.db?mode=memory"), /must be sqlite:PATH/);
});
