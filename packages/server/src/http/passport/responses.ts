import type { Cause } from "../../errors/causes.ts";
import type { OAuthError } from "../../errors/oauth-error.ts";
import type { TokenResponse } from "../../grant-types/token-response.ts";
import type { PassportFamily } from "./requests.ts";
import { errorHeaders, tokenResponseBody } from "../responses.ts";

/** An error of league/oauth2-server: RFC 6749 §5.2 with `hint`, which clients match on. */
interface PassportError {
  status: number;
  error: string;
  description: string;
  hint?: string;
}

const INVALID_CLIENT = { status: 401, error: "invalid_client", description: "Client authentication failed" };
const UNSUPPORTED = {
  status: 400,
  error: "unsupported_grant_type",
  description: "The authorization grant type is not supported by the authorization server.",
  hint: "Check that all required parameters have been provided",
};

/**
 * Hints for a refused refresh token, by cause. Passport knows neither reuse nor retries: to its clients, both are
 * revoked tokens.
 */
const TOKEN_HINTS: Partial<Record<Cause, string>> = {
  forged: "Cannot decrypt the refresh token",
  client_mismatch: "Token is not linked to client",
  binding_mismatch: "Token is not linked to client",
  expired: "Token has expired",
  exhausted: "Token has expired",
  revoked: "Token has been revoked",
  reused: "Token has been revoked",
  concurrent_use: "Token has been revoked",
  unknown: "Token has been revoked",
  generation_ahead: "Token has been revoked",
};

/** Causes that Passport reports as failed client authentication. */
const CLIENT_CAUSES: ReadonlySet<Cause> = new Set<Cause>([
  "unknown_client",
  "wrong_secret",
  "client_disabled",
]);
/** Causes that Passport reports as wrong credentials of the user. */
const PASSWORD_CAUSES: ReadonlySet<Cause> = new Set<Cause>([
  "unknown_account",
  "wrong_password",
  "account_disabled",
  "account_service_refused",
]);
/** Causes that Passport reports with a hint at the parameter. */
const PARAMETER_CAUSES: ReadonlySet<Cause> = new Set<Cause>([
  "parameter_missing",
  "parameter_too_long",
  "parameter_is_array",
]);

/** Translates an error to Passport's equivalent. A case that Passport does not have keeps our code and text. */
function passportError(error: OAuthError, family: PassportFamily): PassportError {
  const { code, causeName: cause, parameter, description, status } = error;
  const league9 = family === "passport-13";
  const isMissing = cause === "parameter_missing" && parameter === "grant_type";
  if (code === "unsupported_grant_type" || isMissing) return UNSUPPORTED;
  if (cause === "secret_missing") return league9 ? invalidParameter("client_secret") : INVALID_CLIENT;
  if (CLIENT_CAUSES.has(cause)) return INVALID_CLIENT;
  if (cause === "grant_type_not_allowed") {
    const text = "The authenticated client is not authorized to use this authorization grant type.";
    return league9 ? { status: 400, error: "unauthorized_client", description: text } : INVALID_CLIENT;
  }
  if (cause === "client_id_missing") return invalidParameter("client_id");
  if (parameter !== undefined && PARAMETER_CAUSES.has(cause)) return invalidParameter(parameter);
  const hint = TOKEN_HINTS[cause];
  if (hint !== undefined) {
    // league 8 answers a refused refresh token as `invalid_request` with 401; RFC 6749 §5.2 and league 9,
    // `invalid_grant`.
    const named = league9
      ? { status: 400, error: "invalid_grant" }
      : { status: 401, error: "invalid_request" };
    return { ...named, description: "The refresh token is invalid.", hint };
  }
  if (code === "invalid_scope") return invalidScope(error.scope);
  if (PASSWORD_CAUSES.has(cause)) {
    return { status: 400, error: "invalid_grant", description: "The user credentials were incorrect." };
  }
  return { status, error: code, description };
}

function invalidParameter(name: string): PassportError {
  const description =
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more " +
    "than once, or is otherwise malformed.";
  return { status: 400, error: "invalid_request", description, hint: `Check the \`${name}\` parameter` };
}

function invalidScope(scope = ""): PassportError {
  const description = "The requested scope is invalid, unknown, or malformed";
  const hint =
    scope === ""
      ? "Specify a scope in the request or set a default scope"
      : `Check the \`${escapeHtml(scope)}\` scope`;
  return { status: 400, error: "invalid_scope", description, hint };
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#039;",
};

/** Escapes as PHP's `htmlspecialchars` does, which league applies to the scope in its hint. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Writes JSON as PHP's `json_encode` does: slashes and non-ASCII characters are escaped. */
function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replace(
      /[\u007f-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/**
 * Formats an error as Passport does. Passport 8 to 12 repeat the description as `message`.
 *
 * @param error of the token endpoint
 * @param request its method and `Authorization` header decide the text of a 405 and the challenge
 */
export function passportErrorResponse(
  error: OAuthError,
  request: Request,
  family: PassportFamily,
  { cors = false } = {},
): Response {
  const headers = errorHeaders(error, { cors });
  delete headers["WWW-Authenticate"];
  const respond = (status: number, body: string) => new Response(body, { status, headers });
  // Laravel's router and throttle answer these before Passport sees the request.
  if (error.status === 429) return respond(429, phpJson({ message: "Too Many Attempts." }));
  if (error.status === 405)
    return respond(405, JSON.stringify({ message: wrongMethodText(request.method) }, null, 4));

  const { status, error: code, description, hint } = passportError(error, family);
  const authorization = request.headers.get("authorization");
  // As league: the challenge names the scheme of the request, and is absent if the request had no `Authorization`. Scripts
  // of Laravel's own pages get 401 for each refused token: with one, their browsers would show a dialog.
  if (code === "invalid_client" && authorization !== null) {
    headers["WWW-Authenticate"] = `${authorization.startsWith("Bearer") ? "Bearer" : "Basic"} realm="OAuth"`;
  }
  const message = family === "passport-8" ? description : undefined;
  return respond(status, phpJson({ error: code, error_description: description, hint, message }));
}

function wrongMethodText(method: string): string {
  return `The ${method} method is not supported for route oauth/token. Supported methods: POST.`;
}

/** The four members of Passport's token response. Clients of Passport expect no others. */
export function passportTokenBody(response: TokenResponse): object {
  const { token_type, expires_in, access_token, refresh_token } = tokenResponseBody(response);
  return { token_type, expires_in, access_token, refresh_token };
}
