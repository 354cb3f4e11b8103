import type { Deps } from "../deps.ts";
import { isRevoked } from "../store/decide.ts";
import type { Client, Grant } from "../store/store.ts";

/** An application that may act for somebody. Instants in ms. */
export interface ConnectedApplication {
  client: Client;
  since: number;
  /** null: it was allowed, and has not asked for tokens yet, or has let them run out. */
  lastUsedAt: number | null;
  scopes: readonly string[];
}

/** Who ends an application's access, in the events. */
const ACTOR = "subject";
const PAGE = 500;

/**
 * The applications that have access for a subject, by living grants or a remembered consent; those used last come first.
 */
export async function authorizedApps(deps: Deps, subject: string): Promise<ConnectedApplication[]> {
  const byClient = new Map<string, { grants: Grant[]; consented: { scope: string; at: number } | null }>();
  const entryOf = (clientId: string) => {
    const entry = byClient.get(clientId) ?? { grants: [], consented: null };
    byClient.set(clientId, entry);
    return entry;
  };
  for await (const grant of allOf(
    (page) => deps.store.grants.list({ subject }, page),
    ({ id }) => id,
  )) {
    entryOf(grant.clientId).grants.push(grant);
  }
  const consents = allOf(
    (page) => deps.store.consents.list(subject, page),
    ({ clientId }) => clientId,
  );
  for await (const { clientId, scope, givenAt } of consents) {
    entryOf(clientId).consented = { scope, at: givenAt };
  }
  const applications = await Promise.all(
    [...byClient].map(async ([clientId, { grants, consented }]) => {
      const client = await deps.clients.get(clientId);
      if (client === undefined) return [];
      const living = grants.filter((grant) => isAlive(grant, client, deps.store.now()));
      return living.length === 0 && consented === null ? [] : [describe(client, living, consented)];
    }),
  );
  return applications
    .flat()
    .toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0) || a.since - b.since);
}

/**
 * Ends an application's access for a subject: its grants are revoked and the consent is forgotten.
 *
 * @returns the outcome, for metric and log
 */
export async function revokeAppAccess(
  deps: Deps,
  subject: string,
  clientId: string,
): Promise<"revoked" | "no_access"> {
  return (await deps.store.consents.withdraw(subject, clientId, ACTOR)) ? "revoked" : "no_access";
}

/** Its refresh token would be answered; what an access token may still do is over with the grant. */
function isAlive(grant: Grant, client: Client, now: number): boolean {
  const idleEnd = grant.lastUsedAt + client.refreshIdleTtl * 1000;
  return !isRevoked(grant, client.grantsRevokedAt) && now < Math.min(idleEnd, grant.expiresAt);
}

function describe(
  client: Client,
  grants: readonly Grant[],
  consented: { scope: string; at: number } | null,
): ConnectedApplication {
  const scopes = [...grants.map(({ scope }) => scope), consented?.scope ?? ""].join(" ").split(" ");
  const begins = [...grants.map(({ createdAt }) => createdAt), ...(consented === null ? [] : [consented.at])];
  return {
    client,
    since: Math.min(...begins),
    lastUsedAt: grants.length === 0 ? null : Math.max(...grants.map(({ lastUsedAt }) => lastUsedAt)),
    scopes: [...new Set(scopes.filter((scope) => scope !== ""))],
  };
}

/** All rows of a list, a page at a time. */
async function* allOf<Row>(
  list: (page: { after: string | undefined; limit: number }) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<Row> {
  let after: string | undefined;
  for (;;) {
    const rows = await list({ after, limit: PAGE });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = keyOf(last);
  }
}
