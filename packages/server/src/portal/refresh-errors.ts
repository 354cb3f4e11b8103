import type { Cause, ParameterCause } from "../errors/causes.ts";

/** A cause that is a whole error by itself. */
export type WholeCause = Exclude<Cause, ParameterCause>;

/**
 * The causes of a refused refresh by what the customer can do, in the order of the page. `docs.error.NAME.meaning` and
 * `docs.error.NAME.action` are the texts. Causes that the customer meets rarely, and that read like their neighbours, are
 * left out.
 */
export const REFRESH_ERRORS = {
  expired: ["expired", "exhausted"],
  revoked: ["revoked"],
  reused: ["reused", "concurrent_use"],
  invalid: ["forged", "unknown", "client_mismatch", "binding_mismatch", "generation_ahead"],
  client: [
    "unknown_client",
    "wrong_secret",
    "secret_missing",
    "public_client_secret",
    "client_disabled",
    "client_id_missing",
  ],
  request: ["malformed_body", "parameter_repeated", "two_authentication_methods", "secret_in_url"],
  body: ["unsupported_body"],
  grantType: ["grant_type_not_allowed"],
  scope: ["scope_exceeded", "malformed_scope"],
  tooMany: ["too_many_failures"],
  busy: ["store_busy", "signature_failed"],
  server: ["unexpected"],
} as const satisfies Record<string, readonly WholeCause[]>;

/** The name of a group of errors, and of its messages. */
export type RefreshError = keyof typeof REFRESH_ERRORS;
