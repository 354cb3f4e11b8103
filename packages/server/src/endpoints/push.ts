import { randomBytes } from "node:crypto";
import { authenticateClient } from "../clients/authenticate.ts";
import { refreshClientMetadata } from "../clients/cimd/client-metadata-documents.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { network } from "../limits/network.ts";
import { checkRequest } from "./authorization-request.ts";
import { authorizationParameters, requestUriDigest, requestUriOf, targetOf } from "./authorization-target.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** How long a person may take to sign in for it, s. */
const REQUEST_TTL = 600;
const REQUEST_BYTES = 32;

/**
 * Pushed authorization requests (RFC 9126): the request is checked whole and kept, and its client gets a name for it.
 *
 * @throws OAuthError as the authorization endpoint would send it, and those of client authentication
 */
export async function push(
  deps: Deps,
  request: EndpointRequest,
): Promise<{ requestUri: string; expiresIn: number }> {
  await refreshClientMetadata(deps, request.credentials.clientId, request.address);
  const client = await authenticateClient(deps, request);
  // Anybody can push in the name of a public client, and each request is a row.
  if (client.public) await deps.throttles.pushedRequests.admit(network(request.address()));
  // RFC 9126 §2.1: the request_uri is what this endpoint gives.
  if (request.parameters.has("request_uri")) {
    throw new OAuthError("request_uri_pushed");
  }
  const parameters = authorizationParameters(request.parameters);
  checkRequest(deps, targetOf(client, parameters), true);

  const requestUri = requestUriOf(randomBytes(REQUEST_BYTES));
  const digest = requestUriDigest(requestUri);
  await deps.store.pushedRequests.push({
    digest,
    clientId: client.id,
    parameters: Object.fromEntries(parameters),
    ttl: REQUEST_TTL,
  });
  return { requestUri, expiresIn: REQUEST_TTL };
}
