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
  scopes: readonly string[];
}

/** The actor in the events: the user. */
const ACTOR = "subject";

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
      return active.length === 0 && consented === null ? [] : [describe(client, active, consented)];
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

function describe(
  client: Client,
  grants: readonly Grant[],
  consented: { scope: string; at: number } | null,
): AuthorizedApp {
  const scopes = [...grants.map(({ scope }) => scope), consented?.scope ?? ""].join(" ").split(" ");
  const begins = [...grants.map(({ createdAt }) => createdAt), ...(consented === null ? [] : [consented.at])];
  return {
    client,
    since: Math.min(...begins),
    lastUsedAt: grants.length === 0 ? null : Math.max(...grants.map(({ lastUsedAt }) => lastUsedAt)),
    scopes: [...new Set(scopes.filter((scope) => scope !== ""))],
  };
}
