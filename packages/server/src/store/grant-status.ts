import type { Client } from "./clients.ts";
import type { Grant, GrantStatus } from "./grants.ts";

/**
 * Whether a grant is active, expired or revoked: the one answer that `decide`, introspection, the applications page and
 * administration share, and that the sweepers' SQL repeats. A revocation counts before an expiry, and the absolute
 * lifetime before the idle one: while it is not over, access tokens are good for as long as they live. What the parent of
 * a child grant adds `childStatus` says.
 *
 * @param client the two columns that end grants; undefined: the client was deleted
 * @param now the store's clock, ms
 */
export function grantStatus(grant: Grant, client: GrantEnds | undefined, now: number): GrantStatus {
  if (client === undefined) return revocation(grant, null) ?? CLIENT_DELETED;
  const revoked = revocation(grant, client.grantsRevokedAt);
  if (revoked !== undefined) return revoked;
  if (now >= grant.expiresAt) {
    return { state: "expired", since: grant.expiresAt, reason: "absolute_lifetime" };
  }
  const idleExpiresAt = grant.lastUsedAt + client.refreshIdleTtl * 1000;
  if (now >= idleExpiresAt) return { state: "expired", since: idleExpiresAt, reason: "idle_lifetime" };
  return { state: "active", idleExpiresAt };
}

/** The columns of a client that end its grants. */
export type GrantEnds = Pick<Client, "refreshIdleTtl" | "grantsRevokedAt">;

/** The grant that another one was exchanged for, and its client; undefined: that was deleted. */
export interface Parent {
  grant: Grant;
  client: GrantEnds | undefined;
}

/**
 * The status of a child grant (RFC 8693): its own while that says that it is over, else it is active as long as its parent
 * is, which has no parent itself.
 *
 * @param parent the parent's row and client; undefined: the row was swept, so the parent is over
 */
export function childStatus(own: GrantStatus, parent: Parent | undefined, now: number): GrantStatus {
  if (own.state !== "active") return own;
  const status = parent && grantStatus(parent.grant, parent.client, now);
  return status?.state === "active"
    ? own
    : { state: "revoked", since: status?.since ?? null, reason: "parent_ended" };
}

/** The status of any grant. @param parent of a child grant; undefined: it was swept */
export function statusWithParent(
  grant: Grant,
  client: GrantEnds | undefined,
  parent: Parent | undefined,
  now: number,
): GrantStatus {
  const own = grantStatus(grant, client, now);
  return grant.parentId === null ? own : childStatus(own, parent, now);
}

const CLIENT_DELETED: GrantStatus = { state: "revoked", since: null, reason: "client_deleted" };

/** Its own revocation, or that of all its client's grants when the client was disabled: the earlier one. */
function revocation(grant: Grant, grantsRevokedAt: number | null): GrantStatus | undefined {
  const { revokedAt, revokedReason, createdAt } = grant;
  const byClient = grantsRevokedAt !== null && createdAt <= grantsRevokedAt ? grantsRevokedAt : null;
  if (byClient !== null && (revokedAt === null || byClient < revokedAt)) {
    return { state: "revoked", since: byClient, reason: "client_disabled" };
  }
  if (revokedAt === null) return undefined;
  return { state: "revoked", since: revokedAt, reason: revokedReason ?? "revoked_by_operator" };
}
