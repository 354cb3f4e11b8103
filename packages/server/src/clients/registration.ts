import { randomUUID } from "node:crypto";
import type { Client, ClientSettings, Store } from "../store/store.ts";
import { clientViolations } from "./client.ts";
import { newClientSecret, secretDigest } from "./secret.ts";

/** The settings of a client do not hold together; `faults` says why, a sentence each. */
export class ClientSettingsError extends Error {
  override readonly name = "ClientSettingsError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the client is refused: ${faults.join(" ")}`);
    this.faults = faults;
  }
}

/**
 * Registers a client with an id and, unless it is public, a secret of its own, which is returned here and never again.
 *
 * @throws ClientSettingsError with every fault
 */
export async function registerClient(
  { clients }: Pick<Store, "clients">,
  settings: ClientSettings,
  { isPublic, actor }: { isPublic: boolean; actor: string },
): Promise<{ client: Client; secret: string | undefined }> {
  const faults = clientViolations(settings, isPublic);
  if (faults.length > 0) throw new ClientSettingsError(faults);
  const id = randomUUID();
  const secret = isPublic ? undefined : newClientSecret();
  const secrets = secret === undefined ? [] : [{ digest: secretDigest(secret), expiresAt: null }];
  await clients.create({ ...settings, id, public: isPublic, secrets }, actor);
  const client = await clients.find(id);
  if (client === undefined) throw new Error("the client was deleted while it was made");
  return { client, secret };
}
