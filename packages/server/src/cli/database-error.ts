import { databaseText, isPostgres } from "../config/database-address.ts";
import { PostgresUrlError } from "../config/postgres-parameters.ts";
import { StoreBusyError } from "../store/store.ts";
import { CliError, fileReason } from "./cli-error.ts";

/** Codes of the errors of Node.js, of its SQLite (`errcode`) and of PostgreSQL (`code`, a SQLSTATE). */
interface SystemError extends Error {
  code?: string;
  errcode?: number;
}

/** SQLITE_BUSY: another process has locked the file. */
const SQLITE_BUSY = 5;

/** SQLite's primary result codes that concern the file and not the program. */
const SQLITE_REASONS: ReadonlyMap<number, string> = new Map([
  [8, "read-only"],
  [10, "reading or writing failed"],
  [11, "damaged"],
  [13, "the disk is full"],
  [14, "cannot be opened"],
  [23, "permission denied"],
  [26, "not an SQLite database"],
]);

/**
 * Translates an error of opening `database` to a `CliError`. Other errors are returned unchanged: they are faults of
 * Regrant, to be printed with their stack trace.
 *
 * @param database its address; printed without the password
 */
export function databaseError(error: unknown, database: string): unknown {
  if (error instanceof StoreBusyError) return busyError(error);
  if (!(error instanceof Error) || error instanceof CliError) return error;
  const known = isPostgres(database) ? postgresError(error, database) : sqliteError(error, database);
  if (known !== undefined) return known;
  // The store's own refusals (a newer schema, another master key) are sentences for the user.
  if (error.constructor === Error && (error as SystemError).code === undefined) {
    return new CliError(sentence(error.message));
  }
  return error;
}

/** Translates a store that was busy for too long. Other errors are returned unchanged. */
export function busyError(error: unknown): unknown {
  return error instanceof StoreBusyError ? busy() : error;
}

/** Exit code 75: a script may try again. */
function busy(): CliError {
  const message = "the database did not answer in time, or another process locked it for too long";
  return new CliError(message, "try again", 75);
}

/** Reason and remedy by Node.js code or SQLSTATE; the latter's class is its first two characters. */
const POSTGRES_REASONS: readonly (readonly [RegExp, string, string])[] = [
  // The last two: a prepared statement is in another session.
  [
    /^(LENT_SESSIONS|26000|42P05)$/,
    "a pooler in transaction mode is in between",
    "add pooler=transaction to the URL, or connect to the server itself or to a pooler in session mode",
  ],
  [
    /^08P01$/,
    "the server, or a pooler, refused the connection",
    "its log says why; a pooler must know the database and allow the parameters of the URL",
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, "host not found", "check the host's name"],
  [
    /^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|ENOENT|08|57)/,
    "no answer from the server",
    "check that it runs and listens on that host and port",
  ],
  [/^28/, "user or password rejected", "the password is in the URL (percent-encoded) or in PGPASSWORD"],
  [/^3D000$/, "database not found", "create it first: createdb NAME"],
  [
    /^(42501|3F000)$/,
    "the user may not create tables",
    "make the user the owner of the database, or GRANT CREATE ON SCHEMA public",
  ],
  [/^53300$/, "the server has no free connections", "raise its max_connections, or close other connections"],
  [/^42P0[67]$/, "it has other tables with the same names", "give Regrant a database of its own"],
  [/^(25006|READ_ONLY)$/, "no server accepts writes", "add the primary to the URL, or promote a standby"],
  [
    /^NO_TLS$/,
    "the server offers no TLS",
    "set it up on the server; sslmode=prefer connects without encryption where there is none",
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "the server's certificate is for another host",
    "connect by the name in the certificate, or leave the name unverified with sslmode=verify-ca",
  ],
  [
    /^(ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/,
    "the server's certificate is not trusted",
    "sslrootcert=FILE in the URL names the certificate authority",
  ],
];

/** Undefined: not an error that the user can fix. */
function postgresError(error: Error, database: string): CliError | undefined {
  if (error instanceof PostgresUrlError)
    return new CliError(error.message, "see --database or REGRANT_DATABASE");
  const { code = codeOfMessage(error) } = error as SystemError;
  const known = POSTGRES_REASONS.find(([pattern]) => pattern.test(code));
  if (known === undefined) return undefined;
  const [, reason, hint] = known;
  return new CliError(`cannot use the database ${databaseText(database)}: ${reason}`, hint);
}

/** The driver's errors that have no code are recognised by their message. */
function codeOfMessage({ name, message }: Error): string {
  if (name === "ReadOnlyServerError") return "READ_ONLY";
  if (name === "LentSessionsError") return "LENT_SESSIONS";
  if (/does not support SSL/.test(message)) return "NO_TLS";
  if (/timeout expired|Connection terminated/.test(message)) return "ETIMEDOUT";
  return /password must be a (non-empty )?string/.test(message) ? "28000" : "";
}

/** Undefined: not an error of the file. Extended result codes have the primary one in their low byte. */
function sqliteError(error: Error, database: string): CliError | undefined {
  const { errcode = 0 } = error as SystemError;
  const code = errcode & 0xff;
  if (code === SQLITE_BUSY) return busy();
  const reason = SQLITE_REASONS.get(code) ?? fileReason(error);
  if (reason === undefined) return undefined;
  const hint = "--database sqlite:PATH (or REGRANT_DATABASE) selects another file";
  return new CliError(`cannot use the database ${database.slice("sqlite:".length)}: ${reason}`, hint);
}

/** The message as it follows `regrant: `. */
function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
