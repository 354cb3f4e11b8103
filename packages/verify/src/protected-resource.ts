import { parseUrl } from "./parse-url.ts";
import { DEFAULT_PROOF_ALGORITHMS } from "./sender-options.ts";
import type { DpopOptions, MtlsOptions } from "./sender-options.ts";

/** Metadata of a protected resource (RFC 9728 §2). */
export interface ProtectedResourceOptions {
  /** The resource identifier: an https URL without fragment, the `aud` of its tokens (RFC 8707). */
  resource: string;
  /** Issuers whose tokens it accepts. */
  authorizationServers: readonly string[];
  /** Scopes that clients may request. */
  scopes?: readonly string[];
  /** Human-readable name. */
  name?: string;
  /** URL of the developer documentation. */
  documentation?: string;
  /** The same `dpop` as the verifier's: tokens may be bound to a key, or must be (RFC 9449). */
  dpop?: Pick<DpopOptions, "required" | "algorithms">;
  /** The same `mtls` as the verifier's: tokens may be bound to a client certificate (RFC 8705). */
  mtls?: MtlsOptions;
  /** Types of `authorization_details` that it understands (RFC 9396). */
  authorizationDetailsTypes?: readonly string[];
}

/** The metadata document and where to serve it. */
export interface ProtectedResource {
  /** The resource identifier. */
  readonly resource: string;
  /** URL of the document: `resource_metadata` in challenges (RFC 9728 §5.1). */
  readonly url: string;
  /** Path of the URL, for the route. */
  readonly path: string;
  /** The document (RFC 9728 §2): serve it as JSON. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The document as a response: any origin may read it, cached for an hour. */
  response(): Response;
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * Builds the metadata by which clients find the authorization server (RFC 9728).
 *
 * @throws TypeError the resource is not an absolute http or https URL, or has a fragment
 */
export function protectedResource(options: ProtectedResourceOptions): ProtectedResource {
  const { resource, authorizationServers, scopes, name, documentation, dpop, mtls } = options;
  const parsed = parseUrl(resource);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || /[#"]/.test(resource)) {
    throw new TypeError("resource must be an absolute http or https URL without a fragment");
  }
  // RFC 9728 §3.1: the well-known path goes between the host and the path, without a trailing slash.
  const path = WELL_KNOWN + parsed.pathname.replace(/\/$/, "");
  const document = withoutUndefined({
    resource,
    authorization_servers: authorizationServers,
    bearer_methods_supported: ["header"],
    scopes_supported: scopes,
    resource_name: name,
    resource_documentation: documentation,
    dpop_signing_alg_values_supported: dpop && (dpop.algorithms ?? DEFAULT_PROOF_ALGORITHMS),
    // Where a certificate will do as well, no client must have a DPoP key.
    dpop_bound_access_tokens_required: dpop && dpop.required === true && mtls === undefined,
    tls_client_certificate_bound_access_tokens: mtls && true,
    authorization_details_types_supported: options.authorizationDetailsTypes,
  });
  const headers = {
    "Content-Type": "application/json",
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
  };
  return {
    resource,
    url: parsed.origin + path + parsed.search,
    path,
    document,
    response: () => new Response(JSON.stringify(document), { headers }),
  };
}

function withoutUndefined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
