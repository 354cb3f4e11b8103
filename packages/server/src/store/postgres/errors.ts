import { StoreBusyError } from "../store.ts";

/** Codes of Node.js for a connection that could not be opened or was lost. */
const LOST_CONNECTION: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT", // The Unix socket of a server that is down.
]);

/**
 * SQLSTATEs of a server that cannot do it now: connection exceptions (08), insufficient resources (53), operator
 * intervention (57: shutting down, starting up, a statement cancelled at its timeout), I/O errors (58), an idle
 * transaction that was ended (25P03), and a primary that was demoted meanwhile and is read-only (25006).
 */
const UNAVAILABLE = /^(08|53|57|58)|^(25P03|25006|55P03)$/;

/** The driver's messages for a closed connection, which have no code. */
const ENDED =
  /^Connection terminated|^timeout expired$|connection error and is not queryable|Client was closed/;

/** A server that takes no writes was found where one was looked for: a standby, or a primary set read-only. */
export class ReadOnlyServerError extends Error {
  override readonly name = "ReadOnlyServerError";
}

/** A pooler lends the sessions for a transaction at a time, and the URL does not say so. */
export class LentSessionsError extends Error {
  override readonly name = "LentSessionsError";
}

/** The SQLSTATE of a server's error or Node.js's code of a connection's; undefined: it has neither. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The database could not be asked, or what it did is not known: nothing was refused, and a later attempt may work. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof StoreBusyError || error instanceof ReadOnlyServerError) return true;
  if (error instanceof AggregateError) return error.errors.every(isUnavailable);
  const code = codeOf(error);
  if (code !== undefined) return LOST_CONNECTION.has(code) || UNAVAILABLE.test(code);
  return error instanceof Error && ENDED.test(error.message);
}

/** A deadlock, or a serialization failure: the transaction was rolled back and may be done again at once. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40P01" || code === "40001";
}

/** Another transaction kept a lock for longer than a statement may wait. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03";
}

/**
 * A newer program changed a table that a prepared statement reads all columns of. The statement did nothing; on another
 * connection it is prepared again.
 */
export function isStalePlan(error: unknown): boolean {
  // feature_not_supported: "cached plan must not change result type", in the server's language.
  return codeOf(error) === "0A000" && (error as { routine?: string }).routine === "RevalidateCachedQuery";
}

/** The server that gave this error is no primary any more: its other connections are of no use either. */
export function isDemoted(error: unknown): boolean {
  return /^(57P0.|25006)$/.test(codeOf(error) ?? "");
}

/** What the port's callers get: StoreBusyError where they may try again, else the error itself. */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreBusyError) return error;
  if (isUnavailable(error)) return new StoreBusyError("the database does not answer", { cause: error });
  if (isConflict(error)) return new StoreBusyError("the database is contended", { cause: error });
  return error;
}
