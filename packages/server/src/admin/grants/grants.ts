import { allPages } from "../../store/all-pages.ts";
import { grantStatus } from "../../store/grant-status.ts";
import type { Client, EndedStatus, Grant, GrantStatus, Page, Store } from "../../store/store.ts";
import { isoInstant } from "../../time-text.ts";
import { AdminError, LONGEST, notFound, requireWholeNumber } from "../admin-error.ts";

/** What the operations on grants read. */
export type GrantParts = { store: Pick<Store, "grants" | "clients" | "now"> };

/** ms */
const DAY = 86_400_000;

const GRANT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which grants to list; all of them without a filter. */
export interface GrantFilter {
  clientId?: string | undefined;
  subject?: string | undefined;
  /** Only active grants whose absolute lifetime ends within this many days: refreshing does not save them. */
  endingWithin?: number | undefined;
}

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
  return viewOf(grant, await store.clients.find(grant.clientId), store.now());
}

export function grantNotFound(id: string): AdminError {
  return notFound("grant", id, "grants are removed 7 days after they expired or were revoked");
}

/**
 * Lists a page of grants in the order of their ids, which is that of their creation.
 *
 * @throws AdminError `invalid`: `endingWithin` is not a whole number of days, or `after` not a grant's id
 */
export async function listGrants(
  { store }: GrantParts,
  { clientId, subject, endingWithin }: GrantFilter,
  page: Page,
): Promise<GrantView[]> {
  requireGrantId("after", page.after);
  if (endingWithin !== undefined) requireWholeNumber("ending_within", endingWithin, 1, LONGEST / 86_400);
  const endsBy = endingWithin === undefined ? undefined : store.now() + endingWithin * DAY;
  const grants = await store.grants.list({ clientId, subject, endsBy }, page);
  const clients = new Map<string, Promise<Client | undefined>>();
  for (const { clientId } of grants) {
    if (!clients.has(clientId)) clients.set(clientId, store.clients.find(clientId));
  }
  const now = store.now();
  return Promise.all(grants.map(async (grant) => viewOf(grant, await clients.get(grant.clientId), now)));
}

/** An id that is none would list from the start, or nothing: the engines differ. */
function requireGrantId(member: string, id: string | undefined): void {
  if (id === undefined || GRANT_ID.test(id)) return;
  const message = `${member} must be the id of a grant.`;
  throw new AdminError("invalid", `${member} is not valid`, { violations: [{ member, message }] });
}

/** How many grants of a subject are active. */
export async function countActiveGrants(parts: GrantParts, subject: string): Promise<number> {
  const grants = await allPages(
    (page) => listGrants(parts, { subject }, page),
    ({ grant }) => grant.id,
  );
  return grants.filter(({ status }) => status.state === "active").length;
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

function viewOf(grant: Grant, client: Client | undefined, now: number): GrantView {
  return { grant, client, status: grantStatus(grant, client, now) };
}
