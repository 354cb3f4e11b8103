import type {
  Awaitable,
  CredentialRecord,
  EndReason,
  StoreScope,
  Token,
  TokenLock,
  TokenStore,
} from "./types.ts";

/** A source of time, which tests replace. Instants and durations are ms. */
export interface Clock {
  /** Wall clock, since the epoch; may jump. */
  now(): number;
  /** Never goes backwards; may stop while the machine sleeps. */
  monotonic(): number;
  /** Calls back after `ms` and returns a cancel function. A `background` timer does not keep the process alive. */
  timer(ms: number, callback: () => void, background?: boolean): () => void;
}

/** A token request before it is sent; client authentication adds to `body` or `headers`. */
export interface TokenRequestParts {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly body: URLSearchParams;
  readonly headers: Headers;
}

/** Authenticates the client to the token endpoint (RFC 6749 §2.3). Runs before each request is sent. */
export type ClientAuth = (request: TokenRequestParts) => Awaitable<void>;

/** A successful response of a token endpoint, in wire format (RFC 6749 §5.1). */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type?: string | undefined;
  /** s */
  readonly expires_in?: number | string | undefined;
  readonly refresh_token?: string | undefined;
  readonly scope?: string | undefined;
  /** s that the refresh token may stay unused, and s until the authorization ends (draft-ietf-oauth-refresh-token-expiration) */
  readonly refresh_token_timeout?: number | string | undefined;
  readonly authorization_expires_in?: number | string | undefined;
  /** s until the refresh token expires: the name of GitHub and Google, and Keycloak's, where 0 means that it does not */
  readonly refresh_token_expires_in?: number | string | undefined;
  readonly refresh_expires_in?: number | string | undefined;
  /** s; Regrant's name, of this client's own retry window */
  readonly refresh_token_retry_window?: number | undefined;
  /** s until the server wants the token refreshed */
  readonly refresh_in?: number | string | undefined;
}

export interface RefreshOptions {
  /** Refresh in the background this long before expiry, ms. Default: a fifth of the lifetime, at most 5 min. */
  readonly softMs?: number | undefined;
  /** Make callers wait for the refresh this long before expiry, ms. Default: a twentieth of the lifetime, at most 30 s. */
  readonly hardMs?: number | undefined;
  /** Each instance delays `softMs` by a random share of up to this fraction, to spread the load. Default 0.2. */
  readonly jitter?: number | undefined;
  /** Timeout of a token request, ms. Default 8000. The claim on the refresh token lasts a quarter longer. */
  readonly timeoutMs?: number | undefined;
  /** Further parameters of a refresh, such as `resource`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /**
   * The server's retry window, ms: how long it repeats a lost response. Default: as the last token response said, else
   * from `issuer`'s metadata, else 0.
   */
  readonly retryWindowMs?: number | undefined;
}

export interface TokenClientOptions {
  /** https, or http on a loopback host. */
  readonly tokenEndpoint: string | URL;
  readonly clientId: string;
  /** Default: a public client, which sends only its `client_id`. */
  readonly clientAuth?: ClientAuth | undefined;
  /** The session's name in the store. Use one client per key and process. */
  readonly key: string;
  readonly store: TokenStore;
  /** Makes waiting for another process cheaper. Required for safety only if the store is not `atomic`. */
  readonly lock?: TokenLock | undefined;
  /** Origins that `fetch` may send the access token to, such as `https://api.example.com`. */
  readonly origins?: readonly (string | URL)[] | undefined;
  /** Issuer whose metadata has `refresh_token_retry_window` (RFC 8414), for a server that does not say it in responses. */
  readonly issuer?: string | URL | undefined;
  /** Parameters that request a token without a refresh token, such as `{ grant_type: "client_credentials" }`. */
  readonly grant?: Readonly<Record<string, string>> | undefined;
  readonly refresh?: RefreshOptions | undefined;
  /** Whether an API rejected the token. Default: a 401 whose `Bearer` challenge has `invalid_token` (RFC 6750 §3.1). */
  readonly isRejected?: ((response: Response) => Awaitable<boolean>) | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Called asynchronously, never awaited; what it throws is ignored. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined;
  /** Emits `expiring` this long before, ms; capped at half of the lifetime. Default: a tenth of it, at most 7 days. */
  readonly expiringLeadMs?: number | undefined;
}

/** Why a refresh was requested. */
export type RefreshTrigger = "expiry" | "rejected" | "force";

