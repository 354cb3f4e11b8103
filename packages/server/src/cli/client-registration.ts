import { clientViolations } from "../clients/client.ts";
import type { ClientDefaults } from "../clients/client.ts";
import { registerClient } from "../clients/registration.ts";
import { newClientSecret, secretDigest } from "../clients/secret.ts";
import type { Config } from "../config/resolve-config.ts";
import type { Client, ClientSettings, Store } from "../store/store.ts";
import { CliError } from "./cli-error.ts";
import { actor } from "./session.ts";

/** The lifetimes of a client that names none. */
export function clientDefaults({
  accessTtl,
  refreshIdleTtl,
  refreshMaxTtl,
  retryWindow,
}: Config): ClientDefaults {
  return { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow };
}

/**
 * Registers a client with an id and, unless it is public, a secret of its own.
 *
 * @throws {CliError} with every reason why the settings are refused
 */
export async function createClient(
  store: Store,
  settings: ClientSettings,
  isPublic: boolean,
): Promise<{ client: Client; secret: string | undefined }> {
  refuseFaults(settings, isPublic);
  return registerClient(store, settings, { isPublic, actor: actor() });
}

/**
 * Changes the settings that are given, and says which of them are new.
 *
 * @throws {CliError} with every reason why the result is refused
 */
export async function updateClient(
  store: Store,
  client: Client,
  given: Partial<ClientSettings>,
): Promise<{ client: Client; changed: string[] }> {
  const settings = { ...client, ...given };
  const ownThreshold = given.rotationThreshold !== undefined;
  // A threshold that nobody chose stays half of the idle lifetime.
  if (!ownThreshold && client.rotationThreshold === Math.floor(client.refreshIdleTtl / 2)) {
    settings.rotationThreshold = Math.floor(settings.refreshIdleTtl / 2);
  }
  refuseFaults(settings, client.public);
  const names = Object.keys(given) as (keyof ClientSettings)[];
  const changed = names.filter((name) => JSON.stringify(client[name]) !== JSON.stringify(settings[name]));
  if (changed.length > 0) await store.clients.update(client.id, settings, changed, actor());
  return { client: await findClient(store, client.id), changed };
}

/**
 * Gives a client a new secret; the old ones work for `overlap` s more.
 *
 * @throws {CliError} it is public
 */
export async function rotateSecret(store: Store, client: Client, overlap: number): Promise<string> {
  if (client.public) throw new CliError("a public client has no secret");
  const secret = newClientSecret();
  await store.clients.rotateSecret(client.id, secretDigest(secret), overlap, actor());
  return secret;
}

/** @throws {CliError} there is none, or it was deleted */
export async function findClient(store: Store, id: string): Promise<Client> {
  const client = await store.clients.find(id);
  if (client === undefined)
    throw new CliError(`there is no client ${id}`, "npx regrant client list shows all of them");
  return client;
}

function refuseFaults(settings: ClientSettings, isPublic: boolean): void {
  const faults = clientViolations(settings, isPublic);
  if (faults.length === 0) return;
  if (faults.length === 1) throw new CliError(`the client is refused: ${faults[0]}`);
  throw new CliError(["the client is refused for these reasons:", ...faults].join("\n  "));
}
