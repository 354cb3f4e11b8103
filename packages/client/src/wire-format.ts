import type { Awaitable } from "./types.ts";

/** A token request before it is sent; client authentication adds to `body` or `headers`. */
export interface TokenRequestParts {
  /** Where the request is sent. */
  readonly tokenEndpoint: string;
  /** The client's id. */
  readonly clientId: string;
  /** The parameters, sent as a form. */
  readonly body: URLSearchParams;
  /** The headers; `Content-Type` is set later. */
  readonly headers: Headers;
}

/** Authenticates the client to the token endpoint (RFC 6749 §2.3). Runs before each request is sent. */
export type ClientAuth = (request: TokenRequestParts) => Awaitable<void>;

/** A successful response of a token endpoint, in wire format (RFC 6749 §5.1). */
export interface TokenResponse {
  /** The access token. */
  readonly access_token: string;
  /** The scheme under which the access token is used. Default `Bearer`. */
  readonly token_type?: string | undefined;
  /** Lifetime of the access token, s. */
  readonly expires_in?: number | string | undefined;
  /** The refresh token; missing in the response to a refresh: the former one stays. */
  readonly refresh_token?: string | undefined;
  /** Space-separated, as granted; missing: as requested. */
  readonly scope?: string | undefined;
  /** How long the refresh token may stay unused, s (draft-ietf-oauth-refresh-token-expiration). */
  readonly refresh_token_timeout?: number | string | undefined;
  /** Time until the authorization ends, s (the same draft). */
  readonly authorization_expires_in?: number | string | undefined;
  /** Time until the refresh token expires, s: the name of GitHub and Google. */
  readonly refresh_token_expires_in?: number | string | undefined;
  /** The same, s: Keycloak's name, where 0 means that it does not expire. */
  readonly refresh_expires_in?: number | string | undefined;
  /** This client's own retry window, s: Regrant's name. */
  readonly refresh_token_retry_window?: number | undefined;
  /** Time until the server wants the token refreshed, s. */
  readonly refresh_in?: number | string | undefined;
  /** When a stored token expires, by the names of other libraries: s or ms since the epoch, or a date. Read by `set` alone. */
  readonly expires_at?: number | string | Date | null | undefined;
  /** The same, by Google's name. */
  readonly expiry_date?: number | string | Date | null | undefined;
  /** The same, by Go's name. */
  readonly expiry?: number | string | Date | null | undefined;
  /** When a stored token was issued, likewise: the members in seconds count from then. Read by `set` alone. */
  readonly created_at?: number | string | Date | null | undefined;
}

/** A response of the token endpoint without a token. */
export interface TokenErrorResponse {
  /** HTTP status */
  readonly status: number;
  /** Members of the JSON object or form; a plain text as `message`; empty if the body is none of these. */
  readonly body: Readonly<Record<string, unknown>>;
  /** As the server sent them. */
  readonly headers: Headers;
}
