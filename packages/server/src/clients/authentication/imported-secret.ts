import type { Deps } from "../../deps.ts";
import { verifyPassword } from "../../identity/password-hash.ts";
import { inPasswordTurn, orUnavailable } from "../../identity/password-queue.ts";
import { clientKey } from "../../limits/client-failures.ts";
import { network } from "../../limits/network.ts";
import type { Client } from "../../store/store.ts";

/**
 * Checks in progress, by slow hash and secret. After a migration, many requests of a client need the same check at
 * once.
 */
const underWay = new Map<string, Promise<boolean>>();

/**
 * Checks a secret, given with its SHA-256, against the client's imported slow hashes. The first match replaces the hash by
 * a SHA-256 digest, so the next request needs no slow hash, and no limit can refuse it.
 *
 * @throws OAuthError `invalid_request` with 429 after too many failures from this address; `temporarily_unavailable`
 *   while too many checks are waiting
 */
export async function isImportedSecret(
  deps: Deps,
  client: Client,
  { secret, digest }: { secret: string; digest: Buffer },
  address: string,
): Promise<boolean> {
  const from = network(address);
  const check = async (slowHash: string): Promise<boolean> => {
    deps.throttles.clients.check(from, clientKey(client.id, address));
    return verifyPassword(secret, slowHash);
  };
  const now = deps.store.now();
  for (const own of client.secrets) {
    if (!("slowHash" in own) || (own.expiresAt !== null && own.expiresAt <= now)) continue;
    const key = `${own.slowHash} ${digest.toString("base64")}`;
    if (!(await once(key, () => inPasswordTurn(() => check(own.slowHash), { from })))) continue;
    await upgrade(deps, client, own.slowHash, digest);
    return true;
  }
  return false;
}

/** Runs `check`, or waits for the one that is under way. */
async function once(key: string, check: () => Promise<boolean>): Promise<boolean> {
  const running = underWay.get(key) ?? check().finally(() => underWay.delete(key));
  underWay.set(key, running);
  return orUnavailable(running);
}

/** Failing to upgrade does not fail the authentication. */
async function upgrade(
  { store, log }: Deps,
  { id }: Client,
  slowHash: string,
  digest: Buffer,
): Promise<void> {
  try {
    await store.clients.upgradeSecret(id, slowHash, digest);
  } catch (error) {
    log.warn({ err: error, client_id: id }, "a client secret's hash could not be upgraded");
  }
}
