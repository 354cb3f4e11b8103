import { databaseText, isPostgres } from "../config/database-address.ts";
import { StoreBusyError } from "../store/store.ts";
import { CliError } from "./cli-error.ts";
import { fileReason } from "./file-reason.ts";

/** Fields of the errors of Node.js, of its SQLite and of PostgreSQL (SQLSTATE). */
interface SystemError extends Error {
  code?: string;
  errcode?: number;
}

/** SQLITE_BUSY: another process holds the file. */
const SQLITE_BUSY = 5;

/** SQLite's primary result codes that say something of the place, not of the program. */
const SQLITE_FAULTS: ReadonlyMap<number, string> = new Map([
  [8, "it is read-only"],
  [10, "reading or writing failed"],
  [11, "it is damaged"],
  [13, "the disk is full"],
  [14, "it cannot be opened"],
  [23, "permission denied"],
  [26, "the file is no SQLite database"],
]);

/** The fault behind an error of opening `database`; an error that is none comes back as it is. */
export function databaseError(error: unknown, database: string): unknown {
  if (error instanceof StoreBusyError) return busyError(error);
  if (!(error instanceof Error) || error instanceof CliError) return error;
  const known = isPostgres(database) ? postgresError(error, database) : sqliteFault(error, database);
  if (known !== undefined) return known;
  // What opening a database refuses by itself (a newer schema, another master key) is written for people.
  if (error.constructor === Error && (error as SystemError).code === undefined) {
    return new CliError(sentence(error.message));
  }
  return error;
}

/** The fault behind a store that was busy for too long; an error that is none comes back as it is. */
export function busyError(error: unknown): unknown {
  return error instanceof StoreBusyError ? busy() : error;
}

function busy(): CliError {
  const message = "the database did not answer in time, or another process held it for too long";
  return new CliError(message, "try again", 75);
}

/** A reason and what to do about it, by the codes of Node.js and the SQLSTATEs of opening a PostgreSQL database. */
const POSTGRES_FAULTS: readonly (readonly [RegExp, string, string])[] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, "its host has no address", "is the host's name right?"],
  [
    /^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|ENOENT|08|57)/,
    "no server answers there",
    "is it running, and does it listen on that host and port?",
  ],
  [
    /^28/,
    "the server refuses the user or the password",
    "the password stands in the URL (percent-encoded), or in PGPASSWORD",
  ],
  [/^3D000$/, "the server has no such database", "make it first: createdb NAME"],
  [
    /^(42501|3F000)$/,
    "the user may not make tables there",
    "let the user own the database, or GRANT CREATE ON SCHEMA public",
  ],
  [/^53300$/, "the server has no connection left", "raise its max_connections, or close what holds them"],
  [/^42P0[67]$/, "it holds other tables of the same names", "give Regrant a database of its own"],
  [/^(25006|READ_ONLY)$/, "none of its servers takes writes", "name the primary too, or promote a standby"],
  [
    /^(ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/,
    "the server's certificate is not trusted",
    "sslrootcert=FILE in the URL names the authority that issued it",
  ],
];

function postgresError(error: Error, database: string): CliError | undefined {
  const { code = codeOfMessage(error) } = error as SystemError;
  const known = POSTGRES_FAULTS.find(([pattern]) => pattern.test(code));
  if (known === undefined) return undefined;
  const [, reason, hint] = known;
  return new CliError(`the database ${databaseText(database)} cannot be used: ${reason}`, hint);
}

/** Some of the driver's errors have a message alone. */
function codeOfMessage({ name, message }: Error): string {
  if (name === "ReadOnlyServerError") return "READ_ONLY";
  if (/timeout expired|Connection terminated/.test(message)) return "ETIMEDOUT";
  return /password must be a (non-empty )?string/.test(message) ? "28000" : "";
}

function sqliteFault(error: Error, database: string): CliError | undefined {
  const { errcode = 0 } = error as SystemError;
  const code = errcode & 0xff;
  if (code === SQLITE_BUSY) return busy();
  const reason = SQLITE_FAULTS.get(code) ?? fileReason(error);
  if (reason === undefined) return undefined;
  const hint = "--database sqlite:PATH (or REGRANT_DATABASE) chooses another place";
  return new CliError(`the database ${database.slice("sqlite:".length)} cannot be used: ${reason}`, hint);
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
