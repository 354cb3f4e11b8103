/** A value or a promise of it: what a callback may return. */
export type Awaitable<T> = T | PromiseLike<T>;

/** An access token as callers get it, without the refresh token. */
export interface Token {
  /** For the `Authorization` header, after `tokenType`. */
  readonly accessToken: string;
  /** The scheme of the `Authorization` header, such as `Bearer`. */
  readonly tokenType: string;
  /** ms since the epoch by this machine's clock; undefined: the server did not say. */
  readonly expiresAt: number | undefined;
  /** Space-separated, as granted; undefined: as requested (RFC 6749 §5.1). */
  readonly scope: string | undefined;
  /**
   * The members of the token response but the two tokens, such as `id_token`. What the response to a refresh leaves out
   * stays as an earlier one said it.
   */
  readonly response: Readonly<Record<string, unknown>>;
}

/** What a token endpoint said when it refused a request. */
export interface Refusal {
  /** Its error code (RFC 6749 §5.2). */
  readonly error?: string | undefined;
  /** Its own words, at most 2,000 characters, without control characters and without the tokens and secrets that were sent. */
  readonly description?: string | undefined;
}

/** Why there is no session; only a login starts one. */
export type EndReason =
  /** No login yet. */
  | "empty"
  /** The server refused the refresh token. */
  | "rejected"
  /** The program ended it, with `clear`. */
  | "cleared"
  /** The access token has expired, and there is no refresh token. */
  | "no_refresh_token"
  /** The server refused the refresh token after a response was lost: it may have been spent, not revoked. */
  | "outcome_unknown"
  /** The tokens are bound to a key that this program does not have, or no longer (RFC 9449). */
  | "key_lost";

/**
 * The stored state of one session: a JSON value that is replaced as a whole, so that its parts never come from different
 * responses. Stores treat it as opaque. Instants are ms since the epoch by the authorization server's clock, as far as
 * that is known. An undefined member is equivalent to a missing one.
 */
export interface CredentialRecord {
  /** Version of this format. */
  readonly schema: 1;
  /** Number of token responses so far: 1 after the login. */
  readonly generation: number;
  /** The only URL that the refresh token may be sent to. */
  readonly tokenEndpoint: string;
  /** The client that the refresh token was issued to. */
  readonly clientId: string;
  /** The access token of the last token response. */
  readonly accessToken?: string | undefined;
  /** The access token's `token_type`. */
  readonly tokenType?: string | undefined;
  /** Thumbprint of the key that the tokens are bound to (RFC 7638, RFC 9449). */
  readonly jkt?: string | undefined;
  /** The refresh token to send next. */
  readonly refreshToken?: string | undefined;
  /** Space-separated, as granted. */
  readonly scope?: string | undefined;
  /** When the server issued this access token. */
  readonly issuedAt: number;
  /** An API had rejected the access token before it. */
  readonly isReplacement?: boolean | undefined;
  /** When the access token expires. */
  readonly expiresAt?: number | undefined;
  /** When the server wants the token refreshed (`refresh_in`). */
  readonly refreshAt?: number | undefined;
  /** When the refresh token expires if it is not used before; never after `authorizationExpiresAt`. */
  readonly refreshTokenExpiresAt?: number | undefined;
  /** When the authorization ends, which no refresh postpones. */
  readonly authorizationExpiresAt?: number | undefined;
  /** When the session started: at the login. */
  readonly startedAt?: number | undefined;
  /** The server's retry window for this client, ms, if the last response said it. */
  readonly retryWindow?: number | undefined;
  /** The other members of the token responses so far. */
  readonly response?: Readonly<Record<string, unknown>> | undefined;
  /** The server's clock minus that of the machine that wrote the instants, ms. */
  readonly clockOffset: number;
  /** The claim of the process that is exchanging the refresh token. After `until` it is considered abandoned. */
  readonly intent?: { readonly id: string; readonly at: number; readonly until: number } | undefined;
  /** A refresh was sent and its response lost: the refresh token may be spent since then. */
  readonly unanswered?: { readonly since: number } | undefined;
  /** Backoff: the server was unavailable, or refused the client with `error`. No request is sent before `until`. */
  readonly cooldown?:
    { readonly until: number; readonly failures: number; readonly error?: string | undefined } | undefined;
  /** The session has ended; the record stays, so that a late write cannot restore it. */
  readonly ended?: { readonly reason: EndReason; readonly at: number } | undefined;
  /** What the server said when it refused the last request. */
  readonly refusal?: Refusal | undefined;
}

/** Identifies one state of a stored record: opaque, compared for equality, never reused for a key. */
export type Version = string;

/** A record as a store returns it. */
export interface Versioned {
  /** Changes with each write of the record. */
  readonly version: Version;
  /** As a store read it, so possibly damaged: the client checks it. */
  readonly record: CredentialRecord;
}

/** How far a store's records, and so its sessions, are shared. */
export type StoreScope = "process" | "origin" | "machine" | "shared";

/**
 * Stores records. `storeContract` of `@regrant/client/testing` tests an implementation.
 *
 * Every method rejects if the store cannot be reached or read. A missing record is `undefined`, not an error, and neither
 * is a damaged one: it has a version, by which a login replaces it.
 */
export interface TokenStore {
  /** Reads the record of a key; `undefined`: it was never written. */
  get(key: string, options?: { signal?: AbortSignal | undefined }): Awaitable<Versioned | undefined>;
  /**
   * Writes `next` if the stored version is still `expected` (`null`: no record); durable when it returns.
   *
   * @returns the new version; `false`: another writer was first, and nothing was written
   */
  compareAndSet(
    key: string,
    expected: Version | null,
    next: CredentialRecord,
    options?: { signal?: AbortSignal | undefined },
  ): Awaitable<Version | false>;
  /**
   * Calls back when another instance may have changed the record. A hint: it may come late, repeatedly or never, but
   * not before `subscribe` has returned. Returns the function that unsubscribes.
   */
  subscribe?(key: string, onChange: () => void): () => void;
  /** How far the records are shared. */
  readonly scope: StoreScope;
  /** Whether exactly one of several concurrent `compareAndSet` succeeds, throughout the scope. */
  readonly atomic: boolean;
}

/** A held lock. `signal` aborts when the lock is lost; after that no refresh token may be sent. */
export interface Lease {
  /** Aborts when the lock is lost. */
  readonly signal: AbortSignal;
}

/** Time limits of one use of a lock. */
export interface LockOptions {
  /** How long to wait for the holder, ms. */
  readonly waitMs: number;
  /** A holder without a heartbeat for this long loses the lock, ms. */
  readonly leaseMs: number;
  /** Aborts the wait; never interrupts running work. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while holding the lock `name`, and releases it when the work settles. A lock saves requests; no token
 * is lost without it. `lockContract` of `@regrant/client/testing` tests an implementation.
 *
 * @throws LockBusyError the holder did not release it in time; LockUnavailableError the lock itself failed
 */
export interface TokenLock {
  <T>(name: string, work: (lease: Lease) => Promise<T>, options: LockOptions): Promise<T>;
}
