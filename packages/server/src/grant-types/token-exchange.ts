import { randomBytes } from "node:crypto";
import { findResource, sameResource } from "../config/resource-identifier.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { grantBinding } from "../sender/sender.ts";
import type { Sender } from "../sender/sender.ts";
import type { GrantClaims } from "../store/grant.ts";
import type { Client } from "../store/store.ts";
import { wireClientId } from "../tokens/access-token.ts";
import { grantSecretHash, GRANT_SECRET_BYTES, newGrantId } from "../tokens/refresh-token.ts";
import { actorOf } from "./exchange/actor-token.ts";
import { openSubjectToken } from "./exchange/subject-token.ts";
import type { PresentedSubject, SubjectToken } from "./exchange/subject-token.ts";
import { ACCESS_TOKEN, JWT, REFRESH_TOKEN } from "./exchange/token-types.ts";
import { refuseDetails } from "./authorization-details.ts";
import { grantType, parseScope, required } from "./grant-type.ts";
import type { Parameters } from "./grant-type.ts";
import { issueGrant } from "./issue-grant.ts";
import { scopeWithin } from "./narrowed-scope.ts";
import { issueTokens, signAccessToken, withScope } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

/** Longest token that is exchanged, bytes. */
export const MAX_EXCHANGED = 16_384;

const VIA = "token-exchange";

type ExchangeRequest = ReturnType<typeof parse>;

/** What the new token will say, within what the client's settings and the subject token allow. */
interface Exchange {
  readonly subject: SubjectToken;
  readonly scope: string;
  /** null: the client's own audience. */
  readonly resource: string | null;
  readonly claims: GrantClaims;
  readonly sender: Sender;
}

/**
 * Token exchange (RFC 8693): an access token for another one, or for a refresh token of the client's own, with less scope,
 * maybe for another audience; as impersonation, or as delegation that names who acts. The new token ends with the grant of
 * the one that it is for, and never later than that token. A refresh token comes with a child grant, which ends with its
 * parent in every way.
 *
 * @throws OAuthError `unauthorized_client`; `invalid_request` for a token (§2.2.2); `invalid_scope`, `invalid_target`
 */
export const tokenExchangeGrant = grantType(parse, exchange);

function parse(parameters: Parameters) {
  refuseDetails(parameters);
  const requested = parameters.get("requested_token_type") ?? ACCESS_TOKEN;
  if (![ACCESS_TOKEN, JWT, REFRESH_TOKEN].includes(requested))
    throw new OAuthError("token_type_unsupported", { parameter: "requested_token_type" });
  return {
    subject: presentedToken(parameters, "subject_token"),
    actor: presentedActor(parameters),
    requested,
    scope: parseScope(parameters.get("scope")),
    target: targetOf(parameters),
  };
}

function presentedToken(parameters: Parameters, name: "subject_token" | "actor_token"): PresentedSubject {
  return {
    token: required(parameters, name, MAX_EXCHANGED),
    type: required(parameters, `${name}_type`),
  };
}

/** RFC 8693 §2.1: the type comes with the token, and only with it. */
function presentedActor(parameters: Parameters): PresentedSubject | undefined {
  const isNamed = parameters.has("actor_token") || parameters.has("actor_token_type");
  return isNamed ? presentedToken(parameters, "actor_token") : undefined;
}

/** An access token has one audience: `resource` and `audience` may both name it. */
function targetOf(parameters: Parameters): string | undefined {
  const [resource, audience] = [parameters.get("resource"), parameters.get("audience")];
  if (resource !== undefined && audience !== undefined && !sameResource(resource, audience))
    throw new OAuthError("several_resources");
  return resource ?? audience;
}

async function exchange(
  deps: Deps,
  client: Client,
  request: ExchangeRequest,
  { sender }: { sender: Sender },
): Promise<TokenResponse> {
  if (client.tokenExchange === "off") throw new OAuthError("exchange_not_allowed");
  const subject = await openSubjectToken(deps, client, request.subject, sender);
  const act = await actorOf(deps, client, { subject, actor: request.actor }, sender);
  const scope = scopeWithin(client, subject.scopes, request.scope);
  const resource = resourceOf(deps, client, subject, request.target);
  const others = [...new Set(subject.clients)].filter((id) => id !== wireClientId(client));
  const claims: GrantClaims = {
    ...subject.claims,
    ...(act === undefined ? {} : { act }),
    ...(others.length === 0 ? {} : { grant_clients: others }),
  };
  const asked = { subject, scope, resource, claims, sender };
  const response = await issue(deps, client, asked, request.requested === REFRESH_TOKEN);
  const issuedTokenType = request.requested === JWT ? JWT : ACCESS_TOKEN;
  return { ...withScope(response, scope, request.scope), issuedTokenType };
}

