import { CliError } from "../cli-error.ts";
import { discover } from "./discover.ts";
import type { ServerMetadata } from "./discover.ts";
import { DEFAULT_ALGORITHMS } from "./dpop.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { Login, LoginClientAuth, LoginGrant } from "./login-file.ts";
import { readSecrets } from "./secret-input.ts";
import { GRANT_SECRETS } from "./secret-text.ts";
import type { SecretName } from "./secret-text.ts";

/** The options of `regrant login`. */
export interface LoginOptions {
  account: string;
  json?: true;
  issuer?: string;
  /** Overrides the issuer's metadata. */
  tokenEndpoint?: string;
  /** Overrides the issuer's metadata. */
  revocationEndpoint?: string;
  clientId?: string;
  clientAuth?: LoginClientAuth;
  grant?: LoginGrant;
  username?: string;
  /** Space-separated (RFC 6749 §3.3). */
  scope?: string;
  /** Accept endpoints without encryption. */
  allowHttp?: true;
  /** Bind the tokens to a key. */
  dpop?: true;
  /** Read the secrets from standard input instead of prompting. */
  secretsStdin?: true;
}

/** A login whose first tokens have not been requested yet. */
interface NewLogin {
  readonly login: Login;
  /** The password or the refresh token of the grant; not stored. undefined: `client_credentials` needs none. */
  readonly grantSecret: string | undefined;
}

/** The options that describe a login. */
const LOGIN_FLAGS = [
  "issuer",
  "tokenEndpoint",
  "revocationEndpoint",
  "clientId",
  "clientAuth",
  "grant",
  "username",
  "scope",
  "allowHttp",
  "dpop",
] as const;

/** Whether only the login's name is given: the stored login is then renewed. */
export function hasNoOptions(options: LoginOptions): boolean {
  return LOGIN_FLAGS.every((flag) => options[flag] === undefined);
}

/**
 * Renews a stored login: reads only the secret that is not stored, or the client secret of `client_credentials`.
 *
 * @throws {CliError} the secret cannot be read (2)
 */
export async function renewLogin(before: Login, fromStdin: boolean): Promise<NewLogin> {
  const name = GRANT_SECRETS[before.grant];
  const [secret] = await readSecrets([name ?? "client secret"], fromStdin);
  if (name === undefined) return { login: { ...before, clientSecret: secret }, grantSecret: undefined };
  return { login: before, grantSecret: secret };
}

/**
 * Builds a login from its options, the server's metadata and the secrets, which are read last, when nothing else can fail.
 *
 * @throws {CliError} an option is missing or invalid (2); the server cannot be reached (75)
 */
export async function newLogin(options: LoginOptions): Promise<NewLogin> {
  const { grant, clientId, username, scope } = options;
  const given = endpointsOf(options);
  const missing = missingFlags(options);
  if (grant === undefined || clientId === undefined || missing.length > 0) {
    throw new CliError(`missing options: ${missing.join(", ")}`, "see npx regrant login --help", 2);
  }
  if (grant !== "password" && username !== undefined) {
    throw new CliError("--username requires --grant password", undefined, 2);
  }
  const server = options.issuer === undefined ? undefined : await discover(options.issuer, options.allowHttp);
  const clientAuth = options.clientAuth ?? clientAuthFor(server);
  if (grant === "client_credentials" && clientAuth === "none") {
    throw new CliError("--grant client_credentials requires a client secret", undefined, 2);
  }
  const [clientSecret, grantSecret] = await readLoginSecrets(
    grant,
    clientAuth,
    options.secretsStdin === true,
  );
  const login = {
    grant,
    // One of the two is given, and metadata without it is refused.
    tokenEndpoint: given.tokenEndpoint ?? server?.tokenEndpoint ?? "",
    clientId,
    clientAuth,
    clientSecret,
    issuer: server?.issuer,
    revocationEndpoint: given.revocationEndpoint ?? server?.revocationEndpoint,
    scope: scope || undefined,
    username,
    allowHttp: options.allowHttp,
    dpop: options.dpop && (server?.dpopAlgorithms ?? DEFAULT_ALGORITHMS),
  };
  return { login, grantSecret };
}

/** The endpoints of the options, as URLs. @throws {CliError} one is not https (2) */
function endpointsOf({ tokenEndpoint, revocationEndpoint, allowHttp }: LoginOptions) {
  const parse = (flag: string, text: string | undefined) =>
    text === undefined ? undefined : parseEndpoint(flag, text, allowHttp === true);
  return {
    tokenEndpoint: parse("--token-endpoint", tokenEndpoint),
    revocationEndpoint: parse("--revocation-endpoint", revocationEndpoint),
  };
}

/** The required flags that are missing, as the error names them. */
function missingFlags({ issuer, tokenEndpoint, clientId, grant, username }: LoginOptions): string[] {
  const hasServer = issuer !== undefined || tokenEndpoint !== undefined;
  return [
    hasServer ? "" : "--issuer or --token-endpoint",
    clientId ? "" : "--client-id",
    grant === undefined ? "--grant" : "",
    grant !== "password" || username ? "" : "--username",
  ].filter((flag) => flag !== "");
}

/** The authentication method to use. RFC 8414 §2: the default is `client_secret_basic`. */
function clientAuthFor(server: ServerMetadata | undefined): LoginClientAuth {
  const { authMethods = ["client_secret_basic"] } = server ?? {};
  if (authMethods.includes("client_secret_basic")) return "basic";
  if (authMethods.includes("client_secret_post")) return "post";
  if (authMethods.includes("none")) return "none";
  throw new CliError(
    "the server supports none of client_secret_basic, client_secret_post and none",
    undefined,
    2,
  );
}

/** Reads the client secret, then the secret of the grant; undefined where there is none. */
async function readLoginSecrets(
  grant: LoginGrant,
  clientAuth: LoginClientAuth,
  fromStdin: boolean,
): Promise<[clientSecret: string | undefined, grantSecret: string | undefined]> {
  const ofClient: SecretName[] = clientAuth === "none" ? [] : ["client secret"];
  const name = GRANT_SECRETS[grant];
  const secrets = await readSecrets([...ofClient, ...(name === undefined ? [] : [name])], fromStdin);
  return clientAuth === "none" ? [undefined, secrets[0]] : [secrets[0], secrets[1]];
}
