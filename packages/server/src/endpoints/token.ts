import { authenticateClient } from "../clients/authenticate.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { required } from "../grant-types/grant-type.ts";
import { GRANT_TYPE_HANDLERS } from "../grant-types/table.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import { proveSender } from "../sender/prove-sender.ts";
import { BEARER } from "../sender/sender.ts";
import type { Client } from "../store/store.ts";

/**
 * The token endpoint (RFC 6749 §3.2): authenticates the client, checks what it proves to
 * possess, then runs the handler of the grant type.
 *
 * @throws OAuthError `unsupported_grant_type`, `invalid_client`, `unauthorized_client`, and what the handler throws
 */
export async function token(deps: Deps, request: EndpointRequest): Promise<TokenResponse> {
  const grantType = required(request.parameters, "grant_type");
  const handler = GRANT_TYPE_HANDLERS.get(grantType);
  const offered: readonly string[] = deps.grantTypes;
  if (handler === undefined || !offered.includes(grantType)) throw new OAuthError("unsupported_grant_type");
  const client = await authenticateClient(deps, request);
  requireGrantType(client, grantType);
  // The usual request proves nothing, and need not.
  const isBearer = request.proof === null && !client.dpopBound && !client.tlsBound;
  const sender = isBearer ? BEARER : proveSender(deps, client, request);
  return handler(deps, client, { ...request, sender });
}

/**
 * Checks that the client may use a grant type (RFC 6749 §5.2).
 *
 * @throws OAuthError `unauthorized_client`
 */
export function requireGrantType(client: Client, grantType: string): void {
  const allowed: readonly string[] = client.grantTypes;
  if (!allowed.includes(grantType)) throw new OAuthError("grant_type_not_allowed");
}
