import { PATHS } from "../endpoints/metadata.ts";
import { TOKEN_TYPES } from "../sender/sender.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import { ANY_BODY, ANY_CLIENT, ANY_REQUEST } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";
import { objectOf, reference, SECONDS, URI } from "./schema.ts";
import type { Fields, Schema } from "./schema.ts";
import { authenticationText, CLIENT, CREDENTIALS, EXAMPLE_CREDENTIALS } from "./security.ts";
import { FORM_TYPES } from "./token-endpoint.ts";

export const TOKEN_FIELDS: Fields = {
  token: { description: "The refresh token or access token.", required: true },
  token_type_hint: { description: "Not needed: the form of a token tells its type." },
};

/** Instants and lifetimes in s, as in a JWT (RFC 7662 §2.2). */
export const INTROSPECTION_FIELDS: Fields = {
  active: {
    description: "Whether the token is valid now. If not, the response has nothing else.",
    schema: { type: "boolean" },
    required: true,
  },
  token_use: { description: "What it is.", schema: { enum: ["access_token", "refresh_token"] } },
  token_type: { description: "Of an access token.", schema: { enum: TOKEN_TYPES } },
  client_id: { description: "The client that it was issued to." },
  sub: { description: "The user that it is for, or the client itself." },
  scope: { description: "Its scopes, separated by spaces." },
  aud: { description: "The API that it is for." },
  iss: { description: "The service that issued it.", schema: URI },
  iat: { description: "When it was issued, s since 1970.", schema: SECONDS },
  exp: { description: "When it expires, s since 1970.", schema: SECONDS },
  jti: { description: "Its id." },
  cnf: {
    description: "The key that an access token is bound to: `jkt` (RFC 9449) or `x5t#S256` (RFC 8705).",
    schema: { type: "object" },
  },
  auth_time: { description: "When the user signed in, s since 1970.", schema: SECONDS },
  acr: { description: "How the user authenticated (RFC 9470)." },
  authorization_details: {
    description: "What it allows beside its scopes (RFC 9396).",
    schema: { type: "array", items: { type: "object" } },
  },
  act: { description: "Who acts for the user (RFC 8693).", schema: { type: "object" } },
  refresh_token_timeout: { description: "How long a refresh token may stay unused, s.", schema: SECONDS },
  authorization_expires_in: { description: "How long it can be refreshed at all, s.", schema: SECONDS },
};

const AT = {
  at: { description: "When, s since 1970, with fractions.", schema: { type: "number" } },
} as const;

/** By what a resource server finds in the tokens. */
const REVOKED = Object.entries({
  gid: "All access tokens of this grant.",
  jti: "The access token with this id.",
  sub: "All tokens of this user that were issued until then.",
  client_id: "All tokens of this client that were issued until then.",
  kid: "All tokens that this key signed.",
}).map(([name, description]) => objectOf({ ...AT, [name]: { description, required: true } }));

const REVOCATIONS: Fields = {
  cursor: { description: "Where the next request goes on.", required: true },
  more: {
    description: "There are more, to be fetched at once.",
    schema: { type: "boolean" },
    required: true,
  },
  access_ttl: {
    description: "Lifetime of the longest-lived access token, s: older revocations can be dropped.",
    schema: SECONDS,
    required: true,
  },
  revoked: {
    description: "What was revoked.",
    schema: { type: "array", items: { anyOf: REVOKED } },
    required: true,
  },
};

const request = (name: string, own: Fields): Schema => objectOf({ ...own, ...CREDENTIALS }, { title: name });

/** The schemas of these endpoints, by their names among the components. */
export const TOKEN_MANAGEMENT_SCHEMAS: Readonly<Record<string, Schema>> = {
  RevocationRequest: request("Revocation request", TOKEN_FIELDS),
  IntrospectionRequest: request("Introspection request", TOKEN_FIELDS),
  IntrospectionResponse: objectOf(INTROSPECTION_FIELDS),
  RevocationFeedRequest: request("Request for revocations", {
    cursor: { description: "The `cursor` of the last response. Without it, all that still matters comes." },
    wait: {
      description: "How long to wait for the first new one, s: 0 to 30.",
      schema: { type: "string", pattern: "^([0-9]|[12][0-9]|30)$" },
    },
  }),
  RevocationFeedResponse: objectOf(REVOCATIONS),
};

