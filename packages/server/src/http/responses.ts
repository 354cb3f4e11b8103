import { OAuthError } from "../errors/oauth-error.ts";
import type { AuthorizationDetail } from "../store/grant.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import type { TokenType } from "../sender/sender.ts";
import { StoreBusyError } from "../store/store.ts";

/** Any origin may read the response: it depends on the request alone, never on a cookie. */
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Date, DPoP-Nonce, Retry-After, WWW-Authenticate, X-Request-Id",
};

/**
 * RFC 6749 §5.1: the response MUST include `Cache-Control: no-store` and `Pragma: no-cache`. Plain objects reach the
 * socket without a detour through `Headers`.
 */
const NO_STORE = {
  "Content-Type": "application/json; charset=UTF-8",
  "Cache-Control": "no-store",
  Pragma: "no-cache",
  "X-Content-Type-Options": "nosniff",
};
const NO_STORE_CORS = { ...NO_STORE, ...CORS };

/** The method that a preflight asks for. */
const METHOD = /^[A-Z]{1,16}$/;

const CHALLENGES = {
  Basic: 'Basic realm="OAuth", charset="UTF-8"',
  Bearer: 'Bearer realm="OAuth", error="invalid_token"',
  // A browser that knows the scheme asks its user for a password where a script of the same origin gets the challenge.
  xBasic: 'xBasic realm="OAuth"',
};

/** How an error response depends on its request. */
interface ErrorResponseOptions {
  /** Any origin may read it. */
  cors?: boolean;
  /** A script of a page on the service's own origin sent the request. */
  fromOwnPage?: boolean;
}

/**
 * A token response in wire names (RFC 6749 §5.1), in the order of Passport's members. Lifetimes in s, from the response
 * on. Those of the refresh token come with each refresh token, since all of them are finite
 * (draft-ietf-oauth-refresh-token-expiration-03 §6.1).
 */
export interface TokenResponseBody {
  token_type: TokenType;
  expires_in: number;
  access_token: string;
  refresh_token: string | undefined;
  scope: string | undefined;
  /** Of a token exchange (RFC 8693 §2.2.1). */
  issued_token_type: string | undefined;
  authorization_details: readonly AuthorizationDetail[] | undefined;
  /** The same as `refresh_token_timeout`, under the name that other services use. */
  refresh_token_expires_in: number | undefined;
  /** How long the refresh token may stay unused: §6.1, never more than `authorization_expires_in`. */
  refresh_token_timeout: number | undefined;
  /** What is left of the grant's absolute lifetime. */
  authorization_expires_in: number | undefined;
  /** Regrant's: how long the spent refresh token gets the same tokens. */
  refresh_token_retry_window: number | undefined;
}

/** Translates a token response to wire names. JSON leaves out members without a value. */
export function tokenResponseBody(response: TokenResponse): TokenResponseBody {
  return {
    token_type: response.tokenType,
    expires_in: response.expiresIn,
    access_token: response.accessToken,
    refresh_token: response.refreshToken,
    scope: response.scope,
    issued_token_type: response.issuedTokenType,
    authorization_details: response.authorizationDetails,
    refresh_token_expires_in: response.refreshTokenExpiresIn,
    refresh_token_timeout: response.refreshTokenExpiresIn,
    authorization_expires_in: response.authorizationExpiresIn,
    refresh_token_retry_window: response.retryWindow,
  };
}

/** Makes a JSON response that must not be cached (RFC 6749 §5.1). */
export function privateResponse(body: unknown, { cors = false, status = 200 } = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: cors ? NO_STORE_CORS : NO_STORE });
}

/** Makes a 204 that any origin may read (RFC 7592 §2.3). */
export function emptyResponse(): Response {
  return new Response(null, {
    status: 204,
    headers: { ...CORS, "Cache-Control": "no-store", Pragma: "no-cache" },
  });
}

/** Makes a 204 that must not be cached. */
export function noContent(): Response {
  return new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } });
}

/** Makes the response of a public document, such as metadata or JWKS, which may be cached for `maxAge` s. */
export function publicResponse(body: unknown, maxAge: number): Response {
  const headers = {
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": `public, max-age=${maxAge}`,
    "X-Content-Type-Options": "nosniff",
    ...CORS,
  };
  return new Response(JSON.stringify(body), { status: 200, headers });
}

