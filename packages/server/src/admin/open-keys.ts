import type { Config } from "../config/resolve-config.ts";
import { KeyRing } from "../keys/key-ring.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { maintainKeys, rotateMacKey } from "../keys/rotation.ts";
import type { Store } from "../store/store.ts";
import type { KeyRotationParts } from "./keys.ts";

/** A database and the master keys that belong to it. */
interface KeyDatabase {
  store: Pick<Store, "keys" | "now">;
  masterKeys: readonly [MasterKey, ...MasterKey[]];
}

/** Loads the keys of a database. A new database has none. */
export async function loadKeys({ store, masterKeys }: KeyDatabase): Promise<KeyRing> {
  const keys = new KeyRing(store.keys, masterKeys);
  await keys.load();
  return keys;
}

/**
 * Loads the keys of a database, with how to create the next ones. A running service rotates them by its own settings,
 * which a command may not know.
 *
 * @param keepAlgorithm the next signing key has the algorithm of the newest one, whatever `config` names
 */
export async function openKeys(
  database: KeyDatabase,
  config: Config,
  keepAlgorithm: boolean,
): Promise<KeyRotationParts> {
  const { store } = database;
  const { signing } = await store.keys.list();
  const inUse = keepAlgorithm ? signing.at(-1)?.algorithm : undefined;
  const rotation = { ...config, algorithm: inUse ?? config.signingAlgorithm };
  return { store, keys: await loadKeys(database), rotation };
}

/** Gives a new database its first keys: those of both kinds that it lacks. */
export async function createFirstKeys({ store, keys, rotation }: KeyRotationParts): Promise<void> {
  const { signing, mac } = await store.keys.list();
  if (signing.length === 0) await maintainKeys({ store, keys }, rotation);
  else if (mac.length === 0) await rotateMacKey({ store, keys }, "age");
}
