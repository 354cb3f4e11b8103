import { changeSettings } from "../client-settings/settings.ts";
import { clientViolations } from "../client-settings/violations.ts";
import {
  clientMetadataBody,
  invalidMetadata,
  metadataError,
  readClientMetadata,
} from "../clients/client-metadata.ts";
import { network } from "../limits/network.ts";
import { secretMatches } from "../clients/secret.ts";
import { managedClient, registerItself } from "../clients/self-registration.ts";
import type { Deps } from "../deps.ts";
import type { Client } from "../store/store.ts";
import { PATHS } from "./metadata.ts";

/** Who changes a client through these endpoints, as the events say. */
const ACTOR = "registration";

/** A request to register a client or to manage one, free of HTTP. */
export interface RegistrationRequest {
  /** The body, parsed JSON; undefined: there is none. */
  metadata: unknown;
  /** The bearer token; undefined: none was sent. */
  token: string | undefined;
  address: () => string;
}

type Body = Record<string, unknown>;

/**
 * The client registration endpoint (RFC 7591 §3).
 *
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_token`, `temporarily_unavailable`;
 *   `invalid_request` with 429 after too many registrations from this address
 */
export async function register(deps: Deps, { metadata, token, address }: RegistrationRequest): Promise<Body> {
  await deps.throttles.registrations.admit(network(address()));
  const { client, secret, managementToken } = await registerItself(deps, metadata, token);
  const secrets = secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 };
  return { ...registrationBody(deps, client, managementToken), ...secrets };
}

/**
 * What a client is registered as (RFC 7592 §2.1), without its secret, which is not stored.
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
 * Replaces what a client says of itself (RFC 7592 §2.2); whether it has a secret stays as it is.
 *
 * @throws OAuthError `invalid_token`, `invalid_redirect_uri`, `invalid_client_metadata`; `invalid_request` with 429
 */
export async function updateRegistration(
  deps: Deps,
  id: string,
  { metadata, token, address }: RegistrationRequest,
): Promise<Body> {
  const client = await managedClient(deps, id, token);
  // Each change is told to all nodes, which read their clients again.
  await deps.throttles.registrations.admit(network(address()));
  requireOwn(metadata, client, deps.store.now());
  // What an operator has allowed beyond the service's rules stays within reach.
  const scopes = [...new Set([...deps.registration.scopes, ...client.scopes])];
  const given = readClientMetadata(metadata, scopes, client.tokenEndpointAuthMethod);
  if (given.tokenEndpointAuthMethod !== client.tokenEndpointAuthMethod) {
    throw invalidMetadata("token_endpoint_auth_method", "cannot be changed: register a new client");
  }
  const { settings, changed } = changeSettings(client, given);
  const [violation] = clientViolations(settings, client.public);
  if (violation !== undefined) throw metadataError(violation) ?? new Error(violation.message);
  if (changed.length > 0) await deps.store.clients.update(id, settings, changed, ACTOR);
  return registrationBody(deps, { ...client, ...settings }, token ?? "");
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

/** RFC 7592 §2.2: the request names the client that it is for, and a secret that stands in it must be the client's. */
function requireOwn(metadata: unknown, client: Client, now: number): void {
  const { client_id: id, client_secret: secret } = (metadata ?? {}) as Record<string, unknown>;
  if (id !== client.id) throw invalidMetadata("client_id", "must be that of the client");
  if (secret === undefined) return;
  if (typeof secret !== "string" || !secretMatches(client, secret, now)) {
    throw invalidMetadata("client_secret", "must be that of the client, or be left out");
  }
}

/** RFC 7591 §3.2.1, RFC 7592 §3 */
function registrationBody({ issuer }: Deps, client: Client, managementToken: string): Body {
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAt / 1000),
    ...clientMetadataBody(client),
    registration_access_token: managementToken,
    registration_client_uri: `${issuer}${PATHS.register}/${client.id}`,
  };
}