/**
 * Makes the response of a public document that changes with the configuration alone: it may be cached for `maxAge` s, and
 * a copy with its `ETag` is confirmed by a 304 (RFC 9110 §13.1.2).
 *
 * @param vary the request header that it depends on besides its URL
 */
export function taggedResponse(
  request: Request,
  {
    body,
    contentType,
    tag,
    vary,
  }: { body: string; contentType: string; tag: string; vary?: string | undefined },
  maxAge: number,
): Response {
  const headers = {
    "Cache-Control": `public, max-age=${maxAge}`,
    "X-Content-Type-Options": "nosniff",
    ETag: tag,
    ...(vary === undefined ? {} : { Vary: vary }),
    ...CORS,
  };
  const known = request.headers.get("if-none-match")?.split(",") ?? [];
  // A proxy that compresses makes a tag weak; the comparison is weak too.
  const isKnown = known.some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
  if (isKnown) return new Response(null, { status: 304, headers });
  return new Response(body, { status: 200, headers: { ...headers, "Content-Type": contentType } });
}

/**
 * Converts what was thrown to an error that may be sent: a busy store becomes a 503, everything but an `OAuthError` a
 * `server_error`, whose text says nothing of the cause.
 */
export function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  return new OAuthError(error instanceof StoreBusyError ? "store_busy" : "unexpected", { cause: error });
}

/** Formats an error as RFC 6749 §5.2 defines it. `error_reason` is Regrant's: why a refresh token was refused. */
export function errorResponse(error: OAuthError, options: ErrorResponseOptions = {}): Response {
  const body = JSON.stringify({
    error: error.code,
    error_description: error.description,
    error_reason: error.reason,
  });
  return new Response(body, { status: error.status, headers: errorHeaders(error, options) });
}

/** Makes the headers of an error response: challenge (RFC 9110 §11.6.1), `Retry-After` (§10.2.3), `Allow` (§10.2.1). */
export function errorHeaders(
  error: OAuthError,
  { cors = false, fromOwnPage = false }: ErrorResponseOptions = {},
): Record<string, string> {
  const headers: Record<string, string> = { ...(cors ? NO_STORE_CORS : NO_STORE) };
  // RFC 9110 §15.5.2: a 401 MUST have a challenge; RFC 6749 §5.2: that of the scheme that the client used. One that did
  // not use the header may use Basic.
  const scheme = error.challenge ?? (error.status !== 401 ? undefined : fromOwnPage ? "xBasic" : "Basic");
  if (scheme !== undefined) headers["WWW-Authenticate"] = CHALLENGES[scheme];
  if (error.retryAfter !== undefined) headers["Retry-After"] = String(error.retryAfter);
  // RFC 9110 §15.5.6: a 405 MUST have an `Allow` header.
  if (error.allow !== undefined) headers["Allow"] = error.allow;
  // The rest of the body is not read, so the connection cannot serve another request.
  if (error.status === 413) headers["Connection"] = "close";
  return headers;
}

/** Answers a CORS preflight (Fetch §4.8): every header that the browser names is allowed. */
export function preflightResponse(request: Request, methods: readonly string[]): Response {
  const requested = request.headers.get("access-control-request-headers") ?? "";
  const headers: Record<string, string> = {
    ...CORS,
    "Access-Control-Allow-Methods": methods.join(", "),
    "Access-Control-Max-Age": "7200",
    Allow: `${allowed(methods)}, OPTIONS`,
    Vary: "Access-Control-Request-Headers",
  };
  if (/^[\w\-, ]{1,1000}$/.test(requested)) headers["Access-Control-Allow-Headers"] = requested;
  return new Response(null, { status: 204, headers });
}

/** Makes the 405 of a path that has other methods (RFC 9110 §15.5.6). */
export function wrongMethod(methods: readonly string[]): OAuthError {
  return new OAuthError("method_not_allowed", { allow: allowed(methods) });
}

/** RFC 9110 §9.3.2: the router serves HEAD wherever it serves GET. */
function allowed(methods: readonly string[]): string {
  return methods.map((method) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
}

/**
 * Makes the response of a path without a route: 404, which a page of any origin may read, so that a client that looks
 * for metadata sees that there is none. A preflight is answered as that of a path with the method it asks for.
 */
export function notFoundResponse(request: Request): Response {
  const asked = request.headers.get("access-control-request-method");
  if (request.method === "OPTIONS" && asked !== null && METHOD.test(asked)) {
    return preflightResponse(request, [asked]);
  }
  return privateResponse({ error: "not_found" }, { cors: true, status: 404 });
}
