import { existsSync } from "node:fs";
import { masterKey, masterKeyFile, newMasterKey } from "./keys/master-key.ts";
import type { MasterKey } from "./keys/master-key.ts";
import type { Config } from "./config/resolve-config.ts";
import { isPostgres } from "./config/database-address.ts";
import { openSqliteStore } from "./store/sqlite/engine.ts";
import { NoTablesError } from "./store/schema.ts";
import type { Store, StoreOptions } from "./store/store.ts";

/** SQLite's name of a database that is in memory alone. */
const IN_MEMORY = ":memory:";

/** A store and the master keys that belong to it, the one in force first. */
export interface OpenedStore {
  store: Store;
  masterKeys: readonly [MasterKey, ...MasterKey[]];
}

/**
 * Opens the store that `database` names, with its master keys. Without a configured master key, the file beside a
 * SQLite database has it.
 *
 * @throws Error if the database cannot be opened or used, or its key file is missing or readable
 *   by other users
 */
export async function openStore(
  { database, masterKey: configured, previousMasterKeys }: Config,
  options: StoreOptions,
): Promise<OpenedStore> {
  const store = await openEngine(database, options);
  try {
    const current = configured === null ? await ownKey(sqlitePath(database), store) : masterKey(configured);
    return { store, masterKeys: [current, ...previousMasterKeys.map(masterKey)] };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openEngine(database: string, options: StoreOptions): Promise<Store> {
  if (!isPostgres(database)) return openSqliteStore(sqlitePath(database), options);
  // Loaded when needed: a SQLite deployment starts without the PostgreSQL driver.
  const { openPostgresStore } = await import("./store/postgres/engine.ts");
  return openPostgresStore(database, options);
}

/**
 * Opens the store that `database` names to read it. One that does not exist, or has no tables yet, is not created: an
 * empty one in memory stands for it.
 *
 * @throws Error if the database cannot be opened, or another version of the program wrote it
 */
export async function openStoreToRead({ database }: Pick<Config, "database">): Promise<Store> {
  try {
    return await openEngine(database, { readOnly: true });
  } catch (error) {
    if (error instanceof NoTablesError) return openSqliteStore(IN_MEMORY);
    throw error;
  }
}

/** The master key of a database in memory, which no other process can open, is as short-lived as the database. */
async function ownKey(path: string, store: Store): Promise<MasterKey> {
  return path === IN_MEMORY ? newMasterKey() : keyBeside(path, store);
}

/**
 * The key file is created with a new database. A database that has keys already cannot be opened with a new master key.
 */
async function keyBeside(path: string, store: Store): Promise<MasterKey> {
  const file = `${path}.key`;
  const { signing } = await store.keys.list();
  if (signing.length > 0 && !existsSync(file)) {
    throw new Error(
      `The master key ${file} is missing, and this database was made under one. Put the file back, or give the key ` +
        "as REGRANT_MASTER_KEY.",
    );
  }
  return masterKeyFile(file);
}

/** Whether the database is a SQLite file, beside which others may stand. */
export function isSqliteFile(database: string): boolean {
  return !isPostgres(database) && sqlitePath(database) !== IN_MEMORY;
}

/** The path of a SQLite database, as the address has it: relative to the working directory unless it is absolute. */
export function sqlitePath(database: string): string {
  return database.slice("sqlite:".length);
}
