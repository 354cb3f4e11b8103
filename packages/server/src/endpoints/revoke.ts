import { authenticateClient } from "../clients/authenticate.ts";
import { wireClientId } from "../tokens/access-token.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { required } from "../grant-types/grant-type.ts";
import type { Client, Grant } from "../store/store.ts";
import { grantSecretHash, openRefreshToken } from "../tokens/refresh-token.ts";
import { verifyAccessToken } from "../tokens/verify-access-token.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/**
 * Revocation (RFC 7009): a refresh token, of whatever generation, ends its grant; an access token ends alone. RFC
 * 7009 §2.2: an invalid token is no error, since the client wants it to be invalid.
 *
 * @returns the outcome, for metric and log
 * @throws OAuthError `invalid_client`, `invalid_request`; `invalid_grant` for another client's token
 */
export async function revoke(deps: Deps, request: EndpointRequest): Promise<string> {
  const client = await authenticateClient(deps, request);
  // `token_type_hint` is ignored, as RFC 7009 §2.1 allows: the form of a token tells its type.
  const presented = required(request.parameters, "token");
  const token =
    openRefreshToken(presented, deps.keys) ??
    (await deps.legacyTokens?.open(client, presented, request.address));
  if (token !== undefined) {
    const grant = await deps.store.grants.find(token.grantId);
    if (grant === undefined || !grant.secretHash.equals(grantSecretHash(token.secret))) return "unknown";
    return revokeGrant(deps, client, grant);
  }
  return revokeAccessToken(deps, client, presented);
}

async function revokeGrant(deps: Deps, client: Client, grant: Grant): Promise<string> {
  // RFC 7009 §2.1: the token MUST have been issued to this client. A client that holds another's token is recorded.
  if (grant.clientId !== client.id) {
    const { clientId, subject, id: grantId } = grant;
    const event = { type: "grant.client_mismatch", clientId, subject, grantId } as const;
    await deps.store.events.record({ ...event, data: { presented_by: client.id } }, { once: 60 });
    throw new OAuthError("token_client_mismatch", { grantId });
  }
  const ended = await deps.store.grants.revoke(grant.id, "revoked_by_client", client.id);
  return ended ? "revoked" : "already_revoked";
}

async function revokeAccessToken(deps: Deps, client: Client, presented: string): Promise<string> {
  const token = await verifyAccessToken(presented, deps.keys, deps.store.now());
  if (token === undefined) return "unknown";
  if (token.clientId !== wireClientId(client)) throw new OAuthError("token_client_mismatch");
  const { jti, expiresAt } = token;
  const denied = { jti, expiresAt: expiresAt * 1000, clientId: client.id, actor: client.id };
  await deps.store.grants.denyAccessToken(denied);
  return "access_token_revoked";
}
