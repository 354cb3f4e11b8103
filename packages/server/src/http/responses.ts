import { OAuthError } from "../errors/oauth-error.ts";
import type { TokenResponse } from "../grant-types/token-response.ts";
import { StoreBusyError } from "../store/store.ts";

/** For any origin, without cookies: what answers there is only what the request itself proved. */
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Date, Retry-After, WWW-Authenticate",
};

/** RFC 6749 §5.1. Plain objects, since they reach the socket without becoming `Headers` on the way. */
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

/** A token answer in wire names; keys in the order that providers' clients know (RFC 6749 §5.1). Lifetimes in s. */
export interface TokenResponseBody {
  token_type: "Bearer";
  expires_in: number;
  access_token: string;
  refresh_token: string | undefined;
  scope: string | undefined;
  refresh_token_expires_in: number | undefined;
}

export function tokenResponseBody(answer: TokenResponse): TokenResponseBody {
  return {
    token_type: "Bearer",
    expires_in: answer.expiresIn,
    access_token: answer.accessToken,
    refresh_token: answer.refreshToken,
    scope: answer.scope,
    refresh_token_expires_in: answer.refreshTokenExpiresIn,
  };
}

/** A JSON response that must not be cached (RFC 6749 §5.1). */
export function privateResponse(body: unknown, { cors = false, status = 200 } = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: cors ? NO_STORE_CORS : NO_STORE });
}

/** 204, to a browser of any origin. */
export function emptyResponse(): Response {
  return new Response(null, {
    status: 204,
    headers: { ...CORS, "Cache-Control": "no-store", Pragma: "no-cache" },
  });
}

/** Metadata and JWKS: the same for everybody, for `maxAge` s. */
export function publicResponse(body: unknown, maxAge: number): Response {
  const headers = {
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": `public, max-age=${maxAge}`,
    "X-Content-Type-Options": "nosniff",
    ...CORS,
  };
  return new Response(JSON.stringify(body), { status: 200, headers });
}

/** Any error as what may be said of it: an OAuthError as itself, a busy store as 503, the rest as `server_error`. */
export function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  return new OAuthError(error instanceof StoreBusyError ? "store_busy" : "unexpected", { cause: error });
}

/** The one place where an error becomes its wire form (RFC 6749 §5.2). */
export function errorResponse(error: OAuthError, { cors = false } = {}): Response {
  const body = JSON.stringify({
    error: error.code,
    error_description: error.description,
    error_reason: error.reason,
  });
  return new Response(body, { status: error.status, headers: errorHeaders(error, { cors }) });
}

export function errorHeaders(error: OAuthError, { cors = false } = {}): Record<string, string> {
  const headers: Record<string, string> = { ...(cors ? NO_STORE_CORS : NO_STORE) };
  if (error.challenge !== undefined) headers["WWW-Authenticate"] = CHALLENGES[error.challenge];
  if (error.retryAfter !== undefined) headers["Retry-After"] = String(error.retryAfter);
  if (error.allow !== undefined) headers["Allow"] = error.allow;
  // What is left of the body is not worth reading.
  if (error.status === 413) headers["Connection"] = "close";
  return headers;
}

/** The response to a CORS preflight: the headers that it asks for are allowed, whatever they are. */
export function preflightResponse(request: Request, methods: readonly string[]): Response {
  const asked = request.headers.get("access-control-request-headers") ?? "";
  const headers: Record<string, string> = {
    ...CORS,
    "Access-Control-Allow-Methods": methods.join(", "),
    "Access-Control-Max-Age": "7200",
    Allow: `${allowed(methods)}, OPTIONS`,
    Vary: "Access-Control-Request-Headers",
  };
  if (/^[\w\-, ]{1,1000}$/.test(asked)) headers["Access-Control-Allow-Headers"] = asked;
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
