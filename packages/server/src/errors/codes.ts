/**
 * Error codes of RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1, RFC 8707 §2, OpenID Connect Core §3.1.2.6 (for `prompt`,
 * and the two parameters that name a request), RFC 8628 §3.5, RFC 7591 §3.2.2, RFC 6750 §3.1, and two for failures of
 * the service; each with its usual HTTP status.
 */
export const STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_token_type: 400,
  invalid_scope: 400,
  invalid_target: 400,
  access_denied: 403,
  unsupported_response_type: 400,
  request_not_supported: 400,
  invalid_request_uri: 400,
  login_required: 400,
  consent_required: 400,
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  invalid_token: 401,
  temporarily_unavailable: 503,
  server_error: 500,
} as const satisfies Record<string, number>;

export type OAuthErrorCode = keyof typeof STATUS;

/** `error_reason`: why a refresh token was refused. It tells a program what to do, and a stranger nothing. */
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
  reason?: ErrorReason;
  /** `Retry-After` unless the thrower says otherwise, s. */
  retryAfter?: number;
  /** Scheme of the `WWW-Authenticate` header, where it does not depend on the request. */
  challenge?: "Basic" | "Bearer";
  /** For operators, in the reference: what happened and, where something can be done, what. */
  meaning: string;
}
