import { isFapi2, isHttps, isStrong } from "./fapi2.ts";
import type { ClientSettings } from "./settings.ts";

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
      !isStrong(method),
      "tokenEndpointAuthMethod",
      `must be private_key_jwt, tls_client_auth or self_signed_tls_client_auth ${OF_PROFILE}: ` +
        "leave it out for private_key_jwt, and give the client's keys as jwks or jwks_uri",
    ],
    [
      !settings.dpopBound && !settings.tlsBound,
      "dpopBound",
      `must be true ${OF_PROFILE}, or tls_bound: leave it out`,
    ],
    [
      settings.tokenEndpointAuthSigningAlg === "RS256",
      "tokenEndpointAuthSigningAlg",
      `must be PS256, ES256 or EdDSA ${OF_PROFILE}: leave it out for any of them`,
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
