import type { AUTHORIZATION_PARAMETERS } from "../endpoints/authorization-target.ts";
import { PROMPTS } from "../endpoints/authorization-request.ts";
import { RESPONSE_MODES } from "../endpoints/authorization-response.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { Cause } from "../errors/causes.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import { DETAILS, RESOURCE, SCOPE } from "./common-fields.ts";
import {
  ANY_BODY,
  ANY_CLIENT,
  ANY_PROOF,
  ANY_REQUEST,
  ANY_RESOURCE,
  ANY_SCOPE,
  errorList,
} from "./refusals.ts";
import type { Instance } from "./instance.ts";
import type { Refusal } from "./refusals.ts";
import { objectOf, reference, SECONDS, TEXT, URI } from "./schema.ts";
import type { Field, Fields, Schema } from "./schema.ts";
import { authenticationText, CLIENT, CREDENTIALS, EXAMPLE_CREDENTIALS } from "./security.ts";
import { FORM_TYPES } from "./token-endpoint.ts";

type Parameter = (typeof AUTHORIZATION_PARAMETERS)[number];

/** The parameters of an authorization request. */
export const AUTHORIZATION_FIELDS: Readonly<Record<Parameter, Field>> = {
  client_id: { description: "The id of the client.", required: true },
  request_uri: { description: "A pushed request (RFC 9126); the other parameters are then ignored." },
  response_type: {
    description: "`code`. Required, unless the request was pushed.",
    schema: { const: "code" },
  },
  response_mode: { description: "How the response comes back.", schema: { enum: RESPONSE_MODES } },
  redirect_uri: {
    description: "Where the response goes: one that is registered. Required, if several are.",
  },
  scope: SCOPE,
  state: { description: "Comes back with the response, unchanged." },
  code_challenge: {
    description:
      "PKCE (RFC 7636): the SHA-256 of the code verifier, in base64url. Required of public clients.",
    schema: { type: "string", pattern: "^[A-Za-z0-9_-]{43}$" },
  },
  code_challenge_method: { description: "`S256`, with `code_challenge`.", schema: { const: "S256" } },
  dpop_jkt: {
    description:
      "The thumbprint of the key that the token request will prove with DPoP (RFC 9449, section 10).",
    schema: { type: "string", pattern: "^[A-Za-z0-9_-]{43}$" },
  },
  resource: RESOURCE,
  authorization_details: DETAILS,
  prompt: {
    description: `Any of ${PROMPTS.map((prompt) => `\`${prompt}\``).join(", ")}, separated by spaces.`,
  },
  max_age: {
    description: "How long ago the user may have signed in at most, s.",
    schema: { type: "string", pattern: "^[0-9]{1,9}$" },
  },
  acr_values: {
    description: "How the user has to authenticate: any of these, separated by spaces (RFC 9470).",
  },
  login_hint: { description: "The user's name, filled in on the sign-in page." },
  request: {
    description:
      "All parameters as a signed request object (RFC 9101); the others are then ignored, but for `client_id`.",
  },
  ui_locales: { description: "The languages of the pages, the preferred one first." },
};

const { request_uri: _, ...PUSHED } = AUTHORIZATION_FIELDS;

const PUSH_RESPONSE: Fields = {
  request_uri: { description: "Stands for the request at the authorization endpoint.", required: true },
  expires_in: { description: "How long, s.", schema: SECONDS, required: true },
};

/** Before client and redirect URI are known to belong together (RFC 6749 §4.1.2.1). */
const SHOWN: readonly Cause[] = [
  "authorization_unknown_client",
  "authorization_client_disabled",
  "metadata_document_refused",
  "redirect_uri_not_registered",
  "authorization_code_not_allowed",
  "authorization_request_too_long",
  "request_uri_unknown",
  "request_uri_client_mismatch",
  "request_uri_used",
  "too_many_metadata_documents",
  "metadata_documents_busy",
  ...ANY_REQUEST,
];

/** Of the request itself, at this endpoint and where it is pushed. */
const REQUEST: readonly Cause[] = [
  "unsupported_response_type",
  "unsupported_response_mode",
  "response_not_signed",
  "unsupported_code_challenge_method",
  "prompt_none_with_others",
  "max_age_malformed",
  "unmet_authentication_requirements",
  "request_object_refused",
  "request_not_signed",
  "authorization_details_refused",
  ...ANY_SCOPE,
  ...ANY_RESOURCE,
];

/** What a response at the redirect URI may refuse for. */
export const REDIRECTED_CAUSES: readonly Cause[] = [
  ...REQUEST,
  "request_not_pushed",
  "login_required",
  "consent_required",
  "denied_by_subject",
  "store_busy",
  "unexpected",
];

/** The schemas of these endpoints, by their names among the components. */
export const AUTHORIZATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  // The GET that follows checks it.
  AuthorizationRequest: objectOf({
    ...AUTHORIZATION_FIELDS,
    client_id: { description: "The id of the client." },
  }),
  PushedAuthorizationRequest: objectOf({
    ...PUSHED,
    ...CREDENTIALS,
    response_type: { ...PUSHED.response_type, description: "`code`", required: true },
  }),
  PushedAuthorizationResponse: objectOf(PUSH_RESPONSE),
};

const missing = (parameter: string): Refusal => ["parameter_missing", { parameter }];

/** The authorization endpoint (RFC 6749 §3.1) and pushed requests (RFC 9126). */
export function authorizationEndpoints(instance: Instance): Endpoint[] {
  const clientRefusals = [...ANY_BODY, ...ANY_CLIENT, ...ANY_REQUEST];
  const example = {
    response_type: "code",
    redirect_uri: "https://app.example.com/callback",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    state: "YOUR_STATE",
  };
  return [
    ...byBrowser({ client_id: EXAMPLE_CREDENTIALS.client_id, ...example }),
    {
      operationId: "pushAuthorizationRequest",
      method: "post",
      path: PATHS.push,
      tag: "Authorization",
      summary: "Push an authorization request",
      description:
        "Pushed authorization requests (RFC 9126): the parameters go here first, and the browser carries only the " +
        `\`request_uri\`.\n\n${authenticationText({ isPublicAccepted: true })}`,
      security: CLIENT,
      body: {
        mediaTypes: FORM_TYPES,
        schema: reference("PushedAuthorizationRequest"),
        examples: { push: { summary: "Push", value: { ...EXAMPLE_CREDENTIALS, ...example } } },
      },
      responses: {
        201: {
          description: "The request is stored.",
          content: {
            mediaType: "application/json",
            schema: reference("PushedAuthorizationResponse"),
            examples: {
              pushed: {
                summary: "Stored",
                value: {
                  request_uri: "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
                  expires_in: instance.pushedRequestTtl,
                },
              },
            },
          },
        },
      },
      refusals: [
        missing("response_type"),
        ["parameter_malformed", { parameter: "code_challenge" }],
        "request_uri_pushed",
        "dpop_jkt_mismatch",
        ...ANY_PROOF,
        "redirect_uri_not_registered",
        "authorization_code_not_allowed",
        ...REQUEST,
        "metadata_document_refused",
        ["metadata_document_invalid", { parameter: "redirect_uris", violation: "is missing" }],
        "too_many_pushed_requests",
        ...clientRefusals,
      ],
    },
  ];
}

