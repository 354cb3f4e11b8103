import type { Client } from "./clients.ts";
import { grantStatus } from "./grant-status.ts";
import type { ExtensionResult, Grant, LifetimeExtension } from "./grants.ts";

/** The end to write (ms), under the condition that the row still has the one that was read; or the result without a write. */
export type ExtensionDecision = { expiresAt: number } | { result: ExtensionResult };

/**
 * Decides about an extension of a grant's absolute lifetime, for both engines: pure, as `decide` is. Only an active grant
 * is extended: one that is over stays over, and needs a new sign-in.
 *
 * @param grant the row as it is; undefined: no such grant
 * @param client the two columns that end grants; undefined: the client was deleted
 * @param now the store's clock, ms
 */
export function decideExtension(
  grant: Grant | undefined,
  client: Pick<Client, "refreshIdleTtl" | "grantsRevokedAt"> | undefined,
  extension: LifetimeExtension,
  now: number,
): ExtensionDecision {
  if (grant === undefined) return { result: { outcome: "not_found" } };
  const status = grantStatus(grant, client, now);
  if (status.state !== "active") return { result: { outcome: "not_active", grant, status } };
  const expiresAt = "by" in extension ? grant.expiresAt + extension.by * 1000 : now + extension.maxTtl * 1000;
  return expiresAt > grant.expiresAt ? { expiresAt } : { result: { outcome: "unchanged", grant } };
}
