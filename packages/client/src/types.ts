/** What a function of the user's may return: a value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** What a caller gets. The refresh token is not on it: nobody but the client needs it. */
export interface Token {
  readonly accessToken: string;
  readonly tokenType: string;
  /** By this machine's clock, ms since the epoch; undefined: the server did not say. */
  readonly expiresAt: number | undefined;
  /** Space-separated, as the server granted it; undefined: as it was asked for. */
  readonly scope: string | undefined;
}

/**
 * Why there is no session; only a login begins one. `empty`: nobody has logged in yet. `outcome_unknown`: a refresh was
 * sent, its answer was lost, and the server does not repeat it.
 */
export type EndReason = "empty" | "rejected" | "cleared" | "no_refresh_token" | "outcome_unknown";

/**
 * All that is kept of one credential: a JSON value that is replaced as a whole, so that no two of its parts can come
 * from different answers. Stores do not look into it. Instants are ms since the epoch by the authorization server's
 * clock, as far as it is known. A member that is undefined is as good as one that is missing.
 */
export interface CredentialRecord {
  readonly schema: 1;
  /** Token answers so far: 1 for the first tokens. */
  readonly generation: number;
  /** Where the refresh token may be sent, and nowhere else. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly accessToken?: string | undefined;
  readonly tokenType?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
  /** When the answer with this access token was made. */
  readonly issuedAt: number;
  readonly expiresAt?: number | undefined;
  /** From when on the server wants the token refreshed (`refresh_in`). */
  readonly refreshAt?: number | undefined;
  readonly refreshTokenExpiresAt?: number | undefined;
  /** The server's clock minus that of whoever wrote the instants, ms. */
  readonly clockOffset: number;
  /** Somebody is asking for the successor and has until `until`; after that, whoever it was ended without a word. */
  readonly intent?: { readonly id: string; readonly at: number; readonly until: number } | undefined;
  /** A refresh was sent and no answer came: the refresh token may be spent since then. */
  readonly unanswered?: { readonly since: number } | undefined;
  /** The server could not answer, or refused the client with `error`: nobody asks again before `until`. */
  readonly cooldown?:
    { readonly until: number; readonly failures: number; readonly error?: string | undefined } | undefined;
  /** The session is over; the record stays, so that a late writer cannot bring it back. */
  readonly ended?: { readonly reason: EndReason; readonly at: number } | undefined;
}

/** Names one state of a stored record; opaque, compared for equality, never used twice for one key. */
export type Version = string;

export interface Versioned {
  readonly version: Version;
  readonly record: CredentialRecord;
}

/** How far a store's records, and so the sessions in it, are shared. */
export type StoreScope = "process" | "origin" | "machine" | "shared";

/**
 * Where records are kept. `storeContract` of `@regrant/client/testing` proves an implementation.
 *
 * Every method rejects when the store cannot be reached or read; a missing record is `undefined`, never an error.
 */
export interface TokenStore {
  get(key: string, options?: { signal?: AbortSignal | undefined }): Awaitable<Versioned | undefined>;
  /**
   * Writes `next` if the stored version is still `expected` (`null`: there is no record), durably before it returns.
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
   * Calls back when the record may have changed elsewhere since. A hint only: it may come late, twice or never, but not
   * before `subscribe` has returned.
   */
  subscribe?(key: string, onChange: () => void): () => void;
  readonly scope: StoreScope;
  /** Whether of several `compareAndSet` at once, from wherever the scope reaches, exactly one wins. */
  readonly atomic: boolean;
}

/** What a lock lends: `signal` aborts when the lease is lost, after which no refresh token may be sent. */
export interface Lease {
  readonly signal: AbortSignal;
}

export interface LockOptions {
  /** How long to wait for the holder before rejecting with `LockBusyError`, ms. */
  readonly waitMs: number;
  /** After how long without a sign of life a holder is taken for dead, ms. */
  readonly leaseMs: number;
  /** Gives up the wait; never takes the lock from running work. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while nobody else runs work under `name`, as far as the lock reaches, and frees the name however it
 * ends. It saves work; that no token is lost does not depend on it. `lockContract` of `@regrant/client/testing`
 * proves an implementation.
 *
 * @throws LockBusyError the holder did not end in time; LockUnavailableError the lock itself does not work
 */
export type TokenLock = <T>(
  name: string,
  work: (lease: Lease) => Promise<T>,
  options: LockOptions,
) => Promise<T>;