function issue(deps: Deps, client: Client, asked: Exchange, refreshable: boolean): Promise<TokenResponse> {
  if (refreshable) return issueChild(deps, client, asked);
  return asked.subject.grant === null && asked.subject.clients.length === 0
    ? issueForAssertion(deps, client, asked)
    : issueAccessToken(deps, client, asked);
}

/**
 * The audience of the new token: that of the subject token, unless the request names another one that the client may have.
 *
 * @returns null: the client's own
 */
function resourceOf(
  deps: Deps,
  client: Client,
  subject: SubjectToken,
  target: string | undefined,
): string | null {
  const own = client.audience ?? deps.audience;
  const present = subject.audience ?? own;
  const resource = findResource([present, ...client.exchangeAudiences], target ?? present);
  if (resource === undefined) throw new OAuthError("exchange_target_refused");
  return resource === own ? null : resource;
}

/** An access token alone. It is of the subject token's grant (`gid`), so that it ends with it everywhere. */
async function issueAccessToken(
  deps: Deps,
  client: Client,
  { subject, scope, resource, claims, sender }: Exchange,
): Promise<TokenResponse> {
  const now = deps.store.now();
  const issuedAt = Math.floor(now / 1000);
  const end = Math.floor(Math.min(subject.expiresAt, subject.grant?.expiresAt ?? Infinity) / 1000);
  const expiresAt = Math.min(issuedAt + client.accessTtl, end);
  const { authTime } = subject;
  const grant = subject.grant && { id: subject.grant.id, generation: subject.grant.generation, authTime };
  const accessToken = await signAccessToken(deps, client, deps.keys.signingKeyAt(now), {
    subject: subject.subject,
    scope,
    resource,
    issuedAt,
    expiresAt,
    grant,
    claims,
    confirmation: sender.confirmation,
  });
  const { tokenType } = sender;
  return { outcome: "exchanged", tokenType, accessToken, expiresIn: expiresAt - issuedAt };
}

/** An access token for another issuer's JWT: no grant of this service's is behind it, so it gets one as long as itself. */
async function issueForAssertion(
  deps: Deps,
  client: Client,
  { subject, scope, resource, claims, sender }: Exchange,
): Promise<TokenResponse> {
  const left = Math.floor((subject.expiresAt - deps.store.now()) / 1000);
  if (left < 1) throw refused("expired");
  const issued = await issueGrant(deps, client, {
    subject: subject.subject,
    scope,
    resource,
    authTime: subject.authTime,
    claims,
    maxTtl: Math.min(client.accessTtl, left),
    refreshable: false,
    via: VIA,
    sender,
  });
  if (issued.outcome !== "created") throw refused(issued.outcome);
  return { ...issued.response, outcome: "exchanged" };
}

/** A grant of its own for the client, with a refresh token: one row, which ends with its parent. */
async function issueChild(
  deps: Deps,
  client: Client,
  { subject, scope, resource, claims, sender }: Exchange,
): Promise<TokenResponse> {
  const parent = subject.grant;
  if (client.exchangeGrantTtl === 0) throw notAllowed("exchange_grant_ttl");
  if (!client.grantTypes.includes("refresh_token")) throw notAllowed("grant_types");
  if (parent === null) throw notAllowed("no grant");
  if (parent.parentId !== null) throw notAllowed("child of a child");
  const secret = randomBytes(GRANT_SECRET_BYTES);
  const created = await deps.store.grants.createChild({
    id: newGrantId(deps.store.now()),
    parentId: parent.id,
    clientId: client.id,
    subject: subject.subject,
    scope,
    secretHash: grantSecretHash(secret),
    maxTtl: Math.min(client.exchangeGrantTtl, client.refreshMaxTtl),
    authTime: subject.authTime,
    resource,
    binding: grantBinding(client, sender),
    claims,
    via: VIA,
  });
  if (created.outcome !== "created") throw refused(created.outcome);
  const { grant } = created;
  const at = grant.createdAt;
  return issueTokens(deps, client, { outcome: "exchanged", grant, secret, at, issuedAt: at, scope, sender });
}

function refused(detail: string): OAuthError {
  return new OAuthError("subject_token_refused", { detail });
}

function notAllowed(detail: string): OAuthError {
  return new OAuthError("child_grant_not_allowed", { detail });
}
