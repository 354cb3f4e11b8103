import type { ClientDefaults } from "../client-settings/settings.ts";
import type { RegistrationRules } from "../clients/registration-rules.ts";
import type { OAuthError } from "../errors/oauth-error.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import type { OwnPage } from "../portal/document.ts";
import type { GrantType } from "../store/store.ts";

/** What this instance is: the OpenAPI document and the portal are made from it. */
export interface Instance {
  issuer: string;
  providerName: string;
  /** The grant types that are offered. */
  grantTypes: readonly GrantType[];
  /** Of new clients, s. */
  lifetimes: ClientDefaults;
  /** `aud` of the access tokens of clients without an audience of their own. */
  audience: string;
  /** Cache time of the JWKS, and how long a new key is published before it signs, s. */
  jwksMaxAge: number;
  /** How long a pushed request can be opened, s. */
  pushedRequestTtl: number;
  /** How long a user stays signed in in one browser at most, s. */
  signInTtl: number;
  /** Lifetime of a device code, and the minimum time between two polls, s. */
  deviceCodeTtl: number;
  devicePollInterval: number;
  registration: RegistrationRules["mode"];
  /** A client may be the URL of its metadata document. */
  documents: boolean;
  /** Clients may ask what became of their refresh tokens. */
  explanations: boolean;
  /** The scopes that the provider describes or the metadata names, each with what it allows, in English. */
  scopes: Readonly<Record<string, string>>;
  /** The provider's description of a scope in a language, else in English; undefined if it has none. */
  describeScope: (scope: string, tag: string) => string | undefined;
  /** The metadata document (RFC 8414 §2) as it is now: the algorithms change with the keys. */
  metadata: () => Readonly<Record<string, unknown>>;
  /** The wire format of the token endpoint. */
  token: WireExamples;
  /** Clients may request one of several audiences (RFC 8707). */
  hasResources: boolean;
  /** The types of authorization details that clients may request (RFC 9396). */
  detailTypes: readonly string[];
  /** The provider's own pages of the documentation. */
  ownPages: readonly OwnPage[];
  /** The names of all pages of the portal, as their paths have them. */
  pages: readonly string[];
  /** Formats an error as all other endpoints do. */
  formatError: (error: OAuthError) => Response;
}

/** Writes the examples of the token endpoint, as the endpoint itself writes its responses. */
export interface WireExamples {
  /** The endpoint responds as Laravel Passport does. */
  isPassport: boolean;
  body: (response: TokenResponse) => object;
  formatError: (error: OAuthError) => Response;
}
