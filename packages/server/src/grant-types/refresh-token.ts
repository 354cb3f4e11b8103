import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { AcceptedRotation, Client } from "../store/store.ts";
import { openRefreshToken, presentedToken } from "../tokens/refresh-token.ts";
import { narrowedDetails } from "./authorization-details.ts";
import { parseScope, requestedResource, required } from "./grant-type.ts";
import type { GrantTypeHandler, Parameters, TokenRequest } from "./grant-type.ts";
import { narrowedScope, withoutOfflineAccess } from "./scope.ts";
import { issueTokens, withScope } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

type RefreshRequest = ReturnType<typeof parse>;

/** The parameters of a refresh (RFC 6749 §6, RFC 8707 §2.2, RFC 9396 §6). */
function parse(parameters: Parameters) {
  return {
    presented: required(parameters, "refresh_token"),
    scope: parseScope(parameters.get("scope")),
    resource: parameters.get("resource"),
    details: parameters.get("authorization_details"),
  };
}

/**
 * The refresh (RFC 6749 §6). It opens the presented token, rotates its grant's row in one operation, and issues the
 * head's tokens, for the first request and for every honest retry alike. A legacy token is generation 0 of its
 * session's grant.
 *
 * @throws OAuthError `invalid_grant` with its reason, `invalid_scope`, `invalid_target`, or `invalid_request` without
 *   a token
 */
export const refreshTokenGrant: GrantTypeHandler = (deps, client, request) =>
  refresh(deps, client, parse(request.parameters), request);

async function refresh(
  deps: Deps,
  client: Client,
  { presented, scope: requested, resource: named, details: narrowed }: RefreshRequest,
  { address, sender }: TokenRequest,
): Promise<TokenResponse> {
  const resource = requestedResource(deps, client, named);
  const { keys, legacyTokens, store } = deps;
  const own = openRefreshToken(presented, keys);
  const legacy = own ? undefined : await legacyTokens?.open(client, presented, address);
  const token = own ?? legacy;
  // Checked before the store is queried: a forged token costs one MAC.
  if (token === undefined) throw new OAuthError("forged");

  const details =
    narrowed === undefined ? undefined : await narrowedDetails(deps, client, token.grantId, narrowed);
  // A client of a metadata document may have been public when its grant was bound: the key that it had holds it still.
  const mayHaveBeenPublic = sender.binding !== null && !client.public && client.metadataUri !== null;
  const policy = mayHaveBeenPublic ? { ...client, bindOnRefresh: false } : client;
  const rotation = presentedToken(token, policy, {
    scope: requested && withoutOfflineAccess(requested),
    resource,
    // As `grantBinding`.
    binding: client.public || mayHaveBeenPublic ? sender.binding : null,
    proof: sender.proof,
  });
  const result =
    legacy && legacyTokens
      ? await legacyTokens.rotate(client, legacy, rotation)
      : await store.grants.rotate(rotation);
  if (result.outcome === "scope_exceeded") throw await scopeExceeded(deps, token.grantId, requested);
  if (!("grant" in result)) throw new OAuthError(result.outcome, { grantId: token.grantId });

  const { at, grant } = result;
  const outcome = legacy?.migrates && result.outcome === "rotated" ? "migrated" : result.outcome;
  // A rotation and its retries get equal access tokens, since both are issued at the end of the window: the instant of the
  // rotation, of a late retry, or of the first response after responses failed.
  const issuedAt = outcome === "extended" ? at : grant.windowEndedAt;
  const scope = requested ? narrowedScope(grant, requested) : grant.scope;
  const claims = details && { ...grant.claims, authorization_details: details };
  const granted = {
    outcome,
    grant,
    secret: token.secret,
    at,
    issuedAt,
    scope,
    claims,
    sender,
    presented: legacy,
  };
  try {
    const response = await issueTokens(deps, client, granted);
    return requested ? withScope(response, scope, requested) : response;
  } catch (error) {
    await hold(deps, result);
    throw error;
  }
}

/** A response that could not be made costs its client neither the retry window nor the late retry. */
async function hold({ store, log }: Deps, failed: AcceptedRotation): Promise<void> {
  try {
    await store.grants.hold(failed);
  } catch (error) {
    // As if the response had been lost: the retry window goes on.
    log.warn({ err: error, grant_id: failed.grant.id }, "the retry windows of a grant could not be held");
  }
}

/**
 * RFC 6749 §6: the scope MUST NOT include any that was not granted. The grant is read once more to name that scope;
 * such refusals are rare.
 */
async function scopeExceeded(
  { store }: Deps,
  grantId: string,
  requested: readonly string[] = [],
): Promise<OAuthError> {
  const granted = (await store.grants.find(grantId))?.scope.split(" ") ?? [];
  const exceeding = requested.find((scope) => !granted.includes(scope));
  return new OAuthError("scope_exceeded", { scope: exceeding, grantId });
}
