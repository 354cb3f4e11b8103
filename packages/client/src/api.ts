import type {
  Awaitable,
  CredentialRecord,
  EndReason,
  Lease,
  StoreScope,
  Token,
  TokenLock,
  TokenStore,
} from "./types.ts";
import type { ClientAuth, TokenErrorResponse, TokenResponse } from "./wire-format.ts";

/** A source of time, which tests replace. Instants and durations are ms. */
export interface Clock {
  /** Wall clock, since the epoch; may jump. */
  now(): number;
  /** Never goes backwards; may stop while the machine sleeps. */
  monotonic(): number;
  /** Calls back after `ms` and returns a cancel function. A `background` timer does not keep the process alive. */
  timer(ms: number, callback: () => void, background?: boolean): () => void;
}

/** A refresh that waits for its turn. */
export interface QueuedRefresh {
  /** The session's name in the store. */
  readonly key: string;
  /** The client's source of time. */
  readonly clock: Clock;
  /** How long to wait for the holder, ms. */
  readonly waitMs: number;
  /** How long it may hold the lock, ms. */
  readonly leaseMs: number;
  /** Whether the store is `atomic`, so that a refresh is safe without the lock. */
  readonly isAtomic: boolean;
}

/** A lock as `createTokenClient` takes it: made by `refreshLock` of `./lock` from any TokenLock. */
export interface RefreshLock extends TokenLock {
  /** Runs `work` under the lock; with an aborted lease if another holder did not release it in time. */
  readonly refresh: <T>(work: (lease: Lease) => Promise<T>, refresh: QueuedRefresh) => Promise<T>;
}

/** When and how tokens are refreshed. */
export interface RefreshOptions {
  /** Refresh this long before expiry, ms. Default: a fifth of the lifetime, at most 5 min. */
  readonly softMs?: number | undefined;
  /** Make all callers wait for the refresh this long before expiry, ms. Default: a twentieth of the lifetime, at most 30 s. */
  readonly hardMs?: number | undefined;
  /** Each instance delays `softMs` by a random share of up to this fraction, to spread the load. Default 0.2. */
  readonly jitter?: number | undefined;
  /** Timeout of a token request, ms. Default 8000. The claim on the refresh token lasts a quarter longer. */
  readonly timeoutMs?: number | undefined;
  /** Further parameters of a refresh, such as `resource`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /**
   * The server's retry window, ms: how long it repeats a lost response. A function, such as `retryWindowOf(issuer)` of
   * `./metadata`, is called if the last token response did not say it. Default 0.
   */
  readonly retryWindowMs?: number | (() => Promise<number>) | undefined;
}

/** Makes a new key pair. A private key that is not `extractable` can be used and stored by the browser, and not be read. */
export type CreateKeys = (extractable: boolean) => Promise<CryptoKeyPair>;

/**
 * Returns the stored key pair; if there is none, it stores the one that `create` makes. Of several calls at once, in all
 * that share the place, one stores its key pair, and all return it. Rejects with StoreError.
 */
export type KeySource = (create: CreateKeys) => Awaitable<CryptoKeyPair>;

/** What a proof is made for: one request. */
export interface ProofRequest {
  /** Its method. */
  readonly method: string;
  /** Its URL; the query and the fragment are not part of the proof. */
  readonly url: string | URL;
  /** The access token that it carries; none at a token endpoint. */
  readonly accessToken?: string | undefined;
  /** The server's nonce. Default: the latest that it sent to this program. */
  readonly nonce?: string | undefined;
}

/** What `createTokenClient` passes to `bind`. */
export interface DpopSession extends Pick<TokenClientOptions, "store" | "clientAuth" | "grant"> {
  /** Sends the token requests. */
  readonly fetch: typeof globalThis.fetch;
  /** Reports an event. */
  readonly emit: (event: TokenEvent) => void;
}

/**
 * A key that tokens are bound to, made by `dpop` of `./dpop`, and its proofs (RFC 9449). Each method throws StoreError if
 * the key cannot be read or stored, and ClientConfigError if it cannot be used.
 */
