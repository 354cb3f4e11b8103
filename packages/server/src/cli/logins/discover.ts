import { CliError } from "../cli-error.ts";
import { endpointViolation } from "./endpoint.ts";
import { fetchJson } from "./fetch-json.ts";
import type { JsonResponse } from "./fetch-json.ts";
import { sanitize } from "./terminal-text.ts";

/** The part of a server's metadata that a login uses (RFC 8414 §2). */
export interface ServerMetadata {
  /** As the server writes it. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  /** `token_endpoint_auth_methods_supported`; undefined: not advertised. */
  readonly authMethods: readonly string[] | undefined;
}

/** URLs of the metadata: RFC 8414 §3.1, then OpenID Connect Discovery 1.0 §4. */
const METADATA_URLS: readonly ((issuer: URL) => string)[] = [
  ({ origin, pathname }) => `${origin}/.well-known/oauth-authorization-server${withoutSlash(pathname)}`,
  ({ origin, pathname }) => `${origin}${withoutSlash(pathname)}/.well-known/openid-configuration`,
];

/**
 * Reads the metadata of an authorization server.
 *
 * @throws {CliError} the server cannot be reached (75), or has no valid metadata (2)
 */
export async function discover(issuer: string): Promise<ServerMetadata> {
  const violation = endpointViolation(issuer);
  if (violation !== undefined) throw new CliError(`--issuer must ${violation}`, undefined, 2);
  for (const urlOf of METADATA_URLS) {
    const url = urlOf(new URL(issuer));
    const { status, body } = await fetchJson(url, { headers: { accept: "application/json" } });
    if (status === 200 && body !== undefined) return validate(body, issuer);
    if (status === 429 || status >= 500)
      throw new CliError(`${url} returned ${status}`, "try again later", 75);
  }
  const hint = "pass --token-endpoint instead; see the server's documentation";
  throw new CliError(`${issuer} has no authorization server metadata (RFC 8414)`, hint, 2);
}

/** @throws {CliError} the metadata is another issuer's, or an endpoint is missing or not https (2) */
function validate(metadata: NonNullable<JsonResponse["body"]>, issuer: string): ServerMetadata {
  const { issuer: named, token_endpoint_auth_methods_supported: authMethods } = metadata;
  // RFC 8414 §3.3: otherwise one server could impersonate another.
  if (typeof named !== "string" || withoutSlash(named) !== withoutSlash(issuer)) {
    const message = `issuer mismatch: the metadata of ${issuer} names ${sanitize(String(named))}`;
    throw new CliError(message, undefined, 2);
  }
  const tokenEndpoint = endpointOf(metadata, "token_endpoint");
  if (tokenEndpoint === undefined) {
    throw new CliError(`the metadata of ${issuer} has no token_endpoint`, undefined, 2);
  }
  return {
    issuer: named,
    tokenEndpoint,
    revocationEndpoint: endpointOf(metadata, "revocation_endpoint"),
    authMethods: Array.isArray(authMethods) ? authMethods.map(String) : undefined,
  };
}

/** One endpoint of the metadata; undefined: not advertised. */
function endpointOf(metadata: NonNullable<JsonResponse["body"]>, name: string): string | undefined {
  const url = metadata[name];
  if (url === undefined) return undefined;
  const violation = typeof url === "string" ? endpointViolation(url) : "be a string";
  if (typeof url === "string" && violation === undefined) return url;
  throw new CliError(`invalid ${name} in the server's metadata: it must ${violation}`, undefined, 2);
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}
