import type { EndpointRequest } from "../clients/endpoint-request.ts";
import type { OwnApi } from "../config/reserved-scopes.ts";
import { findResource, sameResource } from "../config/resource-identifier.ts";
import { isScopeToken } from "../config/values.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import { useProof } from "../sender/prove-sender.ts";
import type { Sender } from "../sender/sender.ts";
import type { Client } from "../store/store.ts";
import type { TokenResponse } from "./token-response.ts";

/** Each parameter of a token request once, none empty (RFC 6749 §3.2). */
export type Parameters = ReadonlyMap<string, string>;

/** A request to the token endpoint, by a client that has authenticated. */
export interface TokenRequest extends EndpointRequest {
  /** What it proves to possess. */
  readonly sender: Sender;
}

/** Handles a token request of one grant type, for a client that has authenticated and may use the grant type. */
export type GrantTypeHandler = (deps: Deps, client: Client, request: TokenRequest) => Promise<TokenResponse>;

/**
 * Makes a handler (RFC 6749 §1.3). `parse` reads the parameters into one typed value and checks what needs no store;
 * `respond` issues the tokens, once the proof of the request is used up. Both throw `OAuthError`.
 */
export function grantType<Parsed>(
  parse: (parameters: Parameters) => Parsed,
  respond: (deps: Deps, client: Client, parsed: Parsed, request: TokenRequest) => Promise<TokenResponse>,
): GrantTypeHandler {
  return async (deps, client, request) => {
    const parsed = parse(request.parameters);
    await useProof(deps, request.sender);
    return respond(deps, client, parsed, request);
  };
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
 * Reads a `scope` parameter: its scopes, each once, in the order of the request (RFC 6749 §3.3). Undefined if it has
 * none.
 *
 * @throws OAuthError `invalid_scope` if one has a character outside RFC 6749's `scope-token`
 */
export function parseScope(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const scopes = [...new Set(value.split(" ").filter((scope) => scope !== ""))];
  if (scopes.length === 0) return undefined;
  const malformed = scopes.find((scope) => !isScopeToken(scope));
  if (malformed !== undefined) throw new OAuthError("malformed_scope", { scope: malformed });
  return scopes;
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

/**
 * The audience of a token for an API of Regrant's own. A request may name it, and no other.
 *
 * @throws OAuthError `invalid_target`
 */
export function ownResource({ issuer }: Pick<Deps, "issuer">, api: OwnApi, resource: string | undefined) {
  const own = issuer + api;
  if (resource !== undefined && !sameResource(own, resource)) throw new OAuthError("resource_mismatch");
  return own;
}
