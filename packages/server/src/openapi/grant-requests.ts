import { DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE } from "../client-settings/grant-types.ts";
import { CODE_TTL } from "../endpoints/authorize.ts";
import { ACCESS_TOKEN, REFRESH_TOKEN } from "../grant-types/exchange/token-types.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import { MAX_PASSWORD, MAX_USERNAME } from "../identity/user-store.ts";
import type { GrantType } from "../store/store.ts";
import { ASSERTION_FIELDS, EXCHANGE_FIELDS } from "./delegation-fields.ts";
import { RESOURCE, SCOPE } from "./common-fields.ts";
import type { Instance } from "./instance.ts";
import type { Cause } from "../errors/causes.ts";
import { ANY_SCOPE, GRANT_CAUSES } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";
import type { Fields } from "./schema.ts";

/** A token request of one grant type. */
export interface GrantRequest {
  /** The name of its schema. */
  name: string;
  summary: string;
  /** Markdown. */
  description: (instance: Instance) => string;
  /** Beside `grant_type` and the client's credentials. */
  fields: Fields;
  /** Values of the fields that the example has. */
  example: Readonly<Record<string, string>>;
  /** Its response has a refresh token, if the client may refresh. */
  isRefreshable: boolean;
  refusals: readonly Refusal[];
}

/** Causes whose text names a parameter. */
const HAS_BLANKS: readonly Cause[] = ["token_type_unsupported", "token_bound_to_key"];

const missing = (parameter: string): Refusal => ["parameter_missing", { parameter }];

