import { AUTH_METHODS } from "../client-settings/auth-methods.ts";
import { USER_GRANT_TYPES } from "../client-settings/identity-settings.ts";
import { SIGNATURE_ALGORITHMS } from "../client-settings/jwks.ts";
import { PATHS } from "../endpoints/metadata.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import { ANY_REQUEST } from "./refusals.ts";
import type { Refusal } from "./refusals.ts";
import { objectOf, reference, SECONDS, URI } from "./schema.ts";
import type { Fields, Schema } from "./schema.ts";
import { INITIAL_ACCESS_TOKEN, REGISTRATION_ACCESS_TOKEN } from "./security.ts";

const LIST = (items: Schema): Schema => ({ type: "array", items });

/** The client metadata that a client may set itself (RFC 7591 §2). */
export const CLIENT_METADATA: Fields = {
  client_name: { description: "The name that users read." },
  redirect_uris: { description: "Where authorization responses go.", schema: LIST(URI) },
  grant_types: {
    description: "`refresh_token` is added. By default `authorization_code`.",
    schema: LIST({ enum: USER_GRANT_TYPES }),
  },
  scope: { description: "Scopes, separated by spaces. By default, all that such a client may have." },
  token_endpoint_auth_method: {
    description: `How the client authenticates; by default \`${AUTH_METHODS[0]}\`.`,
    schema: { enum: AUTH_METHODS },
  },
  authorization_details_types: {
    description: "The types of authorization_details that it will request (RFC 9396).",
    schema: LIST({ type: "string" }),
  },
  token_endpoint_auth_signing_alg: {
    description: "The one algorithm of its client assertions; by default any of the metadata.",
    schema: { enum: SIGNATURE_ALGORITHMS },
  },
  jwks: {
    description: "Its public keys for `private_key_jwt`: a JWK Set (RFC 7517 section 5). Or `jwks_uri`.",
    schema: { type: "object" },
  },
  jwks_uri: { description: "Where its public keys are, an https URL at a public address.", schema: URI },
  dpop_bound_access_tokens: {
    description: "Whether the client sends a DPoP proof with each token request (RFC 9449, section 5.2).",
    schema: { type: "boolean" },
  },
  tls_client_auth_subject_dn: {
    description:
      "For `tls_client_auth`: the subject of its certificate as RFC 4514 writes it. Exactly one of this and the next four.",
  },
  tls_client_auth_san_dns: { description: "A host name in its certificate." },
  tls_client_auth_san_uri: { description: "A URI in its certificate.", schema: URI },
  tls_client_auth_san_ip: { description: "An IP address in its certificate." },
  tls_client_auth_san_email: { description: "An e-mail address in its certificate." },
  tls_client_certificate_bound_access_tokens: {
    description: "Its tokens are bound to its certificate (RFC 8705 section 3). By default not.",
    schema: { type: "boolean" },
  },
  require_signed_request_object: {
    description: "It will sign all its authorization requests (RFC 9101).",
    schema: { type: "boolean" },
  },
  logo_uri: { description: "The client's logo, an https URL.", schema: URI },
  client_uri: { description: "Its home page, an https URL.", schema: URI },
  policy_uri: { description: "Its privacy policy, an https URL.", schema: URI },
  tos_uri: { description: "Its terms of service, an https URL.", schema: URI },
};

const RESPONSE: Fields = {
  client_id: { description: "The id of the client.", required: true },
  client_id_issued_at: { description: "When, s since 1970.", schema: SECONDS, required: true },
  ...CLIENT_METADATA,
  response_types: {
    description: "`code`, if the client may use the authorization endpoint.",
    schema: LIST({ const: "code" }),
  },
  registration_access_token: { description: "Manages this registration. Keep it.", required: true },
  registration_client_uri: { description: "Where it is managed.", schema: URI, required: true },
  client_secret: { description: "Only in the response to the registration, of a confidential client." },
  client_secret_expires_at: { description: "0: it does not expire.", schema: SECONDS },
};

/** The schemas of these endpoints, by their names among the components. */
export const REGISTRATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  ClientMetadata: objectOf(CLIENT_METADATA, {
    description: "What cannot be registered is left out or replaced; the response says what was registered.",
  }),
  ClientUpdate: objectOf({
    client_id: { description: "The client's own.", required: true },
    client_secret: { description: "The client's own, or left out." },
    ...CLIENT_METADATA,
  }),
  ClientInformation: objectOf(RESPONSE),
};

