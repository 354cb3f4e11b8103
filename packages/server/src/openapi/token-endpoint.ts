import { PATHS } from "../endpoints/metadata.ts";
import { TOKEN_TYPES } from "../sender/sender.ts";
import type { Endpoint } from "./endpoint.ts";
import { exampleResponse, GRANT_REQUESTS } from "./grant-requests.ts";
import type { Instance } from "./instance.ts";
import { ANY_BODY, ANY_CLIENT, ANY_PROOF, ANY_REQUEST, ANY_RESOURCE } from "./refusals.ts";
import { objectOf, reference, SECONDS } from "./schema.ts";
import type { Fields, Schema } from "./schema.ts";
import { authenticationText, CLIENT, CREDENTIALS, EXAMPLE_CREDENTIALS } from "./security.ts";

/** How the parameters of a request may be sent. */
export const FORM_TYPES = [
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "application/json",
] as const;

/** The members of a token response (RFC 6749 §5.1). */
export function tokenResponseFields({
  accessTtl,
  refreshIdleTtl,
  refreshMaxTtl,
  retryWindow,
}: Instance["lifetimes"]): Fields {
  return {
    token_type: {
      description:
        "The scheme of the header that sends the access token: `Authorization: Bearer …` (RFC 6750); `DPoP` if it is bound to the key of the request's proof (RFC 9449).",
      schema: { enum: TOKEN_TYPES },
      required: true,
    },
    expires_in: {
      description: `How long the access token is valid, s: ${accessTtl} by default.`,
      schema: SECONDS,
      required: true,
    },
    access_token: { description: "The access token, a JWT.", required: true },
    refresh_token: { description: "The refresh token, if the client may refresh." },
    issued_token_type: { description: "Of an exchange: the type of the `access_token` (RFC 8693)." },
    scope: { description: "The scopes granted, if they are not those requested." },
    authorization_details: {
      description: "What was granted beside scopes (RFC 9396).",
      schema: { type: "array", items: { type: "object" } },
    },
    refresh_token_expires_in: {
      description: "The same as `refresh_token_timeout`, under the name that other services use.",
      schema: SECONDS,
    },
    refresh_token_timeout: {
      description: `How long the refresh token may stay unused, s: ${refreshIdleTtl} by default.`,
      schema: SECONDS,
    },
    authorization_expires_in: {
      description: `How long it can be refreshed at all, s: ${refreshMaxTtl} by default, from the first token on.`,
      schema: SECONDS,
    },
    refresh_token_retry_window: {
      description: `How long a repeated refresh gets the same tokens, s: ${retryWindow} by default.`,
      schema: SECONDS,
    },
  };
}

/** The schemas of the token endpoint, by their names among the components. */
export function tokenSchemas(instance: Instance): Record<string, Schema> {
  const { grantTypes, lifetimes, token } = instance;
  const fields = Object.entries(tokenResponseFields(lifetimes));
  // Passport's wire format has fewer members.
  const sent = Object.keys(token.body(exampleResponse(instance, GRANT_REQUESTS.refresh_token)));
  return {
    ...Object.fromEntries(
      grantTypes.map((grantType) => {
        const { name, summary, description, fields: own } = GRANT_REQUESTS[grantType];
        const type = {
          description: `\`${grantType}\``,
          schema: { const: grantType },
          required: true,
        } as const;
        return [
          name,
          objectOf(
            { grant_type: type, ...CREDENTIALS, ...own },
            { title: summary, description: description(instance) },
          ),
        ];
      }),
    ),
    TokenRequest: {
      oneOf: grantTypes.map((grantType) => reference(GRANT_REQUESTS[grantType].name)),
      discriminator: {
        propertyName: "grant_type",
        mapping: Object.fromEntries(
          grantTypes.map((grantType) => [grantType, reference(GRANT_REQUESTS[grantType].name)["$ref"]]),
        ),
      },
    },
    TokenResponse: objectOf(Object.fromEntries(fields.filter(([name]) => sent.includes(name)))),
  };
}

/** The token endpoint (RFC 6749 §3.2), with every grant type. */
export function tokenEndpoint(instance: Instance): Endpoint {
  const all = instance.grantTypes.map((grantType) => ({ grantType, ...GRANT_REQUESTS[grantType] }));
  return {
    operationId: "token",
    method: "post",
    path: PATHS.token,
    tag: "Tokens",
    summary: "Get or refresh tokens",
    description: [
      "The token endpoint (RFC 6749 section 3.2).",
      ...all.map(({ grantType, description }) => `**\`${grantType}\`**: ${description(instance)}`),
      "With a DPoP proof (RFC 9449) in the header `DPoP`, the tokens are bound to its key: the access token, and the refresh token of a public client.",
      authenticationText({ isPublicAccepted: true }),
    ].join("\n\n"),
    security: CLIENT,
    body: {
      mediaTypes: FORM_TYPES,
      schema: reference("TokenRequest"),
      examples: Object.fromEntries(
        all.map(({ grantType, summary, example }) => [
          grantType,
          { summary, value: { grant_type: grantType, ...EXAMPLE_CREDENTIALS, ...example } },
        ]),
      ),
    },
    responses: {
      200: {
        description: "Tokens. They must not be cached.",
        content: {
          mediaType: "application/json",
          schema: reference("TokenResponse"),
          examples: Object.fromEntries(
            all.map(({ grantType, ...request }) => [
              grantType,
              { summary: request.summary, value: instance.token.body(exampleResponse(instance, request)) },
            ]),
          ),
        },
      },
    },
    refusals: [
      ["parameter_missing", { parameter: "grant_type" }],
      "unsupported_grant_type",
      ...(instance.token.isPassport ? [["parameter_is_array", { parameter: "scope" }] as const] : []),
      ...ANY_BODY,
      ...ANY_CLIENT,
      ...ANY_PROOF,
      "dpop_proof_missing",
      "client_certificate_missing",
      "grant_type_not_allowed",
      ...all.flatMap(({ refusals }) => refusals),
      ...ANY_RESOURCE,
      "signature_failed",
      ...ANY_REQUEST,
    ],
  };
}
