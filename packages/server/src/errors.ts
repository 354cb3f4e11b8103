/**
 * Wire codes of RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1, RFC 8707 §2, OpenID Connect Core §3.1.2.6 (for `prompt`,
 * and the two parameters that name a request), RFC 8628 §3.5, RFC 7591 §3.2.2, RFC 6750 §3.1, and the two for our own
 * faults.
 */
export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_token_type"
  | "invalid_scope"
  | "invalid_target"
  | "access_denied"
  | "unsupported_response_type"
  | "request_not_supported"
  | "invalid_request_uri"
  | "login_required"
  | "consent_required"
  | "authorization_pending"
  | "slow_down"
  | "expired_token"
  | "invalid_redirect_uri"
  | "invalid_client_metadata"
  | "invalid_token"
  | "temporarily_unavailable"
  | "server_error";

/** Why a refresh token was refused, for programs: what its holder may know and a stranger learns nothing from. */
export type ErrorReason = "expired" | "revoked" | "reused" | "invalid";

const STATUS: Record<OAuthErrorCode, number> = {
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
};

export interface OAuthErrorOptions {
  /** Public text, fixed per case: it never quotes input and never says which of two secrets was wrong. */
  description: string;
  /** The named cause for log, metric and event; never sent. */
  detail?: string;
  reason?: ErrorReason;
  /** The scope that was asked for and is none, or too much: said only where Passport's answers are configured. */
  scope?: string | undefined;
  /** HTTP status, where it is not the code's own. */
  status?: number;
  /** `Retry-After`, s. */
  retryAfter?: number;
  /**
   * The scheme of the `WWW-Authenticate` that the answer must carry: of the `Authorization` header that the request used
   * (RFC 6749 §5.2), or ought to (RFC 6750 §3).
   */
  challenge?: "Basic" | "Bearer" | undefined;
  /** `Allow` of a 405. */
  allow?: string;
  cause?: unknown;
}

/** The one error that reaches the wire as itself; anything else becomes `server_error` with a fixed text. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: OAuthErrorCode;
  readonly description: string;
  readonly detail: string;
  readonly status: number;
  readonly reason: ErrorReason | undefined;
  readonly scope: string | undefined;
  readonly retryAfter: number | undefined;
  readonly challenge: "Basic" | "Bearer" | undefined;
  readonly allow: string | undefined;

  constructor(code: OAuthErrorCode, options: OAuthErrorOptions) {
    super(`${code}: ${options.detail ?? options.description}`, { cause: options.cause });
    this.code = code;
    this.description = options.description;
    this.detail = options.detail ?? code;
    this.status = options.status ?? STATUS[code];
    this.reason = options.reason;
    this.scope = options.scope;
    this.retryAfter = options.retryAfter;
    this.challenge = options.challenge;
    this.allow = options.allow;
  }
}
