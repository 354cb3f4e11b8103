import { setImmediate } from "node:timers/promises";
import { AUTHORIZING_GRANT_TYPES } from "../client-settings/grant-types.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { parseScope, requestedResource } from "../grant-types/grant-type.ts";
import { grantedScope } from "../grant-types/scope.ts";
import { allPages } from "../store/all-pages.ts";
import { grantStatus } from "../store/grant-status.ts";
import type { ActiveGrants, Client, Grant } from "../store/store.ts";

/** A client with access to a subject's account. Instants in ms since 1970. */
interface AuthorizedApp {
  client: Client;
  /** When the first active grant was issued, or the consent given. */
  since: number;
  /** When a grant was last refreshed; null: there is no active grant, only a remembered consent. */
  lastUsedAt: number | null;
  /** When the absolute lifetime of the first of its active grants ends; null: there is none. */
  endsAt: number | null;
  /** The end that an extension would give them; null: it is not offered. */
  extendsTo: number | null;
  scopes: readonly string[];
}

/** What gives one client its access: active grants, or a remembered consent. */
interface Access {
  active: ActiveGrants[];
  consented: { scope: string; at: number } | null;
}

/** What an extension of a grant, or of several alike, depends on. */
type Extendable = Pick<Grant, "scope" | "resource" | "expiresAt">;

/** The actor in the events: the user. */
const ACTOR = "subject";

/** Grants of one transaction, where there are more. */
const BATCH = 100;

/** An extension is offered from this share of the absolute lifetime on: less is not worth a button. */
const LEAST_EXTENSION = 0.1;

/**
 * Lists the clients with access to a subject's account, by an active grant or a remembered consent. The most recently
 * used come first.
 */
export async function authorizedApps(deps: Deps, subject: string): Promise<AuthorizedApp[]> {
  const byClient = new Map<string, Access>();
  const entryOf = (clientId: string) => {
    const entry = byClient.get(clientId) ?? { active: [], consented: null };
    byClient.set(clientId, entry);
    return entry;
  };
  for (const grants of await deps.store.grants.listActive(subject))
    entryOf(grants.clientId).active.push(grants);
  const consents = await allPages(
    (page) => deps.store.consents.list(subject, page),
    ({ clientId }) => clientId,
  );
  for (const { clientId, scope, givenAt } of consents) {
    entryOf(clientId).consented = { scope, at: givenAt };
  }
  const applications = await Promise.all(
    [...byClient].map(async ([clientId, access]) => {
      const client = await deps.clients.get(clientId);
      return client === undefined ? [] : [describe(deps, client, access)];
    }),
  );
  return applications
    .flat()
    .toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0) || a.since - b.since);
}

/**
 * Removes a client's access to a subject's account: revokes its grants and withdraws the consent, in one transaction
 * unless there are very many.
 *
 * @returns the outcome, for the metric
 */
export async function revokeAppAccess(
  deps: Deps,
  subject: string,
  clientId: string,
): Promise<"revoked" | "no_access"> {
  const revoked = await revokeManyGrants(deps, subject, clientId);
  const isWithdrawn = await deps.store.consents.withdraw(subject, clientId, ACTOR);
  return revoked > 0 || isWithdrawn ? "revoked" : "no_access";
}

/**
 * Revokes the grants of a user who has very many, but for the last: in one transaction they would keep the store from
 * others for a second and more.
 */
async function revokeManyGrants(deps: Deps, subject: string, clientId: string): Promise<number> {
  let revoked = 0;
  for (let after: string | undefined; ;) {
    const page = await deps.store.grants.list({ subject, clientId }, { after, limit: BATCH });
    after = page.at(-1)?.id;
    if (page.length < BATCH || after === undefined) return revoked;
    const ids = page.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id);
    if (ids.length > 0) revoked += await deps.store.grants.revokeAll(ids, "revoked_by_subject", ACTOR);
    await setImmediate();
  }
}

/**
 * Extends the absolute lifetime of a client's active grants for a subject to what a new sign-in would give, without one.
 * No grant is shortened. Where too little would be gained nothing changes, so a form that is sent twice extends once.
 *
 * @returns the outcome, for the metric. `not_extended`: no grant is active, or `mayExtend` says no
 */
export async function extendAppAccess(
  deps: Deps,
  subject: string,
  clientId: string,
): Promise<"lifetime_extended" | "not_extended"> {
  const client = await deps.clients.get(clientId);
  if (client === undefined) return "not_extended";
  const all = await allPages(
    (page) => deps.store.grants.list({ subject, clientId: client.id }, page),
    ({ id }) => id,
  );
  const now = deps.store.now();
  const active = all.filter((grant) => grantStatus(grant, client, now).state === "active");
  if (active.length === 0 || !mayExtend(deps, client, active)) return "not_extended";
  if (extendedEnd(client, active, now) === null) return "lifetime_extended";
  // One after the other: a user with many grants must not keep the store from others.
  for (const { id } of active) {
    await deps.store.grants.extendLifetime(id, { maxTtl: client.refreshMaxTtl }, ACTOR);
  }
  return "lifetime_extended";
}

/**
 * Whether users may extend the client's grants: the setting leaves it to them, and a new sign-in would give as much. A
 * client that may not refresh gains nothing from a longer grant.
 */
function mayExtend(deps: Deps, client: Client, grants: readonly Extendable[]): boolean {
  const { lifetimeExtension, grantTypes } = client;
  return (
    lifetimeExtension === "users" &&
    grantTypes.includes("refresh_token") &&
    AUTHORIZING_GRANT_TYPES.some((grantType) => grantTypes.includes(grantType)) &&
    grants.every((grant) => isStillGranted(deps, client, grant))
  );
}

/** Whether a request for the grant's scope and resource would still be granted. */
function isStillGranted(deps: Deps, client: Client, { scope, resource }: Extendable): boolean {
  try {
    grantedScope(client, parseScope(scope));
    requestedResource(deps, client, resource ?? undefined);
    return true;
  } catch (error) {
    if (error instanceof OAuthError) return false;
    throw error;
  }
}

/** The end that an extension at `now` gives (ms); null: the grant that ends first would gain too little. */
function extendedEnd(client: Client, grants: readonly Extendable[], now: number): number | null {
  const lifetime = client.refreshMaxTtl * 1000;
  return now + lifetime - firstEnd(grants) >= lifetime * LEAST_EXTENSION ? now + lifetime : null;
}

function firstEnd(grants: readonly Extendable[]): number {
  return grants.reduce((first, { expiresAt }) => Math.min(first, expiresAt), Infinity);
}

function describe(deps: Deps, client: Client, { active, consented }: Access): AuthorizedApp {
  const scopes = [...active.map(({ scope }) => scope), consented?.scope ?? ""].join(" ").split(" ");
  const begins = [...active.map(({ createdAt }) => createdAt), ...(consented === null ? [] : [consented.at])];
  const hasGrants = active.length > 0;
  const isExtendable = hasGrants && mayExtend(deps, client, active);
  return {
    client,
    since: Math.min(...begins),
    lastUsedAt: hasGrants ? Math.max(...active.map(({ lastUsedAt }) => lastUsedAt)) : null,
    endsAt: hasGrants ? firstEnd(active) : null,
    extendsTo: isExtendable ? extendedEnd(client, active, deps.store.now()) : null,
    scopes: [...new Set(scopes.filter((scope) => scope !== ""))],
  };
}
