import { randomBytes } from "node:crypto";
import { provedKey, useProof } from "../sender/prove-sender.ts";
import type { ProvedKey } from "../sender/sender.ts";
import { authenticateClient } from "../clients/authenticate.ts";
import { isFapi2 } from "../client-settings/fapi2.ts";
import { refreshClientMetadata } from "../clients/cimd/document-client.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { network } from "../limits/network.ts";
import { checkRequest } from "./authorization-request.ts";
import {
  authorizationParameters,
  OBJECT_PARAMETERS,
  requestUriDigest,
  requestUriOf,
  targetOf,
} from "./authorization-target.ts";
import { readRequestObject } from "./request-object.ts";
import type { Client } from "../store/store.ts";
import type { EndpointRequest } from "../clients/endpoint-request.ts";

/** Longest lifetime of a pushed request that was not opened, of a client of the FAPI 2.0 profile, s. */
const FAPI2_REQUEST_TTL = 60;
// Entropy of a `request_uri`, bytes. RFC 9126 §7.1: it must not be guessable.
const REQUEST_BYTES = 32;

/**
 * The pushed authorization request endpoint (RFC 9126 §2): checks the request, stores it and returns its
 * `request_uri`.
 *
 * @returns `expiresIn` in s
 * @throws OAuthError as `authenticateClient` and `checkRequest`; `invalid_request` with 429 after too many requests
 *   of public clients from this address
 */
export async function push(
  deps: Deps,
  request: EndpointRequest,
): Promise<{ requestUri: string; expiresIn: number }> {
  await refreshClientMetadata(deps, request.credentials.clientId, request.address);
  const client = await authenticateClient(deps, request);
  // A public client's id is no secret, and each request costs a row.
  if (client.public) await deps.throttles.pushedRequests.admit(network(request.address()));
  // RFC 9126 §2.1: `request_uri` MUST NOT be provided in a pushed request.
  if (request.parameters.has("request_uri")) {
    throw new OAuthError("request_uri_pushed");
  }
  const sender = provedKey(deps, request);
  const parameters = withThumbprint(await parametersOf(deps, client, request.parameters), sender);
  checkRequest(deps, targetOf(client, parameters), true);
  if (sender !== undefined) await useProof(deps, sender);

  const ttl = isFapi2(client) ? Math.min(FAPI2_REQUEST_TTL, deps.pushedRequestTtl) : deps.pushedRequestTtl;
  const requestUri = requestUriOf(randomBytes(REQUEST_BYTES));
  const digest = requestUriDigest(requestUri);
  await deps.store.pushedRequests.push({
    digest,
    clientId: client.id,
    parameters: Object.fromEntries(parameters),
    ttl,
  });
  return { requestUri, expiresIn: ttl };
}

/** The parameters of the request, or of its request object, beside which nothing else counts (RFC 9126 §3). */
async function parametersOf(
  deps: Deps,
  client: Client,
  sent: EndpointRequest["parameters"],
): Promise<ReadonlyMap<string, string>> {
  const object = sent.get("request");
  if (object !== undefined)
    return (await readRequestObject(deps, client, object, OBJECT_PARAMETERS)).parameters;
  // RFC 9101 §10.5
  if (client.requireSignedRequest) throw new OAuthError("request_not_signed");
  return authorizationParameters(sent);
}

/**
 * RFC 9449 §10.1: a proof at this endpoint does what its key's `dpop_jkt` would do, and both must name one key.
 *
 * @throws OAuthError `invalid_dpop_proof`
 */
function withThumbprint(
  parameters: ReadonlyMap<string, string>,
  sender: ProvedKey | undefined,
): ReadonlyMap<string, string> {
  if (sender === undefined) return parameters;
  const { jkt } = sender.confirmation;
  if ((parameters.get("dpop_jkt") ?? jkt) !== jkt) throw new OAuthError("dpop_jkt_mismatch");
  return new Map([...parameters, ["dpop_jkt", jkt]]);
}
