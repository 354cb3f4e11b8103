import { findResource } from "../config/resource-identifier.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { sign } from "../keys/signing.ts";
import type { SigningKey } from "../keys/signing.ts";
import type { Sender, TokenType } from "../sender/sender.ts";
import type { AuthorizationDetail, GrantClaims } from "../store/grant.ts";
import type { Client, Grant } from "../store/store.ts";
import { wireClientId, encodeAccessToken } from "../tokens/access-token.ts";
import type { Confirmation } from "../tokens/access-token.ts";
import type { LegacyToken } from "../tokens/legacy-tokens.ts";
import { refreshTokenEnd, sealRefreshToken } from "../tokens/refresh-token.ts";

/** A successful token response (RFC 6749 §5.1), before it gets its wire format. Lifetimes in s from now. */
export interface TokenResponse {
  /** For metric and log: `rotated`, `retried`, `issued` … */
  outcome: string;
  /** How the access token is presented (RFC 6749 §7.1): by its bearer, or with a DPoP proof (RFC 9449 §5). */
  tokenType: TokenType;
  accessToken: string;
  expiresIn: number;
  refreshToken?: string;
  /** How long the refresh token may stay unused: what is left of the idle lifetime, and never more than of the grant. */
  refreshTokenExpiresIn?: number;
  /** What is left of the grant's absolute lifetime. */
  authorizationExpiresIn?: number;
  /** Of a token exchange: the type of the token in `accessToken` (RFC 8693 §2.2.1). */
  issuedTokenType?: string;
  /** The client's own retry window. */
  retryWindow?: number;
  /** What was granted beside the scope (RFC 9396 §7). */
  authorizationDetails?: readonly AuthorizationDetail[];
  /** Present if it differs from the requested scope (RFC 6749 §5.1). */
  scope?: string;
}

interface GrantedTokens {
  outcome: string;
  grant: Grant;
  secret: Buffer;
  /** The store's clock, ms. */
  at: number;
  /** The access token's `iat`, ms; the key that was in force then signs. */
  issuedAt: number;
  /** The access token's scope; the grant's, or narrower. */
  scope: string;
  /** The access token's claims of the grant; by default all of them. */
  claims?: GrantClaims | null | undefined;
  /** By default true: the refresh token comes with them, if the client may refresh. */
  refreshable?: boolean;
  /** Whose tokens they are. */
  sender: Sender;
  /** The presented token, if it was a legacy one. */
  presented?: LegacyToken | undefined;
}

/**
 * Issues the access and refresh token of a grant's head. Both are functions of the grant's row and `issuedAt`, so a
 * retry gets the same ones, and lifetimes that count from now. The access token never outlives the grant.
 */
export async function issueTokens(
  deps: Deps,
  client: Client,
  {
    outcome,
    grant,
    secret,
    at,
    issuedAt,
    scope,
    claims = grant.claims,
    refreshable = true,
    sender,
    presented,
  }: GrantedTokens,
): Promise<TokenResponse> {
  const issued = Math.floor(issuedAt / 1000);
  const expiresAt = Math.min(issued + client.accessTtl, Math.floor(grant.expiresAt / 1000));
  const accessToken = await signAccessToken(deps, client, deps.keys.signingKeyAt(issuedAt), {
    subject: grant.subject,
    scope,
    resource: grant.resource,
    issuedAt: issued,
    expiresAt,
    grant,
    claims,
    confirmation: sender.confirmation,
  });
  const { id: grantId, generation } = grant;
  const refreshExpiresAt = refreshTokenEnd(grant, client);
  const { tokenType } = sender;
  const expiresIn = expiresAt - Math.floor(at / 1000);
  const response: TokenResponse = { outcome, tokenType, accessToken, expiresIn };
  if (claims?.authorization_details !== undefined) {
    response.authorizationDetails = claims.authorization_details;
  }
  // RFC 6749 §5.1: the refresh token is OPTIONAL, and useless to a client that may not refresh.
  if (!refreshable || !client.grantTypes.includes("refresh_token")) return response;
  const own = sealRefreshToken({ grantId, generation, secret }, deps.keys.macKeyAt(grant.rotatedAt));
  const issuedTokens = { grant, accessToken, refreshToken: own, refreshExpiresAt, at, presented };
  const refreshToken = deps.legacyTokens ? await deps.legacyTokens.wrap(client, issuedTokens) : own;
  return {
    ...response,
    refreshToken,
    refreshTokenExpiresIn: Math.floor((refreshExpiresAt - at) / 1000),
    authorizationExpiresIn: Math.floor((grant.expiresAt - at) / 1000),
    retryWindow: client.retryWindow,
  };
}

/** Adds the scope unless the request named exactly this one (RFC 6749 §5.1: REQUIRED if it is not the requested one). */
export function withScope(
  response: TokenResponse,
  scope: string,
  requested?: readonly string[],
): TokenResponse {
  return scope === "" || scope === requested?.join(" ") ? response : { ...response, scope };
}

/**
 * Writes and signs an access token in the client's profile: RFC 9068 or Passport's. Instants in s.
 *
 * @throws OAuthError `temporarily_unavailable` where it cannot be signed
 */
export async function signAccessToken(
  deps: Deps,
  client: Client,
  key: SigningKey,
  token: {
    subject: string;
    scope: string;
    /** The audience; null: the client's own. */
    resource: string | null;
    issuedAt: number;
    expiresAt: number;
    grant: Pick<Grant, "id" | "generation" | "authTime"> | null;
    claims: GrantClaims | null;
    confirmation: Confirmation | null;
  },
): Promise<string> {
  const { profile } = client;
  const clientId = wireClientId(client);
  const audience =
    token.resource === null ? (client.audience ?? deps.audience) : spelled(deps, token.resource);
  const input = encodeAccessToken({ ...token, profile, issuer: deps.issuer, audience, clientId }, key);
  const started = performance.now();
  try {
    return await sign(key, input);
  } catch (cause) {
    throw new OAuthError("signature_failed", { cause });
  } finally {
    deps.metrics.observeSignature((performance.now() - started) / 1000);
  }
}

/** A resource as the configuration writes it now: it may have been written otherwise when the grant was made. */
function spelled({ resources }: Pick<Deps, "resources">, resource: string): string {
  return resources.has(resource) ? resource : (findResource([...resources], resource) ?? resource);
}
