import type { MasterKey } from "../keys/master-key.ts";
import { unwrapKey, wrapKey } from "../keys/key-wrapping.ts";
import type { Store } from "../store/store.ts";
import { MOST_SUBSCRIPTIONS } from "./runner.ts";

/** The current master key, then the previous ones. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]];

/** The name under which a subscription's secrets are sealed, so that those of two rows cannot be swapped. */
function nameOf(id: string): string {
  return `subscription ${id}`;
}

/** Seals a subscription's secrets under the current master key. */
export function sealSecrets([current]: MasterKeys, id: string, secrets: unknown): Buffer {
  return wrapKey(current, nameOf(id), Buffer.from(JSON.stringify(secrets)));
}

/** @throws Error if they are sealed under a master key that is not configured */
export function openSecrets(masterKeys: MasterKeys, id: string, sealed: Buffer): unknown {
  for (const master of masterKeys) {
    const opened = unwrapKey(master, nameOf(id), sealed);
    if (opened !== undefined) return JSON.parse(opened.toString()) as unknown;
  }
  throw new Error(`the secrets of subscription ${id} are sealed under another master key`);
}

/** Seals all secrets under the current master key, so that a previous one can be removed from the configuration. */
export async function resealSecrets(
  store: Pick<Store, "subscriptions">,
  masterKeys: MasterKeys,
): Promise<void> {
  const [current, ...previous] = masterKeys;
  if (previous.length === 0) return;
  for (const { id, secrets } of await store.subscriptions.list({ limit: MOST_SUBSCRIPTIONS })) {
    if (secrets === null || unwrapKey(current, nameOf(id), secrets) !== undefined) continue;
    await store.subscriptions.reseal(
      id,
      secrets,
      sealSecrets(masterKeys, id, openSecrets(masterKeys, id, secrets)),
    );
  }
}
