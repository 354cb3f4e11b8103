import { isFapi2 } from "./fapi2.ts";
import type { ClientSettings } from "./settings.ts";

/**
 * What an operator should know of settings that are valid: sentences. A public first-party client gets codes without
 * consent, so with a redirect URI that another program of the same device can receive, that program gets them (RFC 8252
 * §8.6).
 */
export function clientWarnings(settings: ClientSettings, isPublic: boolean): string[] {
  const { firstParty, grantTypes, redirectUris, requireSignedResponse } = settings;
  const signsIn = isPublic && firstParty && grantTypes.includes("authorization_code");
  const unsignable =
    "signed responses of a fapi2 client need the service's signingAlgorithm to be PS256, ES256 or EdDSA: with RS256 its requests are refused";
  const received = redirectUris
    .filter((uri) => signsIn && !uri.startsWith("https://"))
    .map(
      (uri) =>
        `any program on a user's device can receive ${uri}, and this public first-party client gets codes there ` +
        "without consent (RFC 8252 §8.6); without --first-party, users are asked each time",
    );
  return requireSignedResponse && isFapi2(settings) ? [...received, unsignable] : received;
}
