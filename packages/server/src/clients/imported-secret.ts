import type { Deps } from "../deps.ts";
import { verifyPassword } from "../identity/password-hash.ts";
import { inPasswordTurn, orUnavailable } from "../identity/password-queue.ts";
import type { Client } from "../store/store.ts";
import { secretDigest } from "./secret.ts";

/**
 * Checks in progress, by slow hash and secret. After a migration, many requests of a client need the same check at
 * once.
 */
const underWay = new Map<string, Promise<boolean>>();

/**
 * Checks `secret` against the client's imported slow hashes. The first match replaces the hash by a SHA-256 digest,
 * so the next request needs no slow hash.
 *
 * @throws OAuthError `temporarily_unavailable` while too many checks are waiting
 */
export async function isImportedSecret(deps: Deps, client: Client, secret: string): Promise<boolean> {
  const now = deps.store.now();
  for (const own of client.secrets) {
    if (!("slowHash" in own) || (own.expiresAt !== null && own.expiresAt <= now)) continue;
    if (!(await verifyOnce(secret, own.slowHash))) continue;
    await upgrade(deps, client, own.slowHash, secret);
    return true;
  }
  return false;
}

async function verifyOnce(secret: string, slowHash: string): Promise<boolean> {
  const key = `${slowHash} ${secretDigest(secret).toString("base64")}`;
  let check = underWay.get(key);
  if (check === undefined) {
    check = inPasswordTurn(() => verifyPassword(secret, slowHash)).finally(() => underWay.delete(key));
    underWay.set(key, check);
  }
  return orUnavailable(check);
}

/** Failing to upgrade does not fail the authentication. */
async function upgrade(
  { store, log }: Deps,
  { id }: Client,
  slowHash: string,
  secret: string,
): Promise<void> {
  try {
    await store.clients.upgradeSecret(id, slowHash, secretDigest(secret));
  } catch (error) {
    log.warn({ err: error, client_id: id }, "a client secret's hash could not be upgraded");
  }
}