export interface Dpop {
  /** The key pair, for a login with another library; created at the first use. */
  keyPair(): Promise<CryptoKeyPair>;
  /** The public key's thumbprint (RFC 7638): `dpop_jkt` of an authorization request. */
  thumbprint(): Promise<string>;
  /** Signs the proof of one request: the value of its header `DPoP`. */
  proof(request: ProofRequest): Promise<string>;
  /** A `fetch` for token endpoints: adds a proof, and repeats the request once with the nonce that the server requires. */
  tokenFetch(fetch?: typeof globalThis.fetch): typeof globalThis.fetch;
  /**
   * Sends a request of an API with a proof, and once more with the nonce that the API requires. Used by `authorizedFetch`.
   *
   * @param again makes the request a second time; undefined: it can be sent only once
   */
  apiFetch(
    request: Request,
    accessToken: string,
    send: (request: Request) => Promise<Response>,
    again?: () => Request,
  ): Promise<Response>;
  /** What a session uses in place of its own. Used by `createTokenClient`. */
  bind(session: DpopSession): Pick<DpopSession, "store" | "fetch"> & {
    /** @throws ClientConfigError a token of this type is not accepted */
    readonly checkType: (tokenType: string) => void;
  };
}

/** What `createTokenClient` needs: the server, the client, the session's name and its store. */
export interface TokenClientOptions {
  /** URL of the token endpoint: https, or http on a loopback host. */
  readonly tokenEndpoint: string | URL;
  /** Accepts http on every host, for closed networks. Default false. */
  readonly allowHttp?: boolean | undefined;
  /** The client's id at the server. */
  readonly clientId: string;
  /** How the client authenticates to the token endpoint. Default: a public client, which sends only its `client_id`. */
  readonly clientAuth?: ClientAuth | undefined;
  /** The session's name in the store. Use one client per key and process. */
  readonly key: string;
  /** Where the session is stored; all clients over one store and key share it. */
  readonly store: TokenStore;
  /** Makes waiting for another process cheaper, such as `directoryLock` or `webLock`. Required for safety only if the store is not `atomic`. */
  readonly lock?: RefreshLock | undefined;
  /** Parameters that request a token without a refresh token, such as `{ grant_type: "client_credentials" }`. */
  readonly grant?: Readonly<Record<string, string>> | undefined;
  /** When and how tokens are refreshed. */
  readonly refresh?: RefreshOptions | undefined;
  /**
   * Keeps the process running until a background refresh has ended, as `waitUntil` of Workers and of Vercel does. Without
   * it, the first caller in the soft window waits for the refresh, 3 s at most. `() => {}` for a process that nothing
   * freezes.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /**
   * What a response without a token means, where the server says it in words of its own: the code of the error to throw;
   * undefined: as usual. Called after each failed request; if it throws, the session is kept.
   */
  readonly classifyError?:
    | ((response: TokenErrorResponse) => "session_ended" | "token_unavailable" | "client_config" | undefined)
    | undefined;
  /** Binds the tokens to a key: `dpop({ keys })` of `./dpop` (RFC 9449). */
  readonly dpop?: Dpop | undefined;
  /** Sends all requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** The source of time, for tests. Default: the system's clocks. */
  readonly clock?: Clock | undefined;
  /** Called asynchronously, never awaited; what it throws is ignored. */
  readonly onEvent?: ((event: TokenEvent) => void) | undefined;
}

/** Why a refresh was requested. */
export type RefreshTrigger = "expiry" | "rejected" | "force";