/** The token request of each grant type, and what it may be refused for. */
export const GRANT_REQUESTS: Readonly<Record<GrantType, GrantRequest>> = {
  refresh_token: {
    name: "RefreshTokenRequest",
    summary: "Refresh",
    description: ({ lifetimes: { retryWindow } }) =>
      "Gets a new access token and, as a rule, a new refresh token, which replaces the one that was sent. Store the " +
      "new refresh token before you use the new access token. If no response arrives, send the same request again: " +
      `within ${retryWindow} s it gets the same tokens, unless the response said another \`refresh_token_retry_window\`.`,
    fields: {
      refresh_token: { description: "The newest refresh token.", required: true },
      scope: { description: "Fewer scopes than were granted, for this access token." },
      resource: RESOURCE,
    },
    example: { refresh_token: "YOUR_REFRESH_TOKEN" },
    isRefreshable: true,
    refusals: [missing("refresh_token"), ...GRANT_CAUSES.refresh, ...ANY_SCOPE],
  },
  authorization_code: {
    name: "AuthorizationCodeRequest",
    summary: "Redeem an authorization code",
    description: () =>
      `Gets the first tokens after a user has authorized the client. A code is valid for ${CODE_TTL} s, once.`,
    fields: {
      code: { description: "The `code` of the authorization response.", required: true },
      redirect_uri: { description: "The `redirect_uri` of the authorization request, if it had one." },
      code_verifier: {
        description: "The secret behind the request's `code_challenge` (RFC 7636), if it had one.",
        schema: { type: "string", pattern: "^[A-Za-z0-9\\-._~]{43,128}$" },
      },
      resource: RESOURCE,
    },
    example: {
      code: "YOUR_CODE",
      redirect_uri: "https://app.example.com/callback",
      code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    },
    isRefreshable: true,
    refusals: [
      missing("code"),
      ["parameter_malformed", { parameter: "code_verifier" }],
      ...GRANT_CAUSES.code,
    ],
  },
  password: {
    name: "PasswordRequest",
    summary: "A user's password",
    description: () =>
      "Gets tokens for a user by username and password. For programs that use it already: new ones let the user sign " +
      "in at the authorization endpoint (RFC 9700 section 2.4).",
    fields: {
      username: {
        description: `The user's name, at most ${MAX_USERNAME} bytes.`,
        required: true,
      },
      password: {
        description: `The user's password, at most ${MAX_PASSWORD.toLocaleString("en")} bytes.`,
        schema: { type: "string", format: "password" },
        required: true,
      },
      scope: SCOPE,
      resource: RESOURCE,
    },
    example: { username: "ada", password: "YOUR_PASSWORD" },
    isRefreshable: true,
    refusals: [
      missing("username"),
      ["parameter_too_long", { parameter: "username" }],
      ...GRANT_CAUSES.password,
      "account_service_failed",
      ...ANY_SCOPE,
    ],
  },
  client_credentials: {
    name: "ClientCredentialsRequest",
    summary: "The client's own token",
    description: () =>
      "Gets an access token for the client itself. It has no refresh token: ask again when it expires.",
    fields: { scope: SCOPE, resource: RESOURCE },
    example: {},
    isRefreshable: false,
    refusals: [...ANY_SCOPE],
  },
  [DEVICE_CODE]: {
    name: "DeviceCodeRequest",
    summary: "Poll for a device's tokens",
    description: ({ devicePollInterval }) =>
      `Asks every ${devicePollInterval} s whether the user has allowed the device's request. ` +
      "`authorization_pending` means: not yet; `slow_down`: wait 5 s longer each time.",
    fields: {
      device_code: { description: "The `device_code` of the device authorization.", required: true },
      resource: RESOURCE,
    },
    example: { device_code: "YOUR_DEVICE_CODE" },
    isRefreshable: true,
    refusals: [missing("device_code"), ...GRANT_CAUSES.device],
  },
  [TOKEN_EXCHANGE]: {
    name: "TokenExchangeRequest",
    summary: "Exchange a token",
    description: () =>
      "Gets an access token for another token (RFC 8693): with less scope, or for another audience, where the provider lets " +
      "the client do so. It ends with the token that it is for. With `requested_token_type` " +
      `\`${REFRESH_TOKEN}\`, a refresh token comes with it, whose session ends with that of the token.`,
    fields: EXCHANGE_FIELDS,
    example: { subject_token: "YOUR_ACCESS_TOKEN", subject_token_type: ACCESS_TOKEN },
    isRefreshable: false,
    refusals: [
      missing("subject_token"),
      ["parameter_too_long", { parameter: "subject_token" }],
      ["token_type_unsupported", { parameter: "subject_token_type" }],
      ["token_bound_to_key", { parameter: "subject_token" }],
      ...GRANT_CAUSES.exchange.filter((cause) => !HAS_BLANKS.includes(cause)),
      ...ANY_SCOPE,
      "issuer_keys_unreachable",
    ],
  },
  [JWT_BEARER]: {
    name: "JwtBearerRequest",
    summary: "An identity provider's assertion",
    description: () =>
      "Gets an access token for a user whom a trusted identity provider names in a JWT (RFC 7523), such as an identity " +
      "assertion (ID-JAG) of an enterprise. It has no refresh token: ask the identity provider for a new assertion.",
    fields: ASSERTION_FIELDS,
    example: { assertion: "YOUR_ASSERTION" },
    isRefreshable: false,
    refusals: [
      missing("assertion"),
      ["parameter_too_long", { parameter: "assertion" }],
      ...GRANT_CAUSES.assertion,
      ...ANY_SCOPE,
      "issuer_keys_unreachable",
    ],
  },
};

/** The response of an example: lifetimes as a new client has them. */
export function exampleResponse({ lifetimes }: Instance, { isRefreshable }: GrantRequest): TokenResponse {
  const { accessTtl, refreshIdleTtl, refreshMaxTtl, retryWindow } = lifetimes;
  const accessToken = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOi…";
  const access = { outcome: "issued", tokenType: "Bearer", accessToken, expiresIn: accessTtl } as const;
  if (!isRefreshable) return access;
  return {
    ...access,
    refreshToken: "rgr_AQEBogYvgFd3W4njD6ZQ6hSRAAAAAapS…",
    refreshTokenExpiresIn: refreshIdleTtl,
    authorizationExpiresIn: refreshMaxTtl,
    retryWindow,
  };
}
