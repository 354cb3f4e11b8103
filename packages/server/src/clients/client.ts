import { isScopeToken } from "../config/values.ts";
import type { ClientSettings } from "../store/store.ts";
import { redirectUriViolation } from "./redirect-uri.ts";

/** Lifetimes of a new client that names none, s. */
export interface ClientDefaults {
  accessTtl: number;
  refreshIdleTtl: number;
  refreshMaxTtl: number;
  retryWindow: number;
}

const MAX_REDIRECT_URIS = 20;

const PAGES = ["logoUri", "clientUri", "policyUri", "tosUri"] as const;

/** The settings of a new client: the service's lifetimes, the safest policies, what is given on top. */
export function newClientSettings(
  given: Partial<ClientSettings> & { name: string },
  defaults: ClientDefaults,
): ClientSettings {
  const refreshIdleTtl = given.refreshIdleTtl ?? defaults.refreshIdleTtl;
  return {
    grantTypes: ["refresh_token"],
    scopes: [],
    redirectUris: [],
    firstParty: false,
    requirePkce: false,
    requirePar: false,
    selfRegistered: false,
    metadataUri: null,
    logoUri: null,
    clientUri: null,
    policyUri: null,
    tosUri: null,
    profile: "rfc9068",
    audience: null,
    resourceServer: false,
    loginProvider: false,
    rotation: "always",
    rotationThreshold: Math.floor(refreshIdleTtl / 2),
    reuse: "revoke",
    lateRetry: "once",
    lostWrites: "recover",
    concurrentUse: "report",
    accessTtl: defaults.accessTtl,
    refreshIdleTtl: defaults.refreshIdleTtl,
    refreshMaxTtl: defaults.refreshMaxTtl,
    retryWindow: defaults.retryWindow,
    ...given,
  };
}

/**
 * What is wrong with a client's settings, a sentence each; none: they hold together. A public client has no secret,
 * so rotation and reuse detection are all that protects its refresh tokens (RFC 9700 §4.14.2).
 */
export function clientViolations(settings: ClientSettings, isPublic: boolean): string[] {
  const { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow, rotationThreshold } = settings;
  const rules: [broken: boolean, fault: string][] = [
    [settings.name.trim() === "", "A client needs a name."],
    [settings.name.length > 200, "The name is longer than 200 characters."],
    [!isSeconds(accessTtl, 31_536_000), "The access token's lifetime must be 1 to 31536000 s."],
    [!isSeconds(refreshIdleTtl, 315_360_000), "The idle lifetime must be 1 to 315360000 s."],
    [!isSeconds(refreshMaxTtl, 315_360_000), "The absolute lifetime must be 1 to 315360000 s."],
    [!isSeconds(retryWindow, 300), "The retry window must be 1 to 300 s."],
    [retryWindow >= accessTtl, "The retry window must be shorter than the access token's lifetime."],
    [accessTtl > refreshIdleTtl, "The access token must not outlive the idle lifetime."],
    [refreshIdleTtl > refreshMaxTtl, "The idle lifetime must not be longer than the absolute one."],
    [
      settings.rotation === "threshold" &&
        (!isSeconds(rotationThreshold, 315_360_000) || rotationThreshold >= refreshIdleTtl),
      "The rotation threshold must be shorter than the idle lifetime.",
    ],
    [
      isPublic && settings.rotation !== "always",
      "A public client must rotate always: it has no secret, so a refresh token that is not rotated is a bearer " +
        "token for its whole lifetime (RFC 9700 §4.14.2).",
    ],
    [
      isPublic && settings.reuse !== "revoke",
      "A public client's grant must be revoked on reuse: nobody can tell the thief from the client (RFC 9700 §4.14.2).",
    ],
    [
      isPublic && settings.grantTypes.includes("client_credentials"),
      "A public client has no credentials, so it cannot use client_credentials (RFC 6749 §4.4).",
    ],
    [
      settings.grantTypes.includes("authorization_code") && settings.redirectUris.length === 0,
      "A client with authorization_code needs a redirect URI (RFC 6749 §3.1.2.2).",
    ],
    [settings.redirectUris.length > MAX_REDIRECT_URIS, `More than ${MAX_REDIRECT_URIS} redirect URIs.`],
    [isPublic && settings.loginProvider, "A public client cannot say who somebody is: anybody could be it."],
    [isPublic && settings.resourceServer, "A public client cannot be a resource server that introspects."],
  ];
  const faults = rules.filter(([broken]) => broken).map(([, fault]) => fault);
  const scopeFaults = settings.scopes.filter((scope) => !isScopeToken(scope));
  const uriFaults = settings.redirectUris.flatMap((uri) => {
    const fault = redirectUriViolation(uri);
    return fault === undefined ? [] : [`${JSON.stringify(uri)} is no redirect URI: ${fault}.`];
  });
  return [
    ...faults,
    ...scopeFaults.map((scope) => `${JSON.stringify(scope)} is no scope (RFC 6749 §3.3).`),
    ...uriFaults,
    ...PAGES.filter((name) => !isPage(settings[name])).map((name) => `${name} must be an https URL.`),
  ];
}

function isSeconds(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most;
}

/** What people are shown of a client; null: nothing. */
function isPage(uri: string | null): boolean {
  return uri === null || (uri.length <= 2048 && URL.parse(uri)?.protocol === "https:");
}
