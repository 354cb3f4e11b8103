import type { Client } from "./clients.ts";
import { grantStatus } from "./grant-status.ts";
import type { ExtensionResult, Grant, LifetimeExtension } from "./grants.ts";

/** The latest end that an extension by a number of seconds gives, s from now: ten years. */
export const LONGEST_LIFETIME = 315_360_000;

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
  // A child grant must not outlive its parent.
  if (grant.parentId !== null) {
    return { result: { outcome: "by" in extension ? "is_child" : "unchanged", grant } };
  }
  if ("by" in extension) {
    const expiresAt = grant.expiresAt + extension.by * 1000;
    const isTooLong = expiresAt > now + LONGEST_LIFETIME * 1000;
    return isTooLong ? { result: { outcome: "too_long", grant } } : { expiresAt };
  }
  const expiresAt = now + extension.maxTtl * 1000;
  return expiresAt > grant.expiresAt ? { expiresAt } : { result: { outcome: "unchanged", grant } };
}
