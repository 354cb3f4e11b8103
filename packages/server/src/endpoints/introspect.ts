import { authenticateClient } from "../clients/authenticate.ts";
import { wireClientId } from "../tokens/access-token.ts";
import type { Confirmation } from "../tokens/access-token.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { required } from "../grant-types/grant-type.ts";
import { tokenTypeOf } from "../sender/sender.ts";
import type { TokenType } from "../sender/sender.ts";
import { decide, isAccepted } from "../store/decide.ts";
import { parentOf } from "../store/parent-of.ts";
import type { GrantClaims } from "../store/grant.ts";
import type { Grant } from "../store/store.ts";
import { openRefreshToken, presentedToken, refreshTokenEnd } from "../tokens/refresh-token.ts";
import type { RefreshToken } from "../tokens/refresh-token.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";
import { activeAccessToken, enabledClient } from "../clients/active-access-token.ts";

/**
 * An introspection response (RFC 7662 §2.2) in wire names; instants and lifetimes in s. Of an inactive token it has
 * nothing else, as §2.2 advises.
 */
type Introspection =
  | { active: false }
  | (GrantClaims & {
      active: true;
      token_use: "access_token" | "refresh_token";
      token_type?: TokenType;
      client_id: string;
      sub: string;
      scope?: string;
      aud?: string;
      iss?: string;
      iat?: number;
      exp: number;
      jti?: string;
      /** The key that an access token is bound to (RFC 9449 §6.2, RFC 8705 §3.2). */
      cnf?: Confirmation;
      /** When the user authenticated (RFC 9470 §6.2). */
      auth_time?: number;
      acr?: GrantClaims["acr"];
      authorization_details?: GrantClaims["authorization_details"];
      act?: GrantClaims["act"];
      /** Of refresh tokens, as in the token response (draft-ietf-oauth-refresh-token-expiration-03 §7). */
      refresh_token_timeout?: number;
      authorization_expires_in?: number;
    });

const INACTIVE: Introspection = { active: false };

/**
 * Introspection (RFC 7662). An access token is active while its signature, lifetime and grant are valid; a refresh
 * token, if it is the newest of its grant and a refresh with it would succeed now. A spent one is inactive, even where
 * a retry would get tokens. Introspection changes nothing, and is not a use of a refresh token. A client can
 * introspect its own tokens, a resource server all of them.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`; `unauthorized_client` for a public client
 */
export async function introspect(deps: Deps, request: EndpointRequest): Promise<Introspection> {
  const client = await authenticateClient(deps, request);
  // RFC 7662 §2.1: the endpoint MUST require authorization, and a public client cannot authenticate.
  if (client.public) throw new OAuthError("introspection_by_public_client");
  const presented = required(request.parameters, "token");
  const own = openRefreshToken(presented, deps.keys);
  const legacy = own ? undefined : await deps.legacyTokens?.open(client, presented, request.address);
  const token = own ?? legacy;
  const legacyEnd = legacy?.migrates ? legacy.expiresAt : undefined;
  const seen = token
    ? await refreshTokenState(deps, token, legacyEnd)
    : await accessTokenState(deps, presented);
  // RFC 7662 §4: a client must not learn of another client's tokens.
  return seen.active && !client.resourceServer && seen.client_id !== wireClientId(client) ? INACTIVE : seen;
}

/**
 * Asks the decision table what a refresh would do, so that introspection and the token endpoint cannot disagree.
 *
 * @param legacyEnd when a legacy token that has not moved yet expires, ms
 */
async function refreshTokenState(
  deps: Deps,
  token: RefreshToken,
  legacyEnd = Infinity,
): Promise<Introspection> {
  const grant = await deps.store.grants.find(token.grantId);
  const owner = grant && (await enabledClient(deps, grant.clientId));
  if (grant === undefined || owner === undefined) return INACTIVE;
  // The retry window is for retries: a thief of a spent token must not learn here when he would be taken for one.
  if (token.generation < grant.generation) return INACTIVE;
  const parent = grant.parentId === null ? undefined : await parentOf(deps.store, grant);
  const now = deps.store.now();
  const presented = presentedToken(token, owner, { binding: grant.binding });
  if (!isAccepted(decide(grant, presented, now, parent).outcome) || now >= legacyEnd) return INACTIVE;
  return {
    active: true,
    token_use: "refresh_token",
    client_id: wireClientId(owner),
    sub: grant.subject,
    ...(grant.scope === "" ? {} : { scope: grant.scope }),
    ...grant.claims,
    iss: deps.issuer,
    ...(token.generation > grant.generation
      ? { exp: Math.floor(grant.expiresAt / 1000) }
      : headLifetime(grant, Math.min(refreshTokenEnd(grant, owner), legacyEnd), now)),
    authorization_expires_in: Math.floor((grant.expiresAt - now) / 1000),
  };
}

/**
 * When a grant's newest token was issued, and when it expires unless it is used. Not known of a token ahead of its row:
 * the store lost that write.
 */
function headLifetime({ rotatedAt }: Grant, end: number, now: number) {
  return {
    iat: Math.floor(rotatedAt / 1000),
    exp: Math.floor(end / 1000),
    refresh_token_timeout: Math.floor((end - now) / 1000),
  };
}

/** The state of an access token, in wire names. */
async function accessTokenState(deps: Deps, presented: string): Promise<Introspection> {
  const token = await activeAccessToken(deps, presented);
  if (token === undefined) return INACTIVE;
  return {
    active: true,
    token_use: "access_token",
    token_type: tokenTypeOf(token.confirmation),
    client_id: token.clientId,
    sub: token.subject,
    ...(token.scope === "" ? {} : { scope: token.scope }),
    aud: token.audience,
    iss: token.issuer ?? deps.issuer,
    iat: token.issuedAt,
    exp: token.expiresAt,
    jti: token.jti,
    ...(token.authTime === undefined ? {} : { auth_time: token.authTime }),
    ...token.claims,
    ...(token.confirmation === null ? {} : { cnf: token.confirmation }),
  };
}
