import { OAuthError } from "../errors/oauth-error.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import { StoreBusyError } from "../store/store.ts";

/** Any origin may read the response: it depends on nothing but the request itself, and no cookie. */
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Date, Retry-After, WWW-Authenticate",
};

/** RFC 6749 §5.1. Plain objects reach the socket without becoming `Headers` on the way. */
const NO_STORE = {
  "Content-Type": "application/json; charset=UTF-8",
  "Cache-Control": "no-store",
  Pragma: "no-cache",
  "X-Content-Type-Options": "nosniff",
};
const NO_STORE_CORS = { ...NO_STORE, ...CORS };

const CHALLENGES = {
  Basic: 'Basic realm="OAuth", charset="UTF-8"',
  Bearer: 'Bearer realm="OAuth", error="invalid_token"',
};

/** A token response in wire names, in the order of Passport's (RFC 6749 §5.1). Lifetimes in s. */
export interface TokenResponseBody {
  token_type: "Bearer";
  expires_in: number;
  access_token: string;
  refresh_token: string | undefined;
  scope: string | undefined;
  refresh_token_expires_in: number | undefined;
}

/** The wire names of a token response; members without a value are left out of the JSON. */
export function tokenResponseBody(response: TokenResponse): TokenResponseBody {
  return {
    token_type: "Bearer",
    expires_in: response.expiresIn,
    access_token: response.accessToken,
    refresh_token: response.refreshToken,
    scope: response.scope,
    refresh_token_expires_in: response.refreshTokenExpiresIn,
  };
}

/** A JSON response that must not be cached (RFC 6749 §5.1). */
export function privateResponse(body: unknown, { cors = false, status = 200 } = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: cors ? NO_STORE_CORS : NO_STORE });
}

/** 204 that any origin may read (RFC 7592 §2.3). */
export function emptyResponse(): Response {
  return new Response(null, {
    status: 204,
    headers: { ...CORS, "Cache-Control": "no-store", Pragma: "no-cache" },
  });
}

/** A public document, such as metadata or JWKS, which may be cached for `maxAge` s. */
export function publicResponse(body: unknown, maxAge: number): Response {
  const headers = {
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": `public, max-age=${maxAge}`,
    "X-Content-Type-Options": "nosniff",
    ...CORS,
  };
  return new Response(JSON.stringify(body), { status: 200, headers });
}

/** What the wire may say of an error: an OAuthError as itself, a busy store as 503, anything else as `server_error`. */
export function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  return new OAuthError(error instanceof StoreBusyError ? "store_busy" : "unexpected", { cause: error });
}

/** An error as RFC 6749 §5.2 has it, with `error_reason` for refresh tokens. */
export function errorResponse(error: OAuthError, { cors = false } = {}): Response {
  const body = JSON.stringify({
    error: error.code,
    error_description: error.description,
    error_reason: error.reason,
  });
  return new Response(body, { status: error.status, headers: errorHeaders(error, { cors }) });
}

/** Headers of an error response: challenge (RFC 9110 §11.6.1), `Retry-After`, `Allow`. */
export function errorHeaders(error: OAuthError, { cors = false } = {}): Record<string, string> {
  const headers: Record<string, string> = { ...(cors ? NO_STORE_CORS : NO_STORE) };
  if (error.challenge !== undefined) headers["WWW-Authenticate"] = CHALLENGES[error.challenge];
  if (error.retryAfter !== undefined) headers["Retry-After"] = String(error.retryAfter);
  if (error.allow !== undefined) headers["Allow"] = error.allow;
  // The rest of the body is not read.
  if (error.status === 413) headers["Connection"] = "close";
  return headers;
}

/** The response to a CORS preflight: the headers that it asks for are allowed, whatever they are. */
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

/** 405 (RFC 9110 §15.5.6). */
export function wrongMethod(methods: readonly string[]): OAuthError {
  return new OAuthError("method_not_allowed", { allow: allowed(methods) });
}

/** The router serves HEAD wherever it serves GET (RFC 9110 §9.3.2). */
function allowed(methods: readonly string[]): string {
  return methods.map((method) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
}

/** 404 of a path that no route has. */
export function notFoundResponse(): Response {
  return privateResponse({ error: "not_found" }, { status: 404 });
}
