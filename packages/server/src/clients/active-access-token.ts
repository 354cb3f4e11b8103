import { storedClientId } from "./cimd/client-id-url.ts";
import type { Deps } from "../deps.ts";
import { grantStatus } from "../store/grant-status.ts";
import type { Client } from "../store/store.ts";
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
      : await coversAccessTokens(deps, token.grantId, client);
  return isCovered ? { ...token, client } : undefined;
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
  deps: Pick<Deps, "store">,
  grantId: string,
  owner: Client,
): Promise<boolean> {
  const grant = await deps.store.grants.find(grantId);
  if (grant === undefined) return false;
  const status = grantStatus(grant, owner, deps.store.now());
  return status.state === "active" || status.reason === "idle_lifetime";
}