/** What happened. Events contain no token and no secret. Instants are ms since the epoch by this machine's clock. */
export type TokenEvent =
  /** This client refreshed the token. */
  | {
      readonly type: "refreshed";
      readonly by: "self";
      readonly generation: number;
      readonly trigger: RefreshTrigger;
    }
  /** Another process or tab refreshed the token; this client has read it. */
  | { readonly type: "refreshed"; readonly by: "other"; readonly generation: number }
  /** A refresh failed, and the session stays. No request is sent before `retryAt`. */
  | {
      readonly type: "refresh_failed";
      readonly retryAt: number;
      readonly status: number | undefined;
      /** An OAuth error code, an HTTP status or the name of a network error. */
      readonly reason: string;
      /** What the server said, as in TokenError. */
      readonly error?: string | undefined;
      readonly description?: string | undefined;
    }
  /** A response was lost: the refresh token may be spent. */
  | { readonly type: "outcome_unknown"; readonly since: number }
  /** The new tokens could not be stored. They are served from memory while the write is retried. */
  | { readonly type: "store_write_failed"; readonly generation: number }
  /** The server reported that the refresh token was reused. */
  | { readonly type: "reuse_suspected"; readonly generation: number }
  /** The session has ended; `error` and `description` are what the server said, if it ended the session. */
  | {
      readonly type: "ended";
      readonly reason: EndReason;
      readonly error?: string | undefined;
      readonly description?: string | undefined;
    }
  /** With `dpop`: the server issued tokens that are not bound to the key, or a login began with such. */
  | { readonly type: "not_bound"; readonly generation: number }
  /** The server's clock minus this machine's, ms; emitted when it changes. */
  | { readonly type: "skew"; readonly ms: number }
  /** The store is not atomic and there is no lock: two processes may spend the same token. Emitted once. */
  | { readonly type: "weak_coordination"; readonly scope: StoreScope };

/** How to get a token. */
export interface GetTokenOptions {
  /** How long the token must remain valid, ms; capped at half of its lifetime. */
  readonly minValidityMs?: number | undefined;
  /** `cached` never sends a request; `force` always refreshes, once for all concurrent callers. */
  readonly mode?: "auto" | "cached" | "force" | undefined;
  /** An access token that an API rejected: return a different one. */
  readonly rejected?: string | undefined;
  /** Aborts the caller's wait, not the refresh. */
  readonly signal?: AbortSignal | undefined;
  /** In place of the client's option of this name. */
  readonly waitUntil?: TokenClientOptions["waitUntil"];
}

/** What is known of a session, as its store has it. Instants are ms since the epoch by this machine's clock. */
export interface TokenStatus {
  /**
   * `fresh`; `stale`: refreshed at the next use; `refreshing`; `outcome_unknown`: a response was lost and the refresh
   * will be retried; `ended`; `empty`: no login yet.
   */
  readonly state: "fresh" | "stale" | "refreshing" | "outcome_unknown" | "ended" | "empty";
  /** Number of token responses so far; 0: no login yet. */
  readonly generation: number;
  /** Why the session ended; undefined: it has not. */
  readonly reason: EndReason | undefined;
  /** When the access token expires; undefined: unknown. */
  readonly expiresAt: number | undefined;
  /** When a call refreshes the token next. undefined: unknown. */
  readonly refreshAt: number | undefined;
  /** When the session started: at the login. undefined: unknown. */
  readonly startedAt: number | undefined;
  /** When the server issued the current tokens. undefined: unknown. */
  readonly issuedAt: number | undefined;
  /** When the session ends if it is not refreshed before; never after `authorizationExpiresAt`. undefined: unknown. */
  readonly refreshTokenExpiresAt: number | undefined;
  /** When the session ends at the latest, unless it is extended at the server. undefined: unknown, or never. */
  readonly authorizationExpiresAt: number | undefined;
  /** End of the backoff: no request is sent before. */
  readonly retryAt: number | undefined;
  /** How far it is guaranteed that a refresh token is spent once. */
  readonly coordination: StoreScope;
}

/** One session's client. */
export interface TokenClient {
  /**
   * Returns a valid access token, refreshed if necessary.
   *
   * @throws SessionEndedError, TokenUnavailableError, ClientConfigError, StoreError; the signal's reason if it aborts
   */
  getToken(options?: GetTokenOptions): Promise<Token>;
  /** Starts a session with the token response of a login; replaces any earlier session. */
  set(response: TokenResponse): Promise<void>;
  /** Ends the session in the store, then passes its last record to `after`, such as `revoker` of `./grants`. */
  clear(after?: (ended: CredentialRecord) => Awaitable<void>): Promise<void>;
  /** Reads the store; sends no request. @throws StoreError */
  status(): Promise<TokenStatus>;
  /**
   * Calls back when another process, tab or worker may have changed the session; may come late, repeatedly or never.
   * Returns the function that unsubscribes.
   */
  subscribe(onChange: () => void): () => void;
  /** The option of this name, for `authorizedFetch`. */
  readonly dpop?: Dpop | undefined;
}
