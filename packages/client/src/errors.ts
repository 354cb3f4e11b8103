import type { EndReason, Refusal } from "./types.ts";

/** Stable error codes; `switch (error.code)` narrows the type. */
export type TokenErrorCode =
  /** SessionEndedError: log in again. */
  | "session_ended"
  /** TokenUnavailableError: retry. */
  | "token_unavailable"
  /** ClientConfigError: correct the configuration. */
  | "client_config"
  /** StoreError: the store needs repair. */
  | "store_failed"
  /** LockBusyError, which a lock throws; the client never does. */
  | "lock_busy"
  /** LockUnavailableError: the lock needs repair. */
  | "lock_unavailable";

const BRAND = Symbol.for("@regrant/client.TokenError");

/** The options of an error. */
export interface TokenErrorOptions extends ErrorOptions {
  /** What the server said, if it refused the request. */
  readonly refusal?: Refusal | undefined;
  /** When to retry, ms since the epoch by this machine's clock. */
  readonly retryAt?: number | undefined;
}

/**
 * Base class of the client's errors. Messages contain no token, no secret and, of what a server wrote, its error code at
 * most.
 */
export abstract class TokenError extends Error {
  /** Which error it is. */
  abstract readonly code: TokenErrorCode;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean = false;
  /** When to retry, ms since the epoch by this machine's clock. */
  readonly retryAt: number | undefined;
  /** The error code of a server that refused the request (RFC 6749 §5.2). */
  readonly error: string | undefined;
  /**
   * What the server wrote about it, for a log: up to 2,000 characters of any text, without control characters and without the
   * tokens and secrets that were sent.
   */
  readonly description: string | undefined;

  constructor(message: string, options: TokenErrorOptions = {}) {
    super(message, options);
    this.retryAt = options.retryAt;
    this.error = options.refusal?.error;
    this.description = options.refusal?.description;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** The session has ended: log in again, unless `reason` is `cleared`. */
export class SessionEndedError extends TokenError {
  override readonly name = "SessionEndedError";
  readonly code = "session_ended";
  /** Why the session ended. */
  readonly reason: EndReason;

  constructor(reason: EndReason, message = `No session: ${reason}`, options?: TokenErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** No valid token is available at the moment; the session is kept. Retry after `retryAt`. */
export class TokenUnavailableError extends TokenError {
  override readonly name = "TokenUnavailableError";
  readonly code = "token_unavailable";
  override readonly retryable = true;
}

/** The server refuses this client, or an option is invalid: correct the configuration. The session is kept. */
export class ClientConfigError extends TokenError {
  override readonly name = "ClientConfigError";
  readonly code = "client_config";
}

/** The store could not be read or written. */
export class StoreError extends TokenError {
  override readonly name = "StoreError";
  readonly code = "store_failed";
  override readonly retryable = true;
}

/** Another holder did not release the lock in time. The client then reads the store again and never proceeds unlocked. */
export class LockBusyError extends TokenError {
  override readonly name = "LockBusyError";
  readonly code = "lock_busy";
  override readonly retryable = true;
}

/** The lock itself failed: a folder that cannot be written, a server that is down. */
export class LockUnavailableError extends TokenError {
  override readonly name = "LockUnavailableError";
  readonly code = "lock_unavailable";
  override readonly retryable = true;
}

/** Whether `error` is a TokenError, of any copy of this package, and has the code. */
export function isTokenError<C extends TokenErrorCode>(
  error: unknown,
  code?: C,
): error is TokenError & { code: C } {
  return BRAND in Object(error) && (code === undefined || (error as TokenError).code === code);
}

/**
 * The code or name of a foreign error, reported in place of the error itself: what drivers and HTTP libraries throw may
 * contain the request, and with it tokens.
 */
export function nameOf(error: unknown): string {
  const { code, name, cause } = Object(error) as {
    code?: unknown;
    name?: unknown;
    cause?: { code?: unknown };
  };
  const word = [cause?.code, code, name].find((word) => typeof word === "string" && /^\w{1,40}$/.test(word));
  return (word as string | undefined) ?? "Error";
}

/**
 * A database driver's error reduced to its message, safe to log as a cause: drivers attach the command's arguments
 * (ioredis) or the statement's values (mysql2), tokens among them.
 */
export function messageOnly(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : "the driver failed");
}
