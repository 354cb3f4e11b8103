/** Error codes, each with its usual HTTP status; a cause may have another. */
export const STATUS = {
  // RFC 6749 §5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  // RFC 7009 §2.2.1
  unsupported_token_type: 400,
  // RFC 6749 §5.2
  invalid_scope: 400,
  // RFC 8707 §2
  invalid_target: 400,
  // RFC 9396 §5
  invalid_authorization_details: 400,
  // RFC 9449 §5, §8
  invalid_dpop_proof: 400,
  use_dpop_nonce: 400,
  // RFC 6749 §4.1.2.1
  access_denied: 403,
  unsupported_response_type: 400,
  // RFC 9101 §7
  invalid_request_object: 400,
  // OpenID Connect Core §3.1.2.6: for `prompt`, and for the parameter that names a request
  invalid_request_uri: 400,
  login_required: 400,
  consent_required: 400,
  // OpenID Connect Core Error Code unmet_authentication_requirements 1.0, RFC 9470 §5
  unmet_authentication_requirements: 400,
  // RFC 8628 §3.5
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  // RFC 7591 §3.2.2
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 6749 §4.1.2.1, here for failures of the service at any endpoint
  temporarily_unavailable: 503,
  server_error: 500,
} as const satisfies Record<string, number>;

/** The `error` of an error response. */
export type OAuthErrorCode = keyof typeof STATUS;

/**
 * `error_reason`, a member of Regrant's own: why a refresh token was refused. It tells the client what to do, and a
 * stranger nothing.
 */
export type ErrorReason = "expired" | "revoked" | "reused" | "invalid";

/** What the table of causes says of one cause. */
export interface CauseSpec {
  code: OAuthErrorCode;
  /** HTTP status, where it is not the code's usual one. */
  status?: number;
  /**
   * `error_description`: ASCII without `"` and `\` (RFC 6749 §5.2), and never what was sent. `{parameter}` and
   * `{violation}` stand for fixed words that the thrower gives.
   */
  description: string;
  /** Only of causes that refuse a token. */
  reason?: ErrorReason;
  /** `Retry-After` unless the thrower says otherwise, s. */
  retryAfter?: number;
  /** Scheme of the `WWW-Authenticate` header, where it does not depend on the request. */
  challenge?: "Basic" | "Bearer";
  /** For operators, in the reference: what happened and, where something can be done, what. */
  meaning: string;
}
