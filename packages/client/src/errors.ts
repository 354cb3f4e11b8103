import type { EndReason } from "./types.ts";

/** What went wrong, as a name that stays; `switch (error.code)` narrows. */
export type TokenErrorCode =
  "session_ended" | "token_unavailable" | "client_config" | "store_failed" | "lock_busy" | "lock_unavailable";

const BRAND = Symbol.for("@regrant/client.TokenError");

/** The base of all errors that the client makes. Messages hold no token, secret or answer of a server. */
export abstract class TokenError extends Error {
  abstract readonly code: TokenErrorCode;
  /** Whether the same call may succeed later, with nothing changed. */
  readonly retryable: boolean = false;
  /** When trying again makes sense, ms since the epoch by this machine's clock. */
  readonly retryAt?: number | undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** The session is over: a new login is needed, unless it was `cleared` on purpose. */
export class SessionEndedError extends TokenError {
  override readonly name = "SessionEndedError";
  readonly code = "session_ended";
  readonly reason: EndReason;

  constructor(reason: EndReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** No fresh token can be had at the moment; the session is kept. */
export class TokenUnavailableError extends TokenError {
  override readonly name = "TokenUnavailableError";
  readonly code = "token_unavailable";
  override readonly retryable = true;
  override readonly retryAt: number | undefined;

  constructor(message: string, options?: ErrorOptions & { retryAt?: number | undefined }) {
    super(message, options);
    this.retryAt = options?.retryAt;
  }
}

/** The server refuses this client, or the options do not fit: the session is kept, somebody must mend the settings. */
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

/** Another holder did not end in time: whoever waited reads the store again, and never goes on without the lock. */
export class LockBusyError extends TokenError {
  override readonly name = "LockBusyError";
  readonly code = "lock_busy";
  override readonly retryable = true;
}

/** The lock itself does not work, whoever holds it: a folder that cannot be written, a server that is down. */
export class LockUnavailableError extends TokenError {
  override readonly name = "LockUnavailableError";
  readonly code = "lock_unavailable";
  override readonly retryable = true;
}

/** Whether `error` is one of the client's, of whatever copy of this package, and has this code. */
export function isTokenError<C extends TokenErrorCode>(
  error: unknown,
  code?: C,
): error is TokenError & { code: C } {
  const branded = typeof error === "object" && error !== null && BRAND in error;
  return branded && (code === undefined || (error as unknown as TokenError).code === code);
}

/**
 * What another's error is called. It is told instead of the error itself: what drivers and HTTP libraries throw may hold
 * the request, and with it tokens.
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
