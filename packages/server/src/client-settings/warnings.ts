import type { ClientSettings } from "./settings.ts";

/**
 * What an operator should know of settings that are valid: sentences. A public first-party client gets codes without
 * consent, so with a redirect URI that another program of the same device can receive, that program gets them (RFC 8252
 * §8.6).
 */
export function clientWarnings(settings: ClientSettings, isPublic: boolean): string[] {
  const { firstParty, grantTypes, redirectUris } = settings;
  const signsIn = isPublic && firstParty && grantTypes.includes("authorization_code");
  return redirectUris
    .filter((uri) => signsIn && !uri.startsWith("https://"))
    .map(
      (uri) =>
        `any program on a user's device can receive ${uri}, and this public first-party client gets codes there ` +
        "without consent (RFC 8252 §8.6); without --first-party, users are asked each time",
    );
}
