import type { Config, ConfigSources } from "../config/resolve-config.ts";
import { KeyRing } from "../keys/key-ring.ts";
import { maintainKeys } from "../keys/rotation.ts";
import type { KeyRotationOptions } from "../keys/rotation.ts";
import type { OpenedStore } from "../open-store.ts";
import type { Store } from "../store/store.ts";
import { databaseError } from "./database-error.ts";

/**
 * The keys of a database, and how the next ones are made. A new database gets its first ones; their upkeep is the
 * service's, whose settings a command may not know: unless told otherwise it goes on with the algorithm in use.
 */
export async function openKeys(
  store: Store,
  masterKeys: OpenedStore["masterKeys"],
  config: Config,
  sources: ConfigSources,
): Promise<{ keys: KeyRing; rotation: KeyRotationOptions }> {
  const { signing } = await store.keys.list();
  const inUse = sources.signingAlgorithm === "default" ? signing.at(-1)?.algorithm : undefined;
  const rotation = { ...config, algorithm: inUse ?? config.signingAlgorithm };
  const keys = new KeyRing(store.keys, masterKeys);
  try {
    if (signing.length === 0) await maintainKeys({ store, keys }, rotation);
    else await keys.load();
  } catch (error) {
    throw databaseError(error, config.database);
  }
  return { keys, rotation };
}
