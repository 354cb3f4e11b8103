import { randomBytes } from "node:crypto";
import type { Deps } from "../../deps.ts";
import { OAuthError } from "../../errors/oauth-error.ts";
import { grantBinding } from "../../sender/sender.ts";
import type { Sender } from "../../sender/sender.ts";
import type { GrantClaims } from "../../store/grant.ts";
import type { Client, Grant } from "../../store/store.ts";
import { grantSecretHash, GRANT_SECRET_BYTES, newGrantId } from "../../tokens/refresh-token.ts";
import { issueGrant } from "../issue-grant.ts";
import { issueTokens, signAccessToken } from "../token-response.ts";
import type { TokenResponse } from "../token-response.ts";
import type { SubjectToken } from "./subject-token.ts";

/** What created a grant, in its event. */
const VIA = "token-exchange";

/** What the new token will say, within what the client's settings and the subject token allow. */
export interface Exchange {
  readonly subject: SubjectToken;
  readonly scope: string;
  /** null: the client's own audience. */
  readonly resource: string | null;
  readonly claims: GrantClaims;
  readonly sender: Sender;
}

/**
 * Issues what a token is exchanged for: an access token, or with `refreshable` a child grant's tokens.
 *
 * @throws OAuthError `invalid_request` where the subject token has ended meanwhile, or gets no child grant
 */
export function issueExchanged(
  deps: Deps,
  client: Client,
  asked: Exchange,
  refreshable: boolean,
): Promise<TokenResponse> {
  if (refreshable) return issueChild(deps, client, asked);
  return asked.subject.grant === null && asked.subject.clients.length === 0
    ? issueForAssertion(deps, client, asked)
    : issueAccessToken(deps, client, asked);
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
  if (subject.grant !== null) await recordExchange(deps, client, subject.grant, { scope, claims });
  const { tokenType } = sender;
  return { outcome: "exchanged", tokenType, accessToken, expiresIn: expiresAt - issuedAt };
}

/** For the history of the grant: who got a token of it. Many exchanges of a minute are one event. */
async function recordExchange(
  { store }: Pick<Deps, "store">,
  client: Client,
  { id: grantId, clientId, subject }: Grant,
  { scope, claims: { act } }: Pick<Exchange, "scope" | "claims">,
): Promise<void> {
  const data = { exchanged_by: client.id, scope, actor: act?.sub ?? null };
  await store.events.record({ type: "grant.exchanged", clientId, subject, grantId, data }, { once: 60 });
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
