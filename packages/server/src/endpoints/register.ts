import { clientMetadataBody, presentMembers, readClientMetadata } from "../clients/client-metadata.ts";
import { invalidMetadata } from "../clients/negotiate-metadata.ts";
import { availableScopes, ownChanges } from "../clients/own-updates.ts";
import { network } from "../limits/network.ts";
import { secretMatches } from "../clients/authentication/client-secret.ts";
import { initialAccessToken, managedClient, registerItself } from "../clients/self-registration.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import { PATHS } from "./metadata.ts";

/** The actor of changes through these endpoints, as events name it. */
const ACTOR = "registration";

/** A request to register a client or to manage one, free of HTTP. */
export interface RegistrationRequest {
  /** The parsed JSON body; undefined for a request without one. */
  metadata: unknown;
  /** The bearer token; undefined: none was sent. */
  token: string | undefined;
  address: () => string;
}

type Body = Record<string, unknown>;

/**
 * Who registrations are counted for: the holders of one initial access token, so that others at their address cannot
 * keep them out, or where none is required, a network.
 */
async function registrant(deps: Deps, token: string | undefined, address: () => string): Promise<string> {
  if (deps.registration.mode === "open") return network(address());
  return `token ${(await initialAccessToken(deps, token)).id}`;
}

/**
 * The client registration endpoint (RFC 7591 §3).
 *
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_token`, `temporarily_unavailable`;
 *   `invalid_request` with 429 after too many registrations from this address, or with this initial access token
 */
export async function register(deps: Deps, { metadata, token, address }: RegistrationRequest): Promise<Body> {
  await deps.throttles.registrations.admit(await registrant(deps, token, address));
  const { client, secret, managementToken } = await registerItself(deps, metadata, token);
  const secrets = secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 };
  return { ...registrationBody(deps, client, managementToken), ...secrets };
}

/**
 * Returns a client's registration (RFC 7592 §2.1), without its secret, which is not stored.
 *
 * @throws OAuthError `invalid_token`
 */
export async function readRegistration(
  deps: Deps,
  id: string,
  { token }: RegistrationRequest,
): Promise<Body> {
  const client = await managedClient(deps, id, token);
  return registrationBody(deps, client, token ?? "");
}

/**
 * Replaces a client's metadata (RFC 7592 §2.2). Whether it has a secret cannot be changed; what an operator has set is not.
 *
 * @throws OAuthError `invalid_token`, `invalid_redirect_uri`, `invalid_client_metadata`; `invalid_request` with 429
 */
export async function updateRegistration(
  deps: Deps,
  id: string,
  { metadata, token }: RegistrationRequest,
): Promise<Body> {
  const client = await managedClient(deps, id, token);
  // Every node drops its cached clients after a change, so changes are limited too: of a client, as it has proved who it
  // is and must not wait for others at its address.
  await deps.throttles.registrationUpdates.admit(id);
  requireOwn(metadata, client, deps.store.now());
  const { scopes } = deps.registration;
  const given = readClientMetadata(metadata, {
    ...deps.registration,
    scopes: availableScopes(client, scopes),
    authMethods: [client.tokenEndpointAuthMethod],
    refusesUnsafeUris: true,
  });
  const change = (present: Client) => {
    if (present.disabledAt !== null) throw new OAuthError("management_token_refused");
    return ownChanges(present, given, scopes);
  };
  const updated = await deps.store.clients.update(id, change, ACTOR);
  if (updated === undefined) throw new OAuthError("management_token_refused");
  return registrationBody(deps, updated.client, token ?? "");
}

/**
 * Removes a client and ends its grants (RFC 7592 §2.3).
 *
 * @throws OAuthError `invalid_token`
 */
export async function deleteRegistration(
  deps: Deps,
  id: string,
  { token }: RegistrationRequest,
): Promise<void> {
  const client = await managedClient(deps, id, token);
  await deps.store.clients.delete(client.id, ACTOR);
}

/** RFC 7592 §2.2: the request MUST include the client's `client_id`; a `client_secret` in it MUST match. */
function requireOwn(metadata: unknown, client: Client, now: number): void {
  const members = presentMembers(metadata);
  const secret = members.get("client_secret");
  if (members.get("client_id") !== client.id)
    throw invalidMetadata("client_id", "must be that of the client");
  if (secret === undefined) return;
  if (typeof secret !== "string" || !secretMatches(client, secret, now)) {
    throw invalidMetadata("client_secret", "must be that of the client, or be left out");
  }
}

/** The client information response (RFC 7591 §3.2.1, RFC 7592 §3). */
function registrationBody({ issuer }: Deps, client: Client, managementToken: string): Body {
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAt / 1000),
    ...clientMetadataBody(client),
    registration_access_token: managementToken,
    registration_client_uri: `${issuer}${PATHS.register}/${client.id}`,
  };
}
