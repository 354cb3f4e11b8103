import { CliError } from "../cli-error.ts";
import { discover } from "./discover.ts";
import type { Discovered } from "./discover.ts";
import type { Login, LoginClientAuth, LoginGrant } from "./login-file.ts";
import { readSecrets } from "./secret-input.ts";
import type { SecretName } from "./secret-input.ts";

/** What the flags of `regrant login` give. */
export interface FactOptions {
  issuer?: string;
  tokenEndpoint?: string;
  revocationEndpoint?: string;
  clientId?: string;
  clientAuth?: LoginClientAuth;
  grant?: LoginGrant;
  username?: string;
  scope?: string;
  secretsStdin?: true;
}

/** A login that is still to be tried, and what is used for that once. */
export interface NewLogin {
  readonly login: Login;
  /** The password, or the refresh token to adopt; with `client_credentials` there is none. */
  readonly onceSecret: string | undefined;
}

const FACT_FLAGS = [
  "issuer",
  "tokenEndpoint",
  "revocationEndpoint",
  "clientId",
  "clientAuth",
  "grant",
  "username",
  "scope",
] as const;

/** Whether a command names nothing but the login: then it is the one that is there, once more. */
export function namesNoFacts(options: FactOptions): boolean {
  return FACT_FLAGS.every((flag) => options[flag] === undefined);
}

/**
 * A login once more: of what it was made all is known, but for the secret that was used once. With `client_credentials`,
 * that is the client's own.
 */
export async function repeatLogin(before: Login, fromStdin: boolean): Promise<NewLogin> {
  const once = ONCE_SECRETS[before.grant];
  const [secret] = await readSecrets([once ?? "client secret"], fromStdin);
  if (once === undefined) return { login: { ...before, clientSecret: secret }, onceSecret: undefined };
  return { login: before, onceSecret: secret };
}

/**
 * Brings together what a login needs: its flags, the server's metadata, and the secrets, which come last, when nothing
 * else can be wrong.
 *
 * @throws {CliError} something is missing, or does not go together (2); the server cannot be reached (75)
 */
export async function collectLogin(options: FactOptions): Promise<NewLogin> {
  const { grant, clientId, username, scope } = options;
  const missing = missingFlags(options);
  if (grant === undefined || clientId === undefined || missing.length > 0) {
    throw new CliError(
      `a login needs ${missing.join(", ")}`,
      "npx regrant login --help tells what they mean",
      2,
    );
  }
  if (grant !== "password" && username !== undefined) {
    throw new CliError("--username goes with --grant password", undefined, 2);
  }
  const server = options.issuer === undefined ? undefined : await discover(options.issuer);
  const clientAuth = options.clientAuth ?? clientAuthFor(server);
  if (grant === "client_credentials" && clientAuth === "none") {
    throw new CliError("a client without a secret cannot have --grant client_credentials", undefined, 2);
  }
  const [clientSecret, onceSecret] = await secretsFor(grant, clientAuth, options.secretsStdin === true);
  const login = {
    grant,
    // One of the two was given, and metadata without it are refused.
    tokenEndpoint: options.tokenEndpoint ?? server?.tokenEndpoint ?? "",
    clientId,
    clientAuth,
    clientSecret,
    issuer: server?.issuer,
    revocationEndpoint: options.revocationEndpoint ?? server?.revocationEndpoint,
    scope: scope || undefined,
    username,
  };
  return { login, onceSecret };
}

function missingFlags({ issuer, tokenEndpoint, clientId, grant, username }: FactOptions): string[] {
  const isServerNamed = issuer !== undefined || tokenEndpoint !== undefined;
  return [
    isServerNamed ? "" : "--issuer or --token-endpoint",
    clientId ? "" : "--client-id",
    grant === undefined ? "--grant" : "",
    grant !== "password" || username ? "" : "--username",
  ].filter((flag) => flag !== "");
}

/** RFC 8414 §2: a server that does not say takes `client_secret_basic`. */
function clientAuthFor(server: Discovered | undefined): LoginClientAuth {
  const { clientAuths = ["client_secret_basic"] } = server ?? {};
  if (clientAuths.includes("client_secret_basic")) return "basic";
  if (clientAuths.includes("client_secret_post")) return "post";
  if (clientAuths.includes("none")) return "none";
  throw new CliError(
    "the server takes none of client_secret_basic, client_secret_post and none",
    undefined,
    2,
  );
}

async function secretsFor(
  grant: LoginGrant,
  clientAuth: LoginClientAuth,
  fromStdin: boolean,
): Promise<[clientSecret: string | undefined, onceSecret: string | undefined]> {
  const ofClient: SecretName[] = clientAuth === "none" ? [] : ["client secret"];
  const once = ONCE_SECRETS[grant];
  const secrets = await readSecrets([...ofClient, ...(once === undefined ? [] : [once])], fromStdin);
  return clientAuth === "none" ? [undefined, secrets[0]] : [secrets[0], secrets[1]];
}

const ONCE_SECRETS: Record<LoginGrant, SecretName | undefined> = {
  password: "password",
  client_credentials: undefined,
  refresh_token: "refresh token",
};
