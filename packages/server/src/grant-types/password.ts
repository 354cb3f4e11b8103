import { OAuthError } from "../errors/oauth-error.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../identity/user-store.ts";
import { refuseDetails } from "./authorization-details.ts";
import { grantType, parseScope, requestedResource, required } from "./grant-type.ts";
import { issueGrant } from "./issue-grant.ts";
import { grantedScope } from "./scope.ts";
import { withScope } from "./token-response.ts";

/**
 * Resource owner password credentials (RFC 6749 §4.3), which RFC 9700 §2.4 forbids for new systems. It is for
 * providers whose programs already use it, and only for clients that have the grant type.
 *
 * @throws OAuthError `invalid_grant` for a wrong username or password, `invalid_request`, `invalid_scope`,
 *   `invalid_target`
 */
export const passwordGrant = grantType(
  (parameters) => {
    refuseDetails(parameters);
    return {
      username: required(parameters, "username", MAX_USERNAME),
      password: required(parameters, "password", MAX_PASSWORD),
      requested: parseScope(parameters.get("scope")),
      named: parameters.get("resource"),
    };
  },
  async (deps, client, { username, password, requested, named }, { address, sender }) => {
    const scope = grantedScope(client, requested);
    const resource = requestedResource(deps, client, named);
    // RFC 6749 §4.3.2: the user store throttles failures, against brute force.
    const { subject, passwordHash } = await deps.userStore.authenticate({
      username,
      password,
      address: address(),
      clientId: client.id,
    });

    const grant = { subject, passwordHash, scope, resource, authTime: "now", via: "password" } as const;
    const issued = await issueGrant(deps, client, { ...grant, sender });
    if (!("response" in issued)) throw new OAuthError(issued.outcome);
    return withScope(issued.response, scope, requested);
  },
);
