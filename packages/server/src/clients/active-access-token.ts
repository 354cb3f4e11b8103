import { storedClientId } from "./cimd/client-id-url.ts";
import type { Deps } from "../deps.ts";
import { grantStatus } from "../store/grant-status.ts";
import { parentOf } from "../store/parent-of.ts";
import type { Client, GrantStatus } from "../store/store.ts";
import { verifyAccessToken } from "../tokens/verify-access-token.ts";
import type { VerifiedAccessToken } from "../tokens/verify-access-token.ts";

/** How long another node may still issue tokens to a client that was disabled, s; @regrant/verify takes the same. */
const PROPAGATION = 2;

/** An access token that is active, and the client that it was issued to. */
export interface ActiveAccessToken extends VerifiedAccessToken {
  client: Client;
}

/**
 * Verifies an access token of this service, without its audience: it ends when it expires, with its client, with its
 * grant, or by its own revocation.
 *
 * @returns undefined if it is not active
 */
export async function activeAccessToken(
  deps: Pick<Deps, "keys" | "store" | "clients">,
  presented: string,
): Promise<ActiveAccessToken | undefined> {
  const token = await verifyAccessToken(presented, deps.keys, deps.store.now());
  if (token === undefined) return undefined;
  const client = await enabledClient(deps, storedClientId(token.clientId));
  if (client === undefined || (await deps.store.grants.isAccessTokenDenied(token.jti))) return undefined;
  const isCovered =
    token.grantId === null
      ? isAfterRevocation(token, client)
      : await coversAccessTokens(deps, token.grantId, token, client);
  return isCovered && (await isOfEnabledClients(deps, token)) ? { ...token, client } : undefined;
}

/** The client of a token, from the cache; undefined if it is disabled or was deleted. */
export async function enabledClient(deps: Pick<Deps, "clients">, id: string): Promise<Client | undefined> {
  const client = await deps.clients.get(id);
  return client?.disabledAt === null ? client : undefined;
}

/** A client's own tokens end when it is disabled, for good: who enables it again may have changed its secret. */
function isAfterRevocation({ issuedAt }: { issuedAt: number }, { grantsRevokedAt }: Client): boolean {
  return grantsRevokedAt === null || issuedAt > grantsRevokedAt / 1000 + PROPAGATION;
}

/**
 * Whether a grant still covers its access tokens: not revoked, and within its absolute lifetime. The idle lifetime
 * ends refresh tokens only.
 */
async function coversAccessTokens(
  deps: Pick<Deps, "store" | "clients">,
  grantId: string,
  token: VerifiedAccessToken,
  client: Client,
): Promise<boolean> {
  const grant = await deps.store.grants.find(grantId);
  if (grant === undefined) return false;
  // A token that was exchanged for one of another client's grant ends with either client.
  const isOwn = grant.clientId === client.id;
  if (!isOwn && !isAfterRevocation(token, client)) return false;
  const owner = isOwn ? client : await enabledClient(deps, grant.clientId);
  const now = deps.store.now();
  if (!isCovering(grantStatus(grant, owner, now))) return false;
  if (grant.parentId === null) return true;
  const parent = await parentOf(deps.store, grant);
  return parent !== undefined && isCovering(grantStatus(parent.grant, parent.client, now));
}

function isCovering(status: GrantStatus): boolean {
  return status.state === "active" || status.reason === "idle_lifetime";
}

/** Whether none of the clients was disabled since whose grants and tokens it was exchanged for (RFC 8693). */
async function isOfEnabledClients(deps: Pick<Deps, "clients">, token: VerifiedAccessToken): Promise<boolean> {
  for (const id of token.claims?.grant_clients ?? []) {
    const client = await enabledClient(deps, storedClientId(id));
    if (client === undefined || !isAfterRevocation(token, client)) return false;
  }
  return true;
}
