import { activeAccessToken } from "../../clients/active-access-token.ts";
import { ANY_CLIENT } from "../../client-settings/exchange-settings.ts";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { bindingOf } from "../../sender/sender.ts";
import type { Sender } from "../../sender/sender.ts";
import { decide, isAccepted } from "../../store/decide.ts";
import type { GrantClaims } from "../../store/grant.ts";
import { parentOf } from "../../store/parent-of.ts";
import type { Client, Grant } from "../../store/store.ts";
import { wireClientId } from "../../tokens/access-token.ts";
import { openRefreshToken, presentedToken } from "../../tokens/refresh-token.ts";
import { authTimeOf, keptClaims, notUnderstood, scopeOf } from "../assertions/claims.ts";
import { subjectOf } from "../assertions/subject.ts";
import { verifyAssertion } from "../assertions/verify-assertion.ts";
import { ACCESS_TOKEN, JWT, REFRESH_TOKEN } from "./token-types.ts";

/** A token that is exchanged (RFC 8693 §2.1), and what a token for it must keep to. Instants in ms. */
export interface SubjectToken {
  readonly subject: string;
  /** The scopes that it allows; undefined: any. */
  readonly scopes: readonly (readonly string[] | undefined)[];
  /** Its audience; null: the client's own. */
  readonly audience: string | null;
  /** The new token expires then at the latest. */
  readonly expiresAt: number;
  readonly authTime: number | null;
  readonly claims: GrantClaims | null;
  /** RFC 8693 §4.4; undefined: it does not say. */
  readonly mayAct: unknown;
  /** null: another issuer's, or a client's own. */
  readonly grant: Grant | null;
  /** Wire ids of the clients with which it ends. */
  readonly clients: readonly string[];
}

/** A token as a request presents it. */
export interface PresentedToken {
  readonly token: string;
  readonly type: string;
}

/**
 * Opens a token that a client wants to exchange: one that is active, that the client may exchange, and whose key the request
 * proves, if it is bound to one. Nothing is used up by it.
 *
 * @throws OAuthError `invalid_request` (RFC 8693 §2.2.2)
 */
export function openSubjectToken(
  deps: Deps,
  client: Client,
  { token, type }: PresentedToken,
  sender: Sender,
): Promise<SubjectToken> {
  switch (type) {
    case ACCESS_TOKEN:
      return openAccessToken(deps, client, token, sender);
    case REFRESH_TOKEN:
      return openOwnRefreshToken(deps, client, token, sender);
    case JWT:
      return openJwt(deps, client, token, sender);
    default:
      throw new OAuthError("token_type_unsupported", { parameter: "subject_token_type" });
  }
}

async function openAccessToken(
  deps: Deps,
  client: Client,
  presented: string,
  sender: Sender,
): Promise<SubjectToken> {
  const token = await activeAccessToken(deps, presented);
  // A token for one of Regrant's own APIs is for nothing else.
  if (token === undefined || token.forOwnApi) throw refused("inactive");
  if (!mayExchange(client, token.client)) throw refused("client");
  requireProof(sender, token.confirmation && bindingOf(token.confirmation), "subject_token");
  const grant = token.grantId === null ? null : await deps.store.grants.find(token.grantId);
  // It was deleted meanwhile: nothing would end the new token.
  if (grant === undefined) throw refused("inactive");
  const { authorization_details: _, grant_clients: earlier = [], ...claims } = token.claims ?? {};
  return {
    subject: token.subject,
    scopes: [scopesOf(token.scope)],
    // Passport's tokens have the client's id there.
    audience: token.client.profile === "rfc9068" ? token.audience : null,
    expiresAt: token.expiresAt * 1000,
    authTime: token.authTime === undefined ? (grant?.authTime ?? null) : token.authTime * 1000,
    claims,
    mayAct: undefined,
    grant,
    clients: [token.clientId, ...earlier],
  };
}

/** The client's own, the newest of an active grant: a spent one is not for this, and is no reuse either. */
async function openOwnRefreshToken(
  deps: Deps,
  client: Client,
  presented: string,
  sender: Sender,
): Promise<SubjectToken> {
  const token = openRefreshToken(presented, deps.keys);
  const grant = token && (await deps.store.grants.find(token.grantId));
  if (grant === undefined || token === undefined) throw refused("unknown");
  const as = presentedToken(token, client, { binding: grant.binding });
  const { outcome } = decide(grant, as, deps.store.now(), await parentOf(deps.store, grant));
  if (!isAccepted(outcome) || token.generation < grant.generation) throw refused(outcome);
  requireProof(sender, grant.binding, "subject_token");
  const { authorization_details: _, grant_clients: earlier = [], ...claims } = grant.claims ?? {};
  return {
    subject: grant.subject,
    scopes: [scopesOf(grant.scope)],
    audience: grant.resource,
    expiresAt: grant.expiresAt,
    authTime: grant.authTime,
    claims,
    mayAct: undefined,
    grant,
    clients: [wireClientId(client), ...earlier],
  };
}

async function openJwt(deps: Deps, client: Client, presented: string, sender: Sender): Promise<SubjectToken> {
  const verified = await verifyAssertion(deps, client, presented, "subject_token", refused);
  const { issuer, claims } = verified;
  const wrong = notUnderstood(claims, sender);
  if (wrong !== undefined) throw refused(wrong);
  return {
    subject: await subjectOf(deps, issuer, claims),
    scopes: [scopeOf(claims), issuer.scopes],
    audience: null,
    expiresAt: claims.exp * 1000,
    authTime: authTimeOf(claims),
    claims: keptClaims(claims),
    mayAct: claims["may_act"],
    grant: null,
    clients: [],
  };
}

function mayExchange({ id, exchangeClients }: Client, owner: Client): boolean {
  const named = [ANY_CLIENT, owner.id, wireClientId(owner)];
  return owner.id === id || exchangeClients.some((one) => named.includes(one));
}

/**
 * Refuses a token that is bound to a key (RFC 9449 §7, RFC 8705 §3), unless the request proves that key.
 *
 * @param bound the key; null: the token is a bearer token
 * @throws OAuthError `invalid_request`
 */
export function requireProof(
  { binding }: Sender,
  bound: string | null,
  parameter: "subject_token" | "actor_token",
): void {
  if (bound !== null && bound !== binding) throw new OAuthError("token_bound_to_key", { parameter });
}

function scopesOf(scope: string): string[] {
  return scope.split(" ").filter((one) => one !== "");
}

function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError("subject_token_refused", { detail, cause });
}
