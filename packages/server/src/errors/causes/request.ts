import type { CauseSpec } from "../codes.ts";

/**
 * A request that cannot be read, or lacks a parameter, at any endpoint. Where HTTP has a more exact status than 400
 * (RFC 9110 §15.5), that one is sent.
 */
export const REQUEST_CAUSES = {
  // RFC 6749 §5.2: `invalid_request`; a parameter without a value counts as omitted (§3.1).
  parameter_missing: {
    code: "invalid_request",
    description: "The {parameter} parameter is missing.",
    meaning: "A required parameter is absent or empty. The log line names it.",
  },
  parameter_malformed: {
    code: "invalid_request",
    description: "The {parameter} parameter is malformed.",
    meaning: "A parameter does not have the form that its specification requires. The log line names it.",
  },
  parameter_too_long: {
    code: "invalid_request",
    description: "The {parameter} parameter is too long.",
    meaning: "A user name over 320 bytes or a password over 1,024 bytes. The log line names the parameter.",
  },
  parameter_is_array: {
    code: "invalid_request",
    description: "The {parameter} parameter must not be an array.",
    meaning: "With Passport's wire format: a parameter was sent as `name[]`, where Passport expects text.",
  },
  parameter_repeated: {
    code: "invalid_request",
    description: "A parameter is repeated.",
    meaning: "A parameter was sent more than once, which RFC 6749 section 3.1 forbids.",
  },
  too_many_parameters: {
    code: "invalid_request",
    description: "The request has too many parameters.",
    meaning: "A body or a URL with more than 1,000 parameters.",
  },
  secret_in_url: {
    code: "invalid_request",
    description: "Secrets must be sent in the body, never in the URL. Treat this one as leaked.",
    meaning:
      "A secret, password or token was in the query string, where proxies log it. Rotate it and correct the client.",
  },
  // RFC 9440 §2.2: a malformed field must not be used.
  client_certificate_malformed: {
    code: "invalid_request",
    description: "The client certificate cannot be read.",
    meaning:
      "A trusted proxy's `clientCertificateHeader` is malformed, too long or stands there twice, or the certificate is not X.509; see `detail`.",
  },
  malformed_body: {
    code: "invalid_request",
    description: "The request body is malformed.",
    meaning:
      "The body does not parse as its content type promises, or the connection ended early; see `detail`.",
  },
  // RFC 6585 §5
  head_too_large: {
    code: "invalid_request",
    status: 431,
    description: "The request line and the headers are too large.",
    meaning:
      "They are larger than 64 KiB together, mostly because of cookies that other applications set for the host.",
  },
  malformed_http: {
    code: "invalid_request",
    description: "The request is not valid HTTP.",
    meaning: "A malformed request line, `Host`, header or chunk (RFC 9112).",
  },
  // RFC 9110 §15.5.15
  url_too_long: {
    code: "invalid_request",
    status: 414,
    description: "The URL is too long.",
    meaning: "The path and the query are longer than 32 KiB.",
  },
  // RFC 9110 §15.5.14
  body_too_large: {
    code: "invalid_request",
    status: 413,
    description: "The request body is too large.",
    meaning: "The body is larger than 64 KiB.",
  },
  // RFC 9110 §15.5.16
  unsupported_body: {
    code: "invalid_request",
    status: 415,
    description:
      "The body must be application/x-www-form-urlencoded, multipart/form-data or application/json, uncompressed.",
    meaning: "Wrong or missing `Content-Type`, or a `Content-Encoding`.",
  },
  body_not_json: {
    code: "invalid_request",
    status: 415,
    description: "The body must be application/json, uncompressed.",
    meaning: "A registration request with another `Content-Type`, or with a `Content-Encoding`.",
  },
  // RFC 9110 §15.5.6
  method_not_allowed: {
    code: "invalid_request",
    status: 405,
    description: "The endpoint does not support this method.",
    meaning: "Wrong HTTP method. The `Allow` header lists the supported ones.",
  },
} as const satisfies Record<string, CauseSpec>;
