import { wireClientId } from "../tokens/access-token.ts";
import { makeOwnApiToken } from "../tokens/own-api-token.ts";
import { requestedDetails } from "./authorization-details.ts";
import { grantType, ownResource, parseScope, requestedResource } from "./grant-type.ts";
import { ownScope } from "./scope.ts";
import { signAccessToken, withScope } from "./token-response.ts";
import type { TokenResponse } from "./token-response.ts";

/**
 * Client credentials (RFC 6749 §4.4): an access token for the client itself. §4.4.3: without a refresh token, so
 * there is no grant.
 *
 * @throws OAuthError `invalid_scope`, `invalid_target`, `invalid_authorization_details`
 */
export const clientCredentialsGrant = grantType(
  (parameters) => ({ requested: parseScope(parameters.get("scope")), resource: parameters.get("resource") }),
  async (deps, client, { requested, resource }, { parameters, sender }) => {
    const { scope, api } = ownScope(client, requested);
    // RFC 9396 §6: of an API of Regrant's own, the scopes say all.
    const details = api === null ? requestedDetails(deps, client, parameters) : undefined;
    const now = deps.store.now();
    const issuedAt = Math.floor(now / 1000);
    // RFC 9068 §2.2: without a resource owner, `sub` identifies the client.
    const claims = {
      subject: client.id,
      scope,
      issuedAt,
      expiresAt: issuedAt + client.accessTtl,
      grant: null,
    };
    const accessToken =
      api === null
        ? await signAccessToken(deps, client, deps.keys.signingKeyAt(now), {
            ...claims,
            resource: requestedResource(deps, client, resource) ?? null,
            claims: details === undefined ? null : { authorization_details: details },
            confirmation: sender.confirmation,
          })
        : makeOwnApiToken(deps.keys, {
            ...claims,
            issuer: deps.issuer,
            audience: ownResource(deps, api, resource),
            clientId: wireClientId(client),
          });
    const tokenType = api === null ? sender.tokenType : "Bearer";
    const response: TokenResponse = {
      outcome: "issued",
      tokenType,
      accessToken,
      expiresIn: client.accessTtl,
      ...(details === undefined ? {} : { authorizationDetails: details }),
    };
    return withScope(response, scope, requested);
  },
);
