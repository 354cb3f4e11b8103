/** What a resource server says of itself (RFC 9728 §2). */
export interface ProtectedResourceOptions {
  /** Its identifier: an https URL without fragment; `aud` of the tokens that are for it (RFC 8707). */
  resource: string;
  /** Issuers whose tokens it takes. */
  authorizationServers: readonly string[];
  /** Scopes that a client may want to ask for. */
  scopes?: readonly string[];
  /** For people. */
  name?: string;
  /** URL of the documentation for developers. */
  documentation?: string;
}

/** A resource server's metadata: where it is to be served, and what. */
export interface ProtectedResource {
  /** The identifier. */
  readonly resource: string;
  /** `resource_metadata` of the challenges. */
  readonly url: string;
  /** Of the URL. */
  readonly path: string;
  readonly document: Readonly<Record<string, unknown>>;
  /** The document for any origin, to be cached for an hour. */
  response(): Response;
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * The metadata by which clients find the authorization server (RFC 9728).
 *
 * @throws TypeError where the resource is no absolute http or https URL, or has a fragment
 */
export function protectedResource(options: ProtectedResourceOptions): ProtectedResource {
  const { resource, authorizationServers, scopes, name, documentation } = options;
  const parsed = URL.canParse(resource) ? new URL(resource) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || /[#"]/.test(resource)) {
    throw new TypeError("resource must be an absolute http or https URL without a fragment");
  }
  // RFC 9728 §3.1: between the host and the path, without a slash that ends the whole.
  const path = WELL_KNOWN + parsed.pathname.replace(/\/$/, "");
  const document = {
    resource,
    authorization_servers: authorizationServers,
    bearer_methods_supported: ["header"],
    ...(scopes === undefined ? {} : { scopes_supported: scopes }),
    ...(name === undefined ? {} : { resource_name: name }),
    ...(documentation === undefined ? {} : { resource_documentation: documentation }),
  };
  const headers = { "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600" };
  return {
    resource,
    url: parsed.origin + path + parsed.search,
    path,
    document,
    response: () => Response.json(document, { headers }),
  };
}
