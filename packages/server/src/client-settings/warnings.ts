import { CERTIFICATE_NAMES } from "./certificate-settings.ts";
import { isFapi2 } from "./fapi2.ts";
import { TOKEN_EXCHANGE } from "./grant-types.ts";
import { clientSetting } from "./settings.ts";
import type { ClientSettings } from "./settings.ts";

/** What an operator should know of settings that are valid: sentences. */
export function clientWarnings(settings: ClientSettings, isPublic: boolean): string[] {
  const unsignable =
    "signed responses of a fapi2 client need the service's signingAlgorithm to be PS256, ES256 or EdDSA: with RS256 its requests are refused";
  const isUnsignable = settings.requireSignedResponse && isFapi2(settings);
  return [...sharedRedirects(settings, isPublic), ...(isUnsignable ? [unsignable] : []), ...unused(settings)];
}

/**
 * A public first-party client gets codes without consent, so with a redirect URI that another program of the same device can
 * receive, that program gets them (RFC 8252 §8.6).
 */
function sharedRedirects({ firstParty, grantTypes, redirectUris }: ClientSettings, isPublic: boolean) {
  const signsIn = isPublic && firstParty && grantTypes.includes("authorization_code");
  return redirectUris
    .filter((uri) => signsIn && !uri.startsWith("https://"))
    .map(
      (uri) =>
        `any program on a user's device can receive ${uri}, and this public first-party client gets codes there ` +
        "without consent (RFC 8252 §8.6); without --first-party, users are asked each time",
    );
}

/** Settings that have no effect without another one. */
function unused(settings: ClientSettings): string[] {
  const { grantTypes, tokenExchange, exchangeGrantTtl, tokenEndpointAuthMethod } = settings;
  const exchanges = grantTypes.includes(TOKEN_EXCHANGE);
  const name = CERTIFICATE_NAMES.find((key) => settings[key] !== null);
  const cases: [boolean, string][] = [
    [
      settings.requireSignedRequest && settings.jwks === null && settings.jwksUri === null,
      "the client can sign no request: add --jwks FILE or --jwks-uri URL",
    ],
    [
      exchanges && tokenExchange === "off",
      "the client can exchange no token: add --token-exchange delegation, or impersonation",
    ],
    [
      !exchanges && tokenExchange !== "off",
      "--token-exchange has no effect without --grant-type token-exchange",
    ],
    [
      exchangeGrantTtl > 0 && !grantTypes.includes("refresh_token"),
      "--exchange-grant-ttl has no effect without --grant-type refresh_token",
    ],
    [
      name !== undefined && tokenEndpointAuthMethod !== "tls_client_auth",
      `${flagName(name)} has no effect without --token-endpoint-auth-method tls_client_auth`,
    ],
  ];
  return cases.filter(([isTrue]) => isTrue).map(([, text]) => text);
}

function flagName(key: (typeof CERTIFICATE_NAMES)[number] = "tlsSubject"): string {
  return clientSetting(key).flag?.split(" ")[0] ?? key;
}
