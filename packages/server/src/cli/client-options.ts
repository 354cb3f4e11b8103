import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { AccessTokenProfile, ClientSettings, GrantType, RotationPolicy } from "../store/store.ts";

/** What the flags of `client create` and `client update` give; a list that was given replaces the whole list. */
export interface ClientOptions {
  name?: string;
  grantType?: string[];
  scope?: string[];
  redirectUri?: string[];
  firstParty?: boolean;
  requirePkce?: boolean;
  requirePar?: boolean;
  /** false: `--no-logo-uri`. */
  logoUri?: string | false;
  clientUri?: string | false;
  policyUri?: string | false;
  tosUri?: string | false;
  profile?: AccessTokenProfile;
  /** false: `--no-audience`. */
  audience?: string | false;
  resourceServer?: boolean;
  loginProvider?: boolean;
  rotation?: RotationPolicy["rotation"];
  rotationThreshold?: number;
  reuse?: RotationPolicy["reuse"];
  lateRetry?: RotationPolicy["lateRetry"];
  lostWrites?: RotationPolicy["lostWrites"];
  concurrentUse?: RotationPolicy["concurrentUse"];
  retryWindow?: number;
  accessTtl?: number;
  refreshIdleTtl?: number;
  refreshMaxTtl?: number;
}

/** The names that people type, and what they mean; a grant type's full name is understood as well. */
export const GRANT_TYPES = new Map<string, GrantType>(
  Object.entries({
    refresh_token: "refresh_token",
    password: "password",
    client_credentials: "client_credentials",
    authorization_code: "authorization_code",
    device_code: "urn:ietf:params:oauth:grant-type:device_code",
  }),
);

/** Adds the flags of a client's settings. */
export function addClientFlags(command: Command): void {
  const choice = (flag: string, text: string, choices: readonly string[]) =>
    command.addOption(new Option(flag, text).choices(choices));
  const time = (name: string, text: string) => command.option(`${name} <s>`, `${text}, s`, wholeNumber);

  const grantTypes = new Option("--grant-type <type>", "what it may ask for tokens with; repeatable");
  command.addOption(grantTypes.argParser(grantType));
  command.option("--scope <scope>", "a scope it may be granted; repeatable", scopes);
  command.option("--redirect-uri <uri>", "where authorization answers may go; repeatable", repeated);
  command.option("--first-party", "it is the provider's own: nobody is asked for consent");
  command.option("--require-pkce", "its authorization requests need PKCE, as a public client's always do");
  command.option("--require-par", "its authorization requests must be pushed (RFC 9126)");
  command.option("--logo-uri <url>", "its logo, for the consent page");
  command.option("--client-uri <url>", "its home page, for the consent page");
  command.option("--policy-uri <url>", "its privacy policy, for the consent page");
  command.option("--tos-uri <url>", "its terms of service, for the consent page");
  choice("--profile <profile>", "the claims of its access tokens", ["rfc9068", "passport"]);
  command.option("--audience <uri>", "aud of its access tokens (the service's unless given)");
  command.option("--resource-server", "it is a resource server: it may introspect every token");
  command.option("--login-provider", "it is your own login page: it may say who somebody is");
  choice("--rotation <when>", "when a refresh makes a new refresh token", ["always", "threshold", "never"]);
  time("--rotation-threshold", "with threshold: age of the token from which it rotates");
  choice("--reuse <policy>", "what a spent refresh token does to its grant", ["revoke", "detect"]);
  choice("--late-retry <policy>", "whether a retry after the window is answered", ["once", "refuse"]);
  choice("--lost-writes <policy>", "a token that a restored store has not seen yet", ["recover", "reject"]);
  choice("--concurrent-use <policy>", "a grant that two holders seem to refresh", ["report", "revoke"]);
  time("--retry-window", "how long a repeated refresh gets the same answer");
  time("--access-ttl", "lifetime of an access token");
  time("--refresh-idle-ttl", "how long a refresh token may lie unused");
  time("--refresh-max-ttl", "how long a grant lasts however often it is refreshed");
}

/** The settings that were given; none of the others is present. */
export function givenSettings(options: ClientOptions): Partial<ClientSettings> {
  const { grantType, scope, redirectUri, audience, ...rest } = options;
  const cleared = (value: string | false | undefined) => (value === false ? null : value);
  const given: { -readonly [Key in keyof ClientSettings]?: ClientSettings[Key] | undefined } = {
    name: rest.name?.trim(),
    grantTypes: grantType && (grantType as GrantType[]),
    scopes: scope,
    redirectUris: redirectUri,
    firstParty: rest.firstParty,
    requirePkce: rest.requirePkce,
    requirePar: rest.requirePar,
    logoUri: cleared(rest.logoUri),
    clientUri: cleared(rest.clientUri),
    policyUri: cleared(rest.policyUri),
    tosUri: cleared(rest.tosUri),
    audience: cleared(audience),
    profile: rest.profile,
    resourceServer: rest.resourceServer,
    loginProvider: rest.loginProvider,
    rotation: rest.rotation,
    rotationThreshold: rest.rotationThreshold,
    reuse: rest.reuse,
    lateRetry: rest.lateRetry,
    lostWrites: rest.lostWrites,
    concurrentUse: rest.concurrentUse,
    retryWindow: rest.retryWindow,
    accessTtl: rest.accessTtl,
    refreshIdleTtl: rest.refreshIdleTtl,
    refreshMaxTtl: rest.refreshMaxTtl,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Parses a whole number for an option. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** An empty value stands for an empty list. */
function repeated(value: string, before: readonly string[] = []): string[] {
  return value === "" ? [...before] : [...new Set([...before, value])];
}

/** A scope holds no space, so several may stand in one value as they do on the wire. */
export function scopes(value: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, ...value.split(" ").filter((scope) => scope !== "")])];
}

function grantType(value: string, before: unknown): string[] {
  const name = GRANT_TYPES.get(value) ?? [...GRANT_TYPES.values()].find((full) => full === value);
  if (value !== "" && name === undefined) {
    throw new InvalidArgumentError(`Allowed choices are ${[...GRANT_TYPES.keys()].join(", ")}.`);
  }
  return repeated(name ?? "", before as readonly string[] | undefined);
}
