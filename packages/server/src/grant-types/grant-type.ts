import type { EndpointRequest } from "../clients/endpoint-request.ts";
import { findResource } from "../config/resource-identifier.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import type { TokenResponse } from "./token-response.ts";

/** Each parameter of a token request once, none empty (RFC 6749 §3.2). */
export type Parameters = ReadonlyMap<string, string>;

/** Handles a token request of one grant type, for a client that has authenticated and may use the grant type. */
export type GrantTypeHandler = (
  deps: Deps,
  client: Client,
  request: EndpointRequest,
) => Promise<TokenResponse>;

/**
 * Makes a handler (RFC 6749 §1.3). `parse` reads the parameters into one typed value and checks what needs no store;
 * `respond` issues the tokens. Both throw `OAuthError`.
 */
export function grantType<Parsed>(
  parse: (parameters: Parameters) => Parsed,
  respond: (deps: Deps, client: Client, parsed: Parsed, request: EndpointRequest) => Promise<TokenResponse>,
): GrantTypeHandler {
  return (deps, client, request) => respond(deps, client, parse(request.parameters), request);
}

/**
 * Reads a required parameter.
 *
 * @throws OAuthError `invalid_request` if it is missing, or longer than `maxBytes`
 */
export function required(parameters: Parameters, parameter: string, maxBytes = Infinity): string {
  const value = parameters.get(parameter);
  if (value === undefined) throw new OAuthError("parameter_missing", { parameter });
  if (maxBytes < Infinity && Buffer.byteLength(value) > maxBytes) {
    throw new OAuthError("parameter_too_long", { parameter });
  }
  return value;
}

/**
 * The audience that a `resource` parameter names (RFC 8707 §2), if this service issues tokens for it. It is compared as a
 * URI, and returned as the configuration writes it.
 *
 * @returns null: the client's own; undefined: the request names none
 * @throws OAuthError `invalid_target`
 */
export function requestedResource(
  { audience, resources }: Pick<Deps, "audience" | "resources">,
  client: Pick<Client, "audience" | "profile">,
  resource: string | undefined,
): string | null | undefined {
  if (resource === undefined) return undefined;
  const own = client.audience ?? audience;
  // Passport's tokens always have the client's id as `aud`.
  const available = client.profile === "rfc9068" ? [own, ...resources] : [own];
  const configured = findResource(available, resource);
  if (configured !== undefined) return configured === own ? null : configured;
  throw new OAuthError("resource_mismatch");
}
