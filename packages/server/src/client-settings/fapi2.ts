import { credentialOf } from "./auth-methods.ts";
import type { ClientFacts } from "./setting.ts";
import type { ClientSettings } from "./settings.ts";

/** Whether a client is held to the FAPI 2.0 Security Profile. */
export function isFapi2({ securityProfile }: Pick<ClientFacts, "securityProfile">): boolean {
  return securityProfile === "fapi2";
}

/** How a client of the profile authenticates by default. */
export const FAPI2_METHOD = "private_key_jwt";

/** Whether a client's tokens are bound by DPoP unless something else is set: FAPI 2.0 §5.3.2.1 asks for a sender constraint. */
export function isDpopDefault(client: Pick<ClientFacts, "securityProfile" | "tlsBound">): boolean {
  return isFapi2(client) && !client.tlsBound;
}

/** The methods of FAPI 2.0 §5.3.2.1: the client proves that it has a key or a certificate. */
const STRONG: ReadonlySet<unknown> = new Set(["key", "certificate"]);

const OF_PROFILE = "with security_profile fapi2";

type Rule = readonly [isBroken: boolean, key: keyof ClientSettings, message: string];

/** What the FAPI 2.0 Security Profile asks of a client, as predicates that complete the member's name. */
export function fapi2Rules(settings: ClientSettings, isPublic: boolean): readonly Rule[] {
  if (!isFapi2(settings)) return [];
  const { tokenEndpointAuthMethod: method, requirePar, requirePkce, rotation } = settings;
  if (isPublic) {
    return [
      [true, "securityProfile", "must be none for a public client: FAPI 2.0 asks for a confidential one"],
    ];
  }
  const http = settings.redirectUris.find((uri) => !isHttps(uri));
  return [
    [
      !STRONG.has(credentialOf(method)),
      "tokenEndpointAuthMethod",
      `must be private_key_jwt, tls_client_auth or self_signed_tls_client_auth ${OF_PROFILE}: ` +
        "leave it out for private_key_jwt, and give the client's keys as jwks or jwks_uri",
    ],
    [
      !settings.dpopBound && !settings.tlsBound,
      "dpopBound",
      `must be true ${OF_PROFILE}, or tls_bound: leave it out`,
    ],
    [!requirePar, "requirePar", `must be true ${OF_PROFILE}: leave it out`],
    [!requirePkce, "requirePkce", `must be true ${OF_PROFILE}: leave it out`],
    [
      rotation !== "never",
      "rotation",
      `must be never ${OF_PROFILE}, whose tokens are bound to a key: leave it out`,
    ],
    [
      http !== undefined,
      "redirectUris",
      `must hold https URLs alone ${OF_PROFILE}: register ${http ?? ""} with another client`,
    ],
    [
      settings.grantTypes.includes("password"),
      "grantTypes",
      `must not hold password ${OF_PROFILE}: use authorization_code`,
    ],
  ];
}

/**
 * The settings of a stored client as they count. The rules of the profile hold for a row of an earlier program too: what it
 * may not have, it has not, so a client that it would leave without safety is one that cannot authenticate.
 */
export function enforceProfile(settings: ClientSettings): ClientSettings {
  if (!isFapi2(settings)) return settings;
  const { tokenEndpointAuthMethod: method, redirectUris, grantTypes } = settings;
  return {
    ...settings,
    tokenEndpointAuthMethod: STRONG.has(credentialOf(method)) ? method : FAPI2_METHOD,
    requirePar: true,
    dpopBound: settings.dpopBound || !settings.tlsBound,
    requirePkce: true,
    rotation: "never",
    redirectUris: redirectUris.filter(isHttps),
    grantTypes: grantTypes.filter((type) => type !== "password"),
  };
}

function isHttps(uri: string): boolean {
  return uri.startsWith("https://");
}
