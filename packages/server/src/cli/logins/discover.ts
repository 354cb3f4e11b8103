import { CliError } from "../cli-error.ts";
import { askServer } from "./ask-server.ts";
import type { ServerAnswer } from "./ask-server.ts";
import { endpointFault } from "./endpoint.ts";
import { printable } from "./printable.ts";

/** What a login takes of a server's metadata (RFC 8414 §2). */
export interface Discovered {
  /** As the server writes it. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  /** `client_secret_basic` and the like; undefined: the server does not say. */
  readonly clientAuths: readonly string[] | undefined;
}

/** Where metadata are: by RFC 8414 §3.1, and by OpenID Connect Discovery, which is older. */
const PLACES: readonly ((issuer: URL) => string)[] = [
  ({ origin, pathname }) => `${origin}/.well-known/oauth-authorization-server${withoutSlash(pathname)}`,
  ({ origin, pathname }) => `${origin}${withoutSlash(pathname)}/.well-known/openid-configuration`,
];

/**
 * Reads where a server's endpoints are.
 *
 * @throws {CliError} it does not answer (75), or has no metadata that can be believed (2)
 */
export async function discover(issuer: string): Promise<Discovered> {
  const fault = endpointFault(issuer);
  if (fault !== undefined) throw new CliError(`--issuer must ${fault}`, undefined, 2);
  for (const place of PLACES) {
    const url = place(new URL(issuer));
    const { status, body } = await askServer(url, { headers: { accept: "application/json" } });
    if (status === 200 && body !== undefined) return checked(body, issuer);
    if (status === 429 || status >= 500)
      throw new CliError(`${url} answers ${status}`, "try again later", 75);
  }
  const hint = "give --token-endpoint instead, which the server's documentation names";
  throw new CliError(`${issuer} has no metadata (RFC 8414)`, hint, 2);
}

function checked(metadata: NonNullable<ServerAnswer["body"]>, issuer: string): Discovered {
  const { issuer: named, token_endpoint_auth_methods_supported: clientAuths } = metadata;
  // RFC 8414 §3.3: or else one server could speak for another.
  if (typeof named !== "string" || withoutSlash(named) !== withoutSlash(issuer)) {
    throw new CliError(`the metadata of ${issuer} are of another: ${printable(String(named))}`, undefined, 2);
  }
  const tokenEndpoint = endpointOf(metadata, "token_endpoint");
  if (tokenEndpoint === undefined)
    throw new CliError("the server's metadata name no token_endpoint", undefined, 2);
  return {
    issuer: named,
    tokenEndpoint,
    revocationEndpoint: endpointOf(metadata, "revocation_endpoint"),
    clientAuths: Array.isArray(clientAuths) ? clientAuths.map(String) : undefined,
  };
}

function endpointOf(metadata: NonNullable<ServerAnswer["body"]>, name: string): string | undefined {
  const url = metadata[name];
  if (url === undefined) return undefined;
  const fault = typeof url === "string" ? endpointFault(url) : "be a text";
  if (typeof url === "string" && fault === undefined) return url;
  throw new CliError(`the server's ${name} cannot be used: it must ${fault}`, undefined, 2);
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}
