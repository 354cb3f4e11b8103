import type { Deps } from "../deps.ts";
import { allPages } from "../store/all-pages.ts";
import { grantStatus } from "../store/grant-status.ts";
import type { Client, Grant } from "../store/store.ts";

/** A client with access to a subject's account. Instants in ms since 1970. */
interface AuthorizedApp {
  client: Client;
  /** When the first active grant was issued, or the consent given. */
  since: number;
  /** When a grant was last refreshed; null: there is no active grant, only a remembered consent. */
  lastUsedAt: number | null;
  /** When the absolute lifetime of the last of its active grants ends; null: there is none. */
  endsAt: number | null;
  /** The end that an extension would give them; null: it is not offered. */
  extendsTo: number | null;
  scopes: readonly string[];
}

/** The actor in the events: the user. */
const ACTOR = "subject";

/** An extension is offered from this share of the absolute lifetime on: less is not worth a button. */
const LEAST_EXTENSION = 0.1;

/**
 * Lists the clients with access to a subject's account, by an active grant or a remembered consent. The most recently
 * used come first.
 */
export async function authorizedApps(deps: Deps, subject: string): Promise<AuthorizedApp[]> {
  const byClient = new Map<string, { grants: Grant[]; consented: { scope: string; at: number } | null }>();
  const entryOf = (clientId: string) => {
    const entry = byClient.get(clientId) ?? { grants: [], consented: null };
    byClient.set(clientId, entry);
    return entry;
  };
  const all = await allPages(
    (page) => deps.store.grants.list({ subject }, page),
    ({ id }) => id,
  );
  for (const grant of all) entryOf(grant.clientId).grants.push(grant);
  const consents = await allPages(
    (page) => deps.store.consents.list(subject, page),
    ({ clientId }) => clientId,
  );
  for (const { clientId, scope, givenAt } of consents) {
    entryOf(clientId).consented = { scope, at: givenAt };
  }
  const now = deps.store.now();
  const applications = await Promise.all(
    [...byClient].map(async ([clientId, { grants, consented }]) => {
      const client = await deps.clients.get(clientId);
      if (client === undefined) return [];
      const active = grants.filter((grant) => grantStatus(grant, client, now).state === "active");
      return active.length === 0 && consented === null ? [] : [describe(client, active, consented, now)];
    }),
  );
  return applications
    .flat()
    .toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0) || a.since - b.since);
}

/**
 * Removes a client's access to a subject's account: revokes its grants and withdraws the consent, in one transaction.
 *
 * @returns the outcome, for the metric
 */
export async function revokeAppAccess(
  deps: Deps,
  subject: string,
  clientId: string,
): Promise<"revoked" | "no_access"> {
  return (await deps.store.consents.withdraw(subject, clientId, ACTOR)) ? "revoked" : "no_access";
}

/**
 * Extends the absolute lifetime of a client's active grants for a subject to what a new sign-in would give, without one.
 * No grant is shortened. Where too little would be gained nothing changes, so a form that is sent twice extends once.
 *
 * @returns the outcome, for the metric. `not_extended`: no grant is active, or the client's setting leaves it to operators
 */
export async function extendAppAccess(
  deps: Deps,
  subject: string,
  clientId: string,
): Promise<"lifetime_extended" | "not_extended"> {
  const client = await deps.clients.get(clientId);
  if (client === undefined || !mayExtend(client)) return "not_extended";
  const all = await allPages(
    (page) => deps.store.grants.list({ subject, clientId: client.id }, page),
    ({ id }) => id,
  );
  const now = deps.store.now();
  const active = all.filter((grant) => grantStatus(grant, client, now).state === "active");
  if (active.length === 0) return "not_extended";
  if (extendedEnd(client, active, now) === null) return "lifetime_extended";
  // One after the other: a user with many grants must not keep the store from others.
  for (const { id } of active) {
    await deps.store.grants.extendLifetime(id, { maxTtl: client.refreshMaxTtl }, ACTOR);
  }
  return "lifetime_extended";
}

/** Whether users may extend the client's grants. One that may not refresh gains nothing from a longer grant. */
function mayExtend({ lifetimeExtension, grantTypes }: Client): boolean {
  return lifetimeExtension === "users" && grantTypes.includes("refresh_token");
}

/** The end that an extension now gives (ms); null: it is not offered, or the grant that ends first would gain too little. */
function extendedEnd(client: Client, grants: readonly Grant[], now: number): number | null {
  if (!mayExtend(client) || grants.length === 0) return null;
  const lifetime = client.refreshMaxTtl * 1000;
  const first = Math.min(...grants.map(({ expiresAt }) => expiresAt));
  return now + lifetime - first >= lifetime * LEAST_EXTENSION ? now + lifetime : null;
}

function describe(
  client: Client,
  grants: readonly Grant[],
  consented: { scope: string; at: number } | null,
  now: number,
): AuthorizedApp {
  const scopes = [...grants.map(({ scope }) => scope), consented?.scope ?? ""].join(" ").split(" ");
  const begins = [...grants.map(({ createdAt }) => createdAt), ...(consented === null ? [] : [consented.at])];
  return {
    client,
    since: Math.min(...begins),
    lastUsedAt: grants.length === 0 ? null : Math.max(...grants.map(({ lastUsedAt }) => lastUsedAt)),
    endsAt: grants.length === 0 ? null : Math.max(...grants.map(({ expiresAt }) => expiresAt)),
    extendsTo: extendedEnd(client, grants, now),
    scopes: [...new Set(scopes.filter((scope) => scope !== ""))],
  };
}