/** GET and POST of the authorization endpoint: a user's browser sends both. */
function byBrowser(example: Record<string, string>): Endpoint[] {
  const redirect: Success = {
    description:
      "The response, in the query of the `redirect_uri`: `code`, `state` and `iss`; or `error`, " +
      `\`error_description\`, \`state\` and \`iss\`:\n\n${errorList(REDIRECTED_CAUSES)}`,
    headers: { Location: { description: "Where the browser goes next.", schema: URI } },
  };
  const endpoint = {
    path: PATHS.authorize,
    tag: "Authorization",
    refusals: SHOWN,
    refusesByPage: true,
  } as const;
  return [
    {
      ...endpoint,
      operationId: "authorize",
      method: "get",
      summary: "Ask a user for authorization",
      description:
        "The authorization endpoint (RFC 6749 section 3.1, with PKCE): where a client sends the user's browser, to sign in " +
        "and consent. It is no endpoint for programs.",
      parameters: AUTHORIZATION_FIELDS,
      responses: {
        200: {
          description:
            "A page of the sign-in or the consent; or, with `form_post`, the form that brings the response.",
          content: { mediaType: "text/html", schema: TEXT },
        },
        303: redirect,
      },
    },
    {
      ...endpoint,
      operationId: "authorizeByPost",
      method: "post",
      summary: "Ask a user for authorization, by a form",
      description: "The same with the parameters in the body, for requests that are long.",
      body: {
        mediaTypes: FORM_TYPES,
        schema: reference("AuthorizationRequest"),
        examples: { request: { summary: "Authorization request", value: example } },
      },
      responses: {
        303: {
          description: "The same request as a URL.",
          headers: { Location: { description: "The authorization endpoint." } },
        },
      },
      refusals: [
        "authorization_request_too_long",
        ...ANY_BODY.filter((cause) => cause !== "parameter_repeated"),
        ...ANY_REQUEST,
      ],
    },
  ];
}