const missingToken: Refusal = ["parameter_missing", { parameter: "token" }];

const REFUSALS = [...ANY_BODY, ...ANY_CLIENT, ...ANY_REQUEST];
const EXAMPLE = { ...EXAMPLE_CREDENTIALS, token: "YOUR_TOKEN" };
/** An instant of the examples, s. */
const NOW = 1_800_000_000;

/** Revocation (RFC 7009), introspection (RFC 7662), and the feed of revocations. */
export function tokenManagementEndpoints(instance: Instance): Endpoint[] {
  return [REVOKE, introspect(instance), revocations(instance)];
}

const REVOKE: Endpoint = {
  operationId: "revoke",
  method: "post",
  path: PATHS.revoke,
  tag: "Tokens",
  summary: "Revoke a token",
  description:
    "Revocation (RFC 7009). A refresh token ends the whole session, whichever of its refresh tokens it is; an access " +
    "token ends alone. An unknown token is no error.\n\n" +
    authenticationText({ isPublicAccepted: true }),
  security: CLIENT,
  body: {
    mediaTypes: FORM_TYPES,
    schema: reference("RevocationRequest"),
    examples: { revoke: { summary: "Revoke", value: EXAMPLE } },
  },
  responses: {
    200: {
      description: "The token is not valid any more.",
      content: {
        mediaType: "application/json",
        schema: { type: "object" },
        examples: { revoked: { summary: "Revoked", value: {} } },
      },
    },
  },
  refusals: [missingToken, "token_client_mismatch", ...REFUSALS],
};

function introspect({ issuer, lifetimes }: Instance): Endpoint {
  return {
    operationId: "introspect",
    method: "post",
    path: PATHS.introspect,
    tag: "Tokens",
    summary: "Ask whether a token is valid",
    description:
      "Introspection (RFC 7662). A client learns of its own tokens, a resource server of all. A refresh token that was " +
      "spent is inactive, even while a repeated refresh would get tokens. Asking is no use of the token.\n\n" +
      authenticationText({ isPublicAccepted: false }),
    security: CLIENT,
    body: {
      mediaTypes: FORM_TYPES,
      schema: reference("IntrospectionRequest"),
      examples: { introspect: { summary: "Introspect", value: EXAMPLE } },
    },
    responses: {
      200: {
        description: "The state of the token.",
        content: {
          mediaType: "application/json",
          schema: reference("IntrospectionResponse"),
          examples: {
            refresh_token: {
              summary: "An active refresh token",
              value: {
                active: true,
                token_use: "refresh_token",
                client_id: EXAMPLE_CREDENTIALS.client_id,
                sub: "customer-7",
                iss: issuer,
                iat: NOW,
                exp: NOW + lifetimes.refreshIdleTtl,
                refresh_token_timeout: lifetimes.refreshIdleTtl,
                authorization_expires_in: lifetimes.refreshMaxTtl,
              },
            },
            inactive: { summary: "Any other token", value: { active: false } },
          },
        },
      },
    },
    refusals: [missingToken, "introspection_by_public_client", ...REFUSALS],
  };
}

function revocations({ lifetimes }: Instance): Endpoint {
  return {
    operationId: "revocations",
    method: "post",
    path: PATHS.revocations,
    tag: "Resource servers",
    summary: "What was revoked",
    description:
      "For an API that verifies access tokens itself: the access tokens that ended before they expired. Only clients " +
      "that the provider has marked as resource servers may read it.\n\n" +
      authenticationText({ isPublicAccepted: false }),
    security: CLIENT,
    body: {
      mediaTypes: FORM_TYPES,
      schema: reference("RevocationFeedRequest"),
      examples: { wait: { summary: "Wait for news", value: { ...EXAMPLE_CREDENTIALS, wait: "30" } } },
    },
    responses: {
      200: {
        description: "The revocations since the cursor.",
        content: {
          mediaType: "application/json",
          schema: reference("RevocationFeedResponse"),
          examples: {
            one: {
              summary: "One session ended",
              value: {
                cursor: `42.${NOW}000`,
                more: false,
                access_ttl: lifetimes.accessTtl,
                revoked: [{ at: NOW + 0.25, gid: "01a2062f-8057-775b-89e3-0fa650ea1491" }],
              },
            },
          },
        },
      },
    },
    refusals: [["parameter_malformed", { parameter: "wait" }], "not_resource_server", ...REFUSALS],
  };
}
