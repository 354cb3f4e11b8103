import { z } from "zod";
import { isFapi2 } from "./fapi2.ts";
import { choice, onOff, pageUrl } from "./setting.ts";
import type { ClientSetting } from "./setting.ts";

/** The default of what the profile requires, in words. */
const OFF_UNLESS_FAPI2 = "off; on with --security-profile fapi2";

/** How users authorize the client, what its access tokens say, and what else it may do. */
export const ACCESS_SETTINGS = {
  firstParty: onOff(
    {
      line: "sign-in",
      text: (firstParty, { grantTypes }) => {
        if (!grantTypes.includes("authorization_code")) return undefined;
        return firstParty ? "without consent (first party)" : "with consent";
      },
    },
    {
      flag: "--first-party",
      help: "the provider's own client: users are not asked for consent",
      off: "ask users for consent",
    },
  ),
  // RFC 7636; RFC 9700 §2.1.1 requires it of public clients, whatever is set here.
  requirePkce: {
    ...onOff(
      {
        line: "sign-in",
        text: (required, client) =>
          client.grantTypes.includes("authorization_code") && (required || client.public)
            ? "PKCE required"
            : undefined,
      },
      {
        flag: "--require-pkce",
        help: "require PKCE of authorization requests (a public client's always need it)",
        off: "accept authorization requests of a confidential client without PKCE",
      },
    ),
    default: isFapi2,
    defaultText: OFF_UNLESS_FAPI2,
  },
  // `require_pushed_authorization_requests` (RFC 9126 §6)
  requirePar: {
    ...onOff(
      {
        line: "sign-in",
        text: (required, { grantTypes }) =>
          required && grantTypes.includes("authorization_code") ? "pushed requests required" : undefined,
      },
      {
        flag: "--require-par",
        help: "require pushed authorization requests (RFC 9126)",
        off: "accept authorization requests that were not pushed",
      },
    ),
    default: isFapi2,
    defaultText: OFF_UNLESS_FAPI2,
  },
  logoUri: pageUrl("logo_uri", "logo", {
    flag: "--logo-uri <url>",
    help: "logo on the consent page, an https URL",
    off: "remove the logo",
  }),
  clientUri: pageUrl("client_uri", "home page", {
    flag: "--client-uri <url>",
    help: "home page, linked on the consent page; an https URL",
    off: "remove the home page",
  }),
  policyUri: pageUrl("policy_uri", "privacy policy", {
    flag: "--policy-uri <url>",
    help: "privacy policy, linked on the consent page; an https URL",
    off: "remove the privacy policy",
  }),
  tosUri: pageUrl("tos_uri", "terms of service", {
    flag: "--tos-uri <url>",
    help: "terms of service, linked on the consent page; an https URL",
    off: "remove the terms of service",
  }),
  profile: choice(["rfc9068", "passport"], "profile", {
    flag: "--profile <profile>",
    help: "claims of the access tokens",
  }),
  audience: {
    schema: z.string({ error: "must be text" }).nullable(),
    default: null,
    form: "text",
    defaultText: "the service's",
    flag: "--audience <uri>",
    help: "audience (aud) of the access tokens",
    off: "use the service's audience",
    show: { line: "audience", text: (audience: string | null) => audience ?? "the service's" },
  },
  // RFC 7662 §4: a client that may introspect any token learns its subject and scope.
  resourceServer: onOff(
    { line: "introspection", text: (mayIntrospectAny) => (mayIntrospectAny ? "any token" : "own tokens") },
    {
      flag: "--resource-server",
      help: "mark as resource server (may introspect any token)",
      off: "allow introspection of its own tokens only",
    },
  ),
  loginProvider: onOff(
    { line: "login challenges", text: (may) => (may ? "may answer" : undefined) },
    {
      flag: "--login-provider",
      help: "allow this client to answer login challenges",
      off: "do not allow this client to answer login challenges",
    },
  ),
} satisfies Record<string, ClientSetting>;