const METADATA_REFUSALS: readonly Refusal[] = [
  "metadata_not_an_object",
  ["client_metadata_refused", { parameter: "grant_types", violation: "must hold authorization_code" }],
  ["redirect_uris_refused", { parameter: "redirect_uris", violation: "must be a list of URIs" }],
  "malformed_body",
  "secret_in_url",
  "body_too_large",
  "body_not_json",
  "too_many_registrations",
];

const ID = "6f1c0a5e-3d0c-4b36-9a55-0c6f0f3f7a10";
const METADATA = {
  client_name: "Example",
  redirect_uris: ["https://app.example.com/callback"],
  token_endpoint_auth_method: "none",
};

/** Client registration (RFC 7591) and its management (RFC 7592); none if it is off. */
export function registrationEndpoints(instance: Instance): Endpoint[] {
  if (instance.registration === "off") return [];
  const content = information(instance);
  return [create(instance, content), ...management(content)];
}

/** The client information response, with an example. */
function information({ issuer }: Instance): NonNullable<Success["content"]> {
  const value = {
    client_id: ID,
    client_id_issued_at: 1_800_000_000,
    ...METADATA,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    registration_access_token: "rgm_…",
    registration_client_uri: `${issuer}${PATHS.register}/${ID}`,
  };
  return {
    mediaType: "application/json",
    schema: reference("ClientInformation"),
    examples: { client: { summary: "A public client", value } },
  };
}

/** A request with client metadata. */
function body(schema: string, example: object): NonNullable<Endpoint["body"]> {
  return {
    mediaTypes: ["application/json"],
    schema: reference(schema),
    examples: { client: { summary: "A public client", value: example } },
  };
}

const MANAGED = {
  path: `${PATHS.register}/{client_id}`,
  tag: "Registration",
  security: REGISTRATION_ACCESS_TOKEN,
  parameters: {
    client_id: {
      description: "The id of the client.",
      schema: { type: "string", pattern: "^[0-9a-f-]{36}$" },
      required: true,
    },
  },
} as const;

function create({ registration }: Instance, content: NonNullable<Success["content"]>): Endpoint {
  const needed = registration === "token";
  return {
    operationId: "registerClient",
    method: "post",
    path: PATHS.register,
    tag: "Registration",
    summary: "Register a client",
    description:
      "Dynamic client registration (RFC 7591)." +
      (needed
        ? " The provider gives out registration tokens, which the request sends as a bearer token."
        : ""),
    ...(needed ? { security: INITIAL_ACCESS_TOKEN } : {}),
    body: body("ClientMetadata", METADATA),
    responses: { 201: { description: "The client is registered.", content } },
    refusals: [
      ...METADATA_REFUSALS,
      ...(needed ? (["registration_token_missing"] as const) : []),
      "too_many_unused_clients",
      ...ANY_REQUEST,
    ],
  };
}

function management(content: NonNullable<Success["content"]>): Endpoint[] {
  return [
    {
      ...MANAGED,
      operationId: "readClient",
      method: "get",
      summary: "Read a registration",
      description: "The registration as it is now (RFC 7592 section 2.1), without the secret.",
      responses: { 200: { description: "The registration.", content } },
      refusals: ["management_token_refused", ...ANY_REQUEST],
    },
    {
      ...MANAGED,
      operationId: "updateClient",
      method: "put",
      summary: "Change a registration",
      description:
        "Replaces the client metadata (RFC 7592 section 2.2): what the request leaves out is removed.",
      body: body("ClientUpdate", { client_id: ID, ...METADATA }),
      responses: { 200: { description: "The changed registration.", content } },
      refusals: ["management_token_refused", ...METADATA_REFUSALS, ...ANY_REQUEST],
    },
    {
      ...MANAGED,
      operationId: "deleteClient",
      method: "delete",
      summary: "Remove a registration",
      description: "Removes the client and ends all of its sessions (RFC 7592 section 2.3).",
      responses: { 204: { description: "The client is removed." } },
      refusals: ["management_token_refused", ...ANY_REQUEST],
    },
  ];
}
