import { ClientConfigError, clientSecretBasic, isTokenError, SessionEndedError } from "@regrant/client";
import { clientCredentials } from "@regrant/client/grants";
import { readFileSync } from "node:fs";
import { RESOURCE_METADATA_PATH } from "../../admin-api/paths.ts";
import { ADMIN_VARIABLES } from "../../config/admin-variables.ts";
import { CliError, toReadError } from "../cli-error.ts";
import { discover } from "../logins/discover.ts";
import { endpointViolation } from "../logins/endpoint.ts";
import { proxyFetch } from "../logins/proxy-fetch.ts";
import { explainNetworkErrors, withRefusal } from "../logins/terminal-text.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the access tokens for a server's admin API come from. */
export interface Credentials {
  /** Returns a token; another one if the server has refused the last and there can be another. */
  token: (isRefused?: boolean) => Promise<string>;
  /** What to do where the server refuses the token. */
  hint: string;
}

const MAKE_ONE = "npx regrant admin token makes one on the server";

/**
 * The credentials of the environment: an access token, or a client's id and secret. No flag takes them: other users of
 * the machine can see arguments.
 *
 * @throws CliError exit code 2: there are none, or they cannot be used
 */
export function credentialsFor(server: string, env: Environment = process.env): Credentials {
  const token = secretOf(env, "token", "tokenFile");
  if (token !== undefined) {
    return { token: () => Promise.resolve(token), hint: `set another ${ADMIN_VARIABLES.token}: ${MAKE_ONE}` };
  }
  const clientId = env[ADMIN_VARIABLES.clientId];
  const clientSecret = secretOf(env, "clientSecret", "clientSecretFile");
  if (clientId && clientSecret !== undefined) return ofClient(server, clientId, clientSecret);
  const { token: t, clientId: id, clientSecret: secret } = ADMIN_VARIABLES;
  throw new CliError(`no access token for ${server}`, `set ${t} (${MAKE_ONE}), or ${id} and ${secret}`, 2);
}

function secretOf(
  env: Environment,
  value: keyof typeof ADMIN_VARIABLES,
  file: keyof typeof ADMIN_VARIABLES,
): string | undefined {
  const path = env[ADMIN_VARIABLES[file]];
  const name = env[ADMIN_VARIABLES[value]] ? ADMIN_VARIABLES[value] : ADMIN_VARIABLES[file];
  const text = env[ADMIN_VARIABLES[value]] || (path && readSecretFile(path));
  if (!text) return undefined;
  const secret = text.trim();
  if (/^[!-~]+$/.test(secret)) return secret;
  throw new CliError(`${name} holds no secret: it must be ASCII characters without spaces`, undefined, 2);
}

function readSecretFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw toReadError(error as Error, path);
  }
}

/** Access tokens by the client credentials grant (RFC 6749 §4.4); a new one when the server refuses the last. */
function ofClient(server: string, clientId: string, secret: string): Credentials {
  let last: Promise<string> | undefined;
  const request = async () => {
    const { tokenEndpoint } = await discover(await issuerOf(server));
    try {
      const clientAuth = clientSecretBasic(secret);
      const options = { tokenEndpoint, clientId, clientAuth, fetch: proxyFetch };
      return (await clientCredentials(options)).access_token;
    } catch (error) {
      throw tokenError(error, tokenEndpoint);
    }
  };
  return {
    token: (isRefused = false) => (last = isRefused || last === undefined ? request() : last),
    hint: `the client ${clientId} needs the scope regrant:admin or regrant:admin.read, given by an operator`,
  };
}

/** The issuer, which is not the address of an admin listener of its own: its metadata names it (RFC 9728 §2). */
async function issuerOf(server: string): Promise<string> {
  const url = server + RESOURCE_METADATA_PATH;
  try {
    const response = await proxyFetch(url, { redirect: "error", signal: AbortSignal.timeout(10_000) });
    const metadata = response.ok ? ((await response.json()) as { authorization_servers?: unknown }) : {};
    const [issuer]: unknown[] = Array.isArray(metadata.authorization_servers)
      ? metadata.authorization_servers
      : [];
    return typeof issuer === "string" && endpointViolation(issuer) === undefined ? issuer : server;
  } catch {
    // The request for its metadata says what is wrong.
    return server;
  }
}

function tokenError(error: unknown, tokenEndpoint: string): unknown {
  if (!isTokenError(error)) return error;
  const message = `${tokenEndpoint}: ${explainNetworkErrors(error.message, tokenEndpoint)}`;
  if (error instanceof ClientConfigError || error instanceof SessionEndedError) {
    const { clientId, clientSecret } = ADMIN_VARIABLES;
    const hint = `check ${clientId} and ${clientSecret}: a client with the grant type client_credentials`;
    return new CliError(withRefusal(message, error), hint, 2);
  }
  return new CliError(withRefusal(message, error), "try again later", 75);
}
