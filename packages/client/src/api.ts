import type {
  Awaitable,
  CredentialRecord,
  EndReason,
  StoreScope,
  Token,
  TokenLock,
  TokenStore,
} from "./types.ts";

/** Time, for tests to inject. Instants and durations are ms. */
export interface Clock {
  /** Since the epoch; may jump. */
  now(): number;
  /** Never runs back; may stand still while the machine sleeps. */
  monotonic(): number;
  /** Calls back after `ms`, unless cancelled. In the `background` it does not keep the process alive. */
  timer(ms: number, callback: () => void, background?: boolean): () => void;
}

/** A token request before it is sent; client authentication adds to `body` or `headers`. */
export interface TokenRequestParts {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly body: URLSearchParams;
  readonly headers: Headers;
}

/** Proves to the token endpoint who asks (RFC 6749 §2.3). Runs before each request, and before anything is spent. */
export type ClientAuth = (request: TokenRequestParts) => Awaitable<void>;

/** A successful answer of a token endpoint, as it stands on the wire (RFC 6749 §5.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type?: string | undefined;
  /** s */
  readonly expires_in?: number | string | undefined;
  readonly refresh_token?: string | undefined;
  readonly scope?: string | undefined;
  /** s */
  readonly refresh_token_expires_in?: number | string | undefined;
  /** In how many s the server wants the token refreshed. */
  readonly refresh_in?: number | string | undefined;
}

export interface RefreshOptions {
  /** How long before its expiry a token is refreshed while it is still handed out, ms; default: a fifth
   * of its lifetime, at most 5 min. */
  readonly softMs?: number | undefined;
  /** How long before its expiry callers wait for the refresh, ms; default: a twentieth of its lifetime, at most 30 s. */
  readonly hardMs?: number | undefined;
  /** By how much of `softMs` an instance begins later at most, drawn once, so that not all begin at once; default 0.2. */
  readonly jitter?: number | undefined;
  /** How long a token request may take, ms; default 8000. The claim on the refresh token is held for a quarter more. */
  readonly timeoutMs?: number | undefined;
  /** Further parameters of a refresh, such as `resource`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** For how long after a refresh the server repeats its answer, ms; default: what `issuer` says, else not at all. */
  readonly retryWindowMs?: number | undefined;
}

export interface TokenClientOptions {
  /** https, or http on a loopback host. */
  readonly tokenEndpoint: string | URL;
  readonly clientId: string;
  /** Default: a public client, which sends only its `client_id`. */
  readonly clientAuth?: ClientAuth | undefined;
  /** Names the credential in the store; one client per credential. */
  readonly key: string;
  readonly store: TokenStore;
  /** Saves work where many wait; needed for safety only with a store that is not `atomic`. */
  readonly lock?: TokenLock | undefined;
  /** Who may receive the access token from `fetch`, such as `https://api.example.com`. */
  readonly origins?: readonly (string | URL)[] | undefined;
  /** Where the metadata is that tells `refresh_token_retry_window` (RFC 8414); used for nothing else. */
  readonly issuer?: string | URL | undefined;
  /** The parameters to ask for a token with when there is no refresh token, such as `{ grant_type: "client_credentials" }`. */
  readonly grant?: Readonly<Record<string, string>> | undefined;
  readonly refresh?: RefreshOptions | undefined;
  /** Whether a 401 means that the token is refused; default: its `Bearer` challenge says `invalid_token` (RFC 6750 §3.1). */
  readonly isRejected?: ((response: Response) => Awaitable<boolean>) | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: Clock | undefined;
  /** Called after the fact, never awaited. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined;
}

/** Why a refresh was wanted. */
export type RefreshTrigger = "expiry" | "rejected" | "force";

/** What happened; no event holds a token or a secret. Instants are ms since the epoch by this machine's clock. */
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
      /** What happened, in a word: an OAuth error code, a status, the name of a network error. */
      readonly why: string;
    }
  /** An answer was lost: the refresh token may be spent. */
  | { readonly type: "outcome_unknown"; readonly since: number }
  /** The successor could not be stored: it is served from memory, and the write tried again. */
  | { readonly type: "store_write_failed"; readonly generation: number }
  /** The server says that the refresh token was used twice. */
  | { readonly type: "reuse_suspected"; readonly generation: number }
  | { readonly type: "ended"; readonly reason: EndReason }
  /** The server's clock minus this machine's, ms, where it changed. */
  | { readonly type: "skew"; readonly ms: number }
  /** The store cannot tell two writers apart and there is no lock: two processes may spend one token. Told once. */
  | { readonly type: "weak_coordination"; readonly scope: StoreScope }
  /** `fetch` was asked to go where the token may not; the request went without it. Told once for each origin. */
  | { readonly type: "origin_not_listed"; readonly origin: string };

export interface GetTokenOptions {
  /** For how long the token must still be valid, ms; at most half of its lifetime counts. */
  readonly minValidityMs?: number | undefined;
  /** `cached`: never asks the server. `force`: always does, once for all who force at the same time. */
  readonly mode?: "auto" | "cached" | "force" | undefined;
  /** The access token that an API refused: a token that is not this one is wanted. */
  readonly rejected?: string | undefined;
  /** Ends the caller's wait, never the refresh. */
  readonly signal?: AbortSignal | undefined;
}

export type TokenRequestInit = Omit<RequestInit, "body"> & {
  /** A function makes a body that can be sent a second time. */
  body?: RequestInit["body"] | (() => RequestInit["body"]);
};

export interface TokenStatus {
  /**
   * `fresh`, `stale` (refreshed at the next use), `refreshing`, `unknown-outcome` (an answer was lost, to be asked for
   * again), `ended`, `empty`.
   */
  readonly state: "fresh" | "stale" | "refreshing" | "unknown-outcome" | "ended" | "empty";
  readonly generation: number;
  readonly reason: EndReason | undefined;
  readonly expiresAt: number | undefined;
  /** Until when nobody asks the server again. */
  readonly retryAt: number | undefined;
  /** How far it is certain that one refresh token is spent once. */
  readonly coordination: StoreScope;
}

/** The two methods by which the SDK of the Model Context Protocol, and others, take tokens. */
export interface AuthProvider {
  token(): Promise<string>;
  onUnauthorized(): Promise<void>;
}

export interface TokenClient {
  /**
   * A token that is fresh now.
   *
   * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError; the signal's reason
   */
  getToken(options?: GetTokenOptions): Promise<Token>;
  /** `fetch` with the token, to the listed origins only; tries once more after a 401 that refuses the token. */
  fetch(input: string | URL | Request, init?: TokenRequestInit): Promise<Response>;
  /** The same for libraries that take a middleware. */
  middleware(): (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>;
  authProvider(): AuthProvider;
  /** Begins a session with the answer of a login. */
  set(answer: TokenAnswer): Promise<void>;
  /** Ends the session in the store; what was in it goes to `after`, which may tell the server (`./grants`, `revoker`). */
  clear(after?: (ended: CredentialRecord) => Awaitable<void>): Promise<void>;
  status(): Promise<TokenStatus>;
  /** Keeps the token fresh in the background. */
  start(): void;
  /** Ends the background work; the client still answers. */
  dispose(): void;
  [Symbol.dispose](): void;
}