/** What happened. Events contain no token and no secret. Instants are ms since the epoch by this machine's clock. */
export type TokenEvent =
  | {
      readonly type: "refreshed";
      readonly by: "self";
      readonly generation: number;
      readonly trigger: RefreshTrigger;
    }
  | { readonly type: "refreshed"; readonly by: "other"; readonly generation: number }
  | {
      readonly type: "refresh_failed";
      readonly retryAt: number;
      readonly status: number | undefined;
      /** An OAuth error code, an HTTP status or the name of a network error. */
      readonly reason: string;
    }
  /** A response was lost: the refresh token may be spent. */
  | { readonly type: "outcome_unknown"; readonly since: number }
  /** The new tokens could not be stored. They are served from memory while the write is retried. */
  | { readonly type: "store_write_failed"; readonly generation: number }
  /** The server reported that the refresh token was reused. */
  | { readonly type: "reuse_suspected"; readonly generation: number }
  /**
   * The session ends at `at`. `authorization`: however often it is refreshed; only a login, or an extension at the server,
   * postpones it. `refresh_token`: unless it is refreshed before. Emitted once per instant, by calls that need a token.
   */
  | { readonly type: "expiring"; readonly at: number; readonly reason: "authorization" | "refresh_token" }
  | { readonly type: "ended"; readonly reason: EndReason }
  /** The server's clock minus this machine's, ms; emitted when it changes. */
  | { readonly type: "skew"; readonly ms: number }
  /** The store is not atomic and there is no lock: two processes may spend the same token. Emitted once. */
  | { readonly type: "weak_coordination"; readonly scope: StoreScope }
  /** `fetch` sent a request without the token, because its origin is not in `origins`. Emitted once per origin. */
  | { readonly type: "origin_not_listed"; readonly origin: string };

export interface GetTokenOptions {
  /** How long the token must remain valid, ms; capped at half of its lifetime. */
  readonly minValidityMs?: number | undefined;
  /** `cached` never sends a request; `force` always refreshes, once for all concurrent callers. */
  readonly mode?: "auto" | "cached" | "force" | undefined;
  /** An access token that an API rejected: return a different one. */
  readonly rejected?: string | undefined;
  /** Aborts the caller's wait, not the refresh. */
  readonly signal?: AbortSignal | undefined;
}

/** `RequestInit` whose body may be a function, called for each attempt, so that a streamed request can be resent. */
export type FetchInit = Omit<RequestInit, "body"> & {
  body?: RequestInit["body"] | (() => RequestInit["body"]);
};

export interface TokenStatus {
  /**
   * `fresh`; `stale`: refreshed at the next use; `refreshing`; `outcome_unknown`: a response was lost and the refresh
   * will be retried; `ended`; `empty`: no login yet.
   */
  readonly state: "fresh" | "stale" | "refreshing" | "outcome_unknown" | "ended" | "empty";
  readonly generation: number;
  readonly reason: EndReason | undefined;
  readonly expiresAt: number | undefined;
  /** When the session ends if it is not refreshed before; never after `authorizationExpiresAt`. undefined: unknown. */
  readonly refreshTokenExpiresAt: number | undefined;
  /** When the session ends at the latest, unless it is extended at the server. undefined: unknown, or never. */
  readonly authorizationExpiresAt: number | undefined;
  /** End of the backoff: no request is sent before. */
  readonly retryAt: number | undefined;
  /** How far it is guaranteed that a refresh token is spent once. */
  readonly coordination: StoreScope;
}

/** The interface through which the Model Context Protocol SDK, among others, takes tokens. */
export interface AuthProvider {
  token(): Promise<string>;
  onUnauthorized(): Promise<void>;
}

export interface TokenClient {
  /**
   * Returns a valid access token, refreshed if necessary.
   *
   * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError; the signal's reason
   */
  getToken(options?: GetTokenOptions): Promise<Token>;
  /** `fetch` with the token, to the listed origins only. Retries once with a new token if the API rejects the first. */
  fetch(input: string | URL | Request, init?: FetchInit): Promise<Response>;
  /** `fetch` as a middleware, for libraries that take `(request, next)`. */
  middleware(): (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>;
  authProvider(): AuthProvider;
  /** Starts a session with the token response of a login; replaces any earlier session. */
  set(response: TokenResponse): Promise<void>;
  /** Ends the session in the store, then passes its last record to `after`, such as `revoker` of `./grants`. */
  clear(after?: (ended: CredentialRecord) => Awaitable<void>): Promise<void>;
  /** Reads the store; sends no request. @throws StoreError */
  status(): Promise<TokenStatus>;
  /** Keeps the token fresh in the background. */
  start(): void;
  /** Stops the background work; the client remains usable. */
  dispose(): void;
  [Symbol.dispose](): void;
}
