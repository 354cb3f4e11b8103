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
  certificate_missing: {
    ...AUTHENTICATION_FAILED,
    meaning:
      "The client authenticates by its certificate, and the request came without one: over a connection that did not ask for " +
      "it, or through a proxy that does not pass it on (`clientCertificateHeader`).",
  },
  certificate_not_trusted: {
    ...AUTHENTICATION_FAILED,
    meaning:
      "The client's certificate is outside of its dates, or no authority of `clientCertificateAuthorities` has issued it " +
      "for clients. The log says which.",
  },
  certificate_name_mismatch: {
    ...AUTHENTICATION_FAILED,
    meaning:
      "The client's certificate has another name than the client is registered with. The log has its subject; " +
      "`npx regrant client update --tls-subject` changes the client.",
  },
  certificate_key_mismatch: {
    ...AUTHENTICATION_FAILED,
    meaning:
      "The key of the client's certificate is not among its `jwks`; those at a `jwks_uri` are fetched again at most every 10 s.",
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
  auth_method_mismatch: {
    ...AUTHENTICATION_FAILED,
    meaning:
      "The client sent other credentials than its `token_endpoint_auth_method` says. `npx regrant client show` shows it.",
  },
  // What is wrong with an assertion may be told where it does not depend on the client.
  client_assertion_type: {
    code: "invalid_client",
    description: "The client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer.",
    meaning:
      "A client assertion came with another type than that of a JWT, or without one (RFC 7523 section 2.2).",
  },
  client_assertion_malformed: {
    code: "invalid_client",
    description: "The client_assertion must be a signed JWT of at most 8192 characters, without crit.",
    meaning: "The client assertion cannot be read.",
  },
  client_assertion_subject: {
    code: "invalid_client",
    description: "The iss and the sub of the client assertion must be the client_id of the client.",
    meaning:
      "The client assertion does not name one client, or `client_id` names another (RFC 7523 section 3).",
  },
  client_assertion_algorithm: {
    code: "invalid_client",
    description:
      "The alg of the client assertion must be one of token_endpoint_auth_signing_alg_values_supported in the metadata.",
    meaning:
      "The client assertion is signed by an algorithm that is not accepted. `assertionRs256` accepts RS256.",
  },
  client_assertion_audience: {
    code: "invalid_client",
    description: "The aud of the client assertion must be the issuer of this service, as a string.",
    meaning:
      "The client assertion is for another audience, or for several. `assertionTokenUrl` accepts the URL of the token " +
      "endpoint too.",
  },
  client_assertion_time: {
    code: "invalid_client",
    description:
      "The client assertion must have an exp in the next hour, and neither nbf nor iat may be in the future.",
    meaning:
      "The client assertion has expired, is not valid yet or is valid for too long. Compare the clocks.",
  },
  client_assertion_jti: {
    code: "invalid_client",
    description: "The client assertion must have a jti of 1 to 256 characters.",
    meaning: "Without a `jti`, a client assertion could be used twice.",
  },
  client_assertion_signature: {
    ...AUTHENTICATION_FAILED,
    meaning:
      "No key of the client has signed the assertion. `npx regrant client show` lists its keys; those at a `jwks_uri` are " +
      "fetched again for an unknown `kid`, at most every 10 s.",
  },
  client_assertion_used: {
    code: "invalid_client",
    description: "The client assertion was used before. Each request needs a new one.",
    meaning: "An assertion with this `jti` was used before: by the client's mistake, or by a thief.",
  },
  client_keys_unavailable: {
    ...AUTHENTICATION_FAILED,
    meaning: "The client's `jwks_uri` cannot be fetched, or is no JWK Set. The log says why.",
  },
  // RFC 6749 §2.3: one method in each request.
  two_authentication_methods: {
    code: "invalid_request",
    description: "The client must use one authentication method, either the header or the body.",
    meaning: "Credentials came in the `Authorization` header and in the body (RFC 6749 section 2.3).",
  },
  // RFC 8705 §3: tokens may be bound to a certificate also where the client authenticates otherwise.
  client_certificate_missing: {
    code: "invalid_request",
    description: "This client must show its certificate in the TLS connection.",
    meaning:
      "The client's tokens are bound to its certificate (`tls_bound`), and the token request came without one. Nothing was " +
      "spent.",
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
