import { discover as discoverAt, DiscoveryError } from "@regrant/client/metadata";
import type { ServerMetadata as Metadata } from "@regrant/client/metadata";
import { CliError } from "../cli-error.ts";
import { endpointViolation, parseEndpoint } from "./endpoint.ts";
import { proxyFetch } from "./proxy-fetch.ts";
import { explainNetworkErrors, sanitize } from "./terminal-text.ts";

/** The part of a server's metadata that a login uses (RFC 8414 §2). */
export interface ServerMetadata {
  /** As the server writes it. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  /** `token_endpoint_auth_methods_supported`; undefined: not advertised. */
  readonly authMethods: readonly string[] | undefined;
  /** `dpop_signing_alg_values_supported`; undefined: not advertised. */
  readonly dpopAlgorithms: readonly string[] | undefined;
}

/** For all places where metadata may be, ms. */
const TIMEOUT = 10_000;

/**
 * Reads the metadata of an authorization server.
 *
 * @throws {CliError} the server cannot be reached (75), or has no valid metadata (2)
 */
export async function discover(issuer: string, allowHttp = false): Promise<ServerMetadata> {
  parseEndpoint("--issuer", issuer, allowHttp);
  const metadata = await readMetadata(issuer, allowHttp);
  const { token_endpoint_auth_methods_supported: authMethods } = metadata;
  return {
    issuer: metadata.issuer,
    tokenEndpoint: endpointOf(metadata, "token_endpoint", allowHttp) ?? "",
    revocationEndpoint: endpointOf(metadata, "revocation_endpoint", allowHttp),
    authMethods: Array.isArray(authMethods) ? authMethods.map(String) : undefined,
    dpopAlgorithms: metadata.dpop_signing_alg_values_supported?.map(String),
  };
}

/**
 * Where a Regrant server says what became of a refresh token; undefined: it is another server, or the URL is not https.
 *
 * @throws {CliError} as `discover`
 */
export async function discoverExplanation(issuer: string, allowHttp = false): Promise<string | undefined> {
  const { explanation_endpoint: url } = await readMetadata(issuer, allowHttp);
  const isGood = typeof url === "string" && endpointViolation(url, allowHttp) === undefined;
  return isGood ? new URL(url).href : undefined;
}

async function readMetadata(issuer: string, allowHttp: boolean): Promise<Metadata> {
  const options = {
    endpoints: ["token_endpoint"],
    timeoutMs: TIMEOUT,
    allowHttp,
    fetch: proxyFetch,
  } as const;
  try {
    return await discoverAt(issuer, options);
  } catch (error) {
    throw error instanceof DiscoveryError ? notFound(issuer, error) : error;
  }
}

/** The most telling of what the places answered. */
function notFound(issuer: string, { failures }: DiscoveryError): CliError {
  const find = (fault: string) => failures.find((failure) => failure.fault === fault);
  const unavailable = find("unavailable");
  if (unavailable) {
    const message = explainNetworkErrors(unavailable.message, issuer);
    return new CliError(message, "check the URL, or try again later", 75);
  }
  const other = find("other_issuer");
  if (other) return new CliError(`issuer mismatch: ${sanitize(other.message)}`, undefined, 2);
  if (find("bad_endpoint")) {
    const message = "invalid token_endpoint in the server's metadata: it must be https";
    return new CliError(message, undefined, 2);
  }
  if (find("no_endpoint")) {
    return new CliError(`the metadata of ${issuer} has no token_endpoint`, undefined, 2);
  }
  const hint = "pass --token-endpoint instead; see the server's documentation";
  return new CliError(`${issuer} has no authorization server metadata (RFC 8414)`, hint, 2);
}

/**
 * One endpoint of the metadata, normalised, and so safe to print; undefined: not advertised.
 *
 * @throws {CliError} it is not https (2)
 */
function endpointOf(
  metadata: Metadata,
  name: keyof Metadata & string,
  allowHttp: boolean,
): string | undefined {
  const url = metadata[name];
  if (typeof url !== "string") return undefined;
  return parseEndpoint(`invalid ${name} in the server's metadata: it`, url, allowHttp);
}
