import { findResource, sameResource } from "../config/resource-identifier.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Sender } from "../sender/sender.ts";
import type { GrantClaims } from "../store/grant.ts";
import type { Client } from "../store/store.ts";
import { wireClientId } from "../tokens/access-token.ts";
import { refuseDetails } from "./authorization-details.ts";
import { actorOf } from "./exchange/actor-token.ts";
import { issueExchanged } from "./exchange/issue-exchanged.ts";
import { openSubjectToken } from "./exchange/subject-token.ts";
import type { PresentedToken, SubjectToken } from "./exchange/subject-token.ts";
import { ACCESS_TOKEN, JWT, REFRESH_TOKEN } from "./exchange/token-types.ts";
import { grantType, parseScope, required } from "./grant-type.ts";
import type { Parameters } from "./grant-type.ts";
import { scopeWithin } from "./scope.ts";
import { withScope } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

/** Longest token that is exchanged, bytes. */
const MAX_EXCHANGED = 16_384;

type ExchangeRequest = ReturnType<typeof parse>;

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

function presentedToken(parameters: Parameters, name: "subject_token" | "actor_token"): PresentedToken {
  return {
    token: required(parameters, name, MAX_EXCHANGED),
    type: required(parameters, `${name}_type`),
  };
}

/** RFC 8693 §2.1: the type comes with the token, and only with it. */
function presentedActor(parameters: Parameters): PresentedToken | undefined {
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
  const response = await issueExchanged(deps, client, asked, request.requested === REFRESH_TOKEN);
  const issuedTokenType = request.requested === JWT ? JWT : ACCESS_TOKEN;
  return { ...withScope(response, scope, request.scope), issuedTokenType };
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
