import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import { grantSecretHash, openRefreshToken } from "../tokens/refresh-token.ts";
import { openLegacyToken, rotateLegacyGrant } from "./legacy-token.ts";
import { requestedResource } from "./resource.ts";
import { parseScope } from "./scope.ts";
import { issueTokens } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

/**
 * The refresh (RFC 6749 §6): the presented token is opened, its grant's row rotated in one step, and the head's
 * tokens are answered, to the first request and to every honest retry alike. A token that Laravel Passport issued is
 * generation 0 of its session's grant.
 *
 * @throws OAuthError `invalid_grant` with its reason, `invalid_scope`, `invalid_target`, or `invalid_request` without a token
 */
export async function refreshTokenGrant(
  deps: Deps,
  client: Client,
  parameters: ReadonlyMap<string, string>,
  address: () => string,
): Promise<TokenResponse> {
  const presented = parameters.get("refresh_token");
  if (presented === undefined) throw new OAuthError("parameter_missing", { parameter: "refresh_token" });
  const asked = parameters.has("scope") ? parseScope(parameters.get("scope")) : undefined;
  const resource = parameters.has("resource") ? requestedResource(deps, client, parameters) : undefined;
  const own = openRefreshToken(presented, deps.keys);
  const old = own === undefined ? await openLegacyToken(deps, client, presented, address) : undefined;
  const token = own ?? old;
  if (token === undefined) throw new OAuthError("forged");

  const rotation = {
    grantId: token.grantId,
    generation: token.generation,
    secretHash: grantSecretHash(token.secret),
    clientId: client.id,
    scope: asked,
    resource,
    policy: client,
    grantsRevokedAt: client.grantsRevokedAt,
  };
  const result = old
    ? await rotateLegacyGrant(deps, client, old, rotation)
    : await deps.store.grants.rotate(rotation);
  if (result.outcome === "scope_exceeded") throw await scopeExceeded(deps, token.grantId, asked);
  if (!("grant" in result)) throw new OAuthError(result.outcome);

  const { at, grant } = result;
  const moved = old?.payload.own === null && result.outcome === "rotated";
  const outcome = moved ? "moved" : result.outcome;
  // A rotation and its retries are issued at the rotation's instant; where the head was made long ago, now.
  const issuedAt = outcome === "extended" || outcome === "retried_late" ? at : grant.rotatedAt;
  const scope = asked?.join(" ") ?? grant.scope;
  const { secret } = token;
  return issueTokens(deps, client, {
    outcome,
    grant,
    secret,
    at,
    issuedAt,
    scope,
    presented: old?.payload,
  });
}

/** A refusal is rare enough to ask once more which scope it was. */
async function scopeExceeded(
  { store }: Deps,
  grantId: string,
  asked: readonly string[] = [],
): Promise<OAuthError> {
  const granted = (await store.grants.find(grantId))?.scope.split(" ") ?? [];
  const wider = asked.find((scope) => !granted.includes(scope));
  return new OAuthError("scope_exceeded", { scope: wider });
}
