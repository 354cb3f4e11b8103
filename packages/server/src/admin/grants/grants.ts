import { statusWithParent } from "../../store/grant-status.ts";
import { parentOf } from "../../store/parent-of.ts";
import type { AuthorizationDetail } from "../../store/grant.ts";
import type { Client, EndedStatus, Grant, GrantStatus, Store } from "../../store/store.ts";
import { isoInstant } from "../../time-text.ts";
import { notFound } from "../admin-error.ts";
import type { AdminError } from "../admin-error.ts";

/** What the operations on grants read. */
export type GrantParts = { store: Pick<Store, "grants" | "clients" | "now"> };

/** A grant with its client (undefined: it was deleted) and its status. */
export interface GrantView {
  grant: Grant;
  client: Client | undefined;
  status: GrantStatus;
}

/** A grant after an operation; `changed` is false if it was so already. */
interface ChangedGrant {
  grant: GrantView;
  changed: boolean;
}

/** A grant in wire names; instants in ISO 8601. */
export interface GrantJson {
  grant_id: string;
  client_id: string;
  subject: string;
  scope: string;
  state: "active" | "expired" | "revoked";
  /** Why it is not active; null while it is. */
  reason: EndedStatus["reason"] | null;
  /** Null while it is active, and if its client was deleted. */
  inactive_since: string | null;
  /** The grant that it was exchanged for, with which it ends (RFC 8693); null: it is of its own. */
  parent_id: string | null;
  /** Other grants have it as their parent, or had. */
  has_children: boolean;
  /** The key that its refresh tokens are bound to: `jkt:` or `x5t:` and its thumbprint; null: they are bearer tokens. */
  binding: string | null;
  /** What was granted beside the scope (RFC 9396); null: nothing. */
  authorization_details: readonly AuthorizationDetail[] | null;
  generation: number;
  created_at: string;
  last_used_at: string;
  /** The end of the idle lifetime unless it is refreshed; null if it is not active. */
  idle_expires_at: string | null;
  /** The end of the absolute lifetime. */
  expires_at: string;
}

/**
 * Finds a grant by its id.
 *
 * @throws AdminError `not_found`: rows are removed 7 days after they expired or were revoked
 */
export async function findGrant({ store }: GrantParts, id: string): Promise<GrantView> {
  const grant = await store.grants.find(id);
  if (grant === undefined) throw grantNotFound(id);
  return viewOf({ store }, grant, await store.clients.find(grant.clientId));
}

export function grantNotFound(id: string): AdminError {
  return notFound("grant", id, "grants are removed 7 days after they expired or were revoked");
}

/** Grants, each with its client and its status now. */
export async function viewsOf({ store }: GrantParts, grants: readonly Grant[]): Promise<GrantView[]> {
  const clients = await store.clients.findAll([...new Set(grants.map(({ clientId }) => clientId))]);
  const byId = new Map(clients.map((client) => [client.id, client]));
  return Promise.all(grants.map((grant) => viewOf({ store }, grant, byId.get(grant.clientId))));
}

/**
 * Revokes a grant: its tokens are refused from now on.
 *
 * @param actor recorded in the event
 * @returns `changed` is false if it was revoked already
 * @throws AdminError `not_found`
 */
export async function revokeGrant(parts: GrantParts, id: string, actor: string): Promise<ChangedGrant> {
  await findGrant(parts, id);
  const changed = await parts.store.grants.revoke(id, "revoked_by_operator", actor);
  return { grant: await findGrant(parts, id), changed };
}

/** A grant as JSON. Neither its secret nor its tokens are in the row, so they cannot be printed. */
export function grantJson({ grant, status }: GrantView): GrantJson {
  const isActive = status.state === "active";
  return {
    grant_id: grant.id,
    client_id: grant.clientId,
    subject: grant.subject,
    scope: grant.scope,
    state: status.state,
    reason: isActive ? null : status.reason,
    inactive_since: isActive ? null : isoInstant(status.since),
    parent_id: grant.parentId,
    has_children: grant.hasChildren,
    binding: grant.binding,
    authorization_details: grant.claims?.authorization_details ?? null,
    generation: grant.generation,
    created_at: isoInstant(grant.createdAt),
    last_used_at: isoInstant(grant.lastUsedAt),
    idle_expires_at: isActive ? isoInstant(status.idleExpiresAt) : null,
    expires_at: isoInstant(grant.expiresAt),
  };
}

export function changedGrantJson({ grant, changed }: ChangedGrant): GrantJson & { changed: boolean } {
  return { ...grantJson(grant), changed };
}

async function viewOf({ store }: GrantParts, grant: Grant, client: Client | undefined): Promise<GrantView> {
  const parent = await parentOf(store, grant);
  return { grant, client, status: statusWithParent(grant, client, parent, store.now()) };
}
