import type { CauseSpec } from "../codes.ts";

/**
 * One text for every failed authentication: it must not tell which client ids exist. 401 with a challenge (RFC 6749 §5.2,
 * RFC 9110 §15.5.2).
 */
const AUTHENTICATION_FAILED = {
  code: "invalid_client",
  description: "Client authentication failed.",
} as const;

/** For people who follow a link to the authorization endpoint: the client does not authenticate there, so 400. */
const UNKNOWN = { code: "invalid_client", status: 400, description: "The client is unknown." } as const;

/** Client authentication (RFC 6749 §2.3), and what a client may do. */
export const CLIENT_CAUSES = {
  client_id_missing: {
    ...AUTHENTICATION_FAILED,
    meaning: "No `client_id` in the body or the `Authorization` header, or one that is too long.",
  },
  unknown_client: {
    ...AUTHENTICATION_FAILED,
    meaning: "No client has this id. Check it, and that the request reached the right service.",
  },
  wrong_secret: {
    ...AUTHENTICATION_FAILED,
    meaning: "The client secret is wrong or has expired. `npx regrant client rotate-secret` makes a new one.",
  },
  secret_missing: {
    ...AUTHENTICATION_FAILED,
    meaning: "A confidential client sent no secret.",
  },
  public_client_secret: {
    ...AUTHENTICATION_FAILED,
    meaning: "A public client sent a secret, although it has none.",
  },
  client_disabled: {
    ...AUTHENTICATION_FAILED,
    meaning: "The client is disabled. `npx regrant client enable` enables it.",
  },
  malformed_basic: {
    ...AUTHENTICATION_FAILED,
    challenge: "Basic",
    meaning: "The `Authorization: Basic` header cannot be decoded (RFC 6749 section 2.3.1).",
  },
  // RFC 6749 §2.3: one method in each request.
  two_authentication_methods: {
    code: "invalid_request",
    description: "The client must use one authentication method, either the header or the body.",
    meaning: "Credentials came in the `Authorization` header and in the body (RFC 6749 section 2.3).",
  },
  // The authorization endpoint: these are pages, not responses to the client.
  authorization_unknown_client: {
    ...UNKNOWN,
    meaning: "An authorization request names a client that does not exist.",
  },
  authorization_client_disabled: {
    ...UNKNOWN,
    meaning: "An authorization request names a disabled client. `npx regrant client enable` enables it.",
  },
  metadata_document_refused: {
    code: "invalid_client",
    status: 400,
    description: "The client ID metadata document cannot be read, or is not valid.",
    meaning: "The document that the client id points to cannot be used; `detail` says why.",
  },
  metadata_document_invalid: {
    code: "invalid_client",
    status: 400,
    description: "The client ID metadata document is not valid. The member {parameter} {violation}.",
    meaning:
      "A member of the document that the client id points to leaves nothing to use. Text and log line name it, for the " +
      "document's author.",
  },
  // RFC 6749 §5.2: the client is authenticated, and may not do this.
  grant_type_not_allowed: {
    code: "unauthorized_client",
    description: "The client is not allowed to use this grant type.",
    meaning: "The client lacks the grant type. `npx regrant client update --grant-type` sets the list.",
  },
  introspection_by_public_client: {
    code: "unauthorized_client",
    description: "A public client is not allowed to introspect tokens.",
    meaning: "Introspection needs client authentication (RFC 7662 section 2.1).",
  },
  not_resource_server: {
    code: "unauthorized_client",
    description: "Only a resource server is allowed to read the revocation feed.",
    meaning: "`npx regrant client update --resource-server` marks the client as a resource server.",
  },
  not_login_provider: {
    code: "unauthorized_client",
    description: "The client is not allowed to answer login challenges.",
    meaning: "`npx regrant client update --login-provider` allows the client to answer login challenges.",
  },
} as const satisfies Record<string, CauseSpec>;
