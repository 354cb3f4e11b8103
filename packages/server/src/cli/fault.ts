import { CommanderError } from "commander";
import { ConfigError } from "../config/resolve-config.ts";
import { StoreBusyError } from "../store/store.ts";

/** Exit codes: 0 done, 1 refused or not found, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;

/** What a person did or can mend: told in a line and a hint, without a stack. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, hint?: string, exitCode: ExitCode = 1) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Tells an error on stderr. What nobody expected comes with its stack, for whoever reports it. */
export function tellError(error: unknown): ExitCode {
  // Commander has written its own text.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const fault = asFault(error);
  if (fault === undefined) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`regrant: this should not have happened\n${text}`);
    return 1;
  }
  console.error(`regrant: ${fault.message}`);
  if (fault.hint !== undefined) console.error(`  hint: ${fault.hint}`);
  return fault.exitCode;
}

function asFault(error: unknown): Fault | undefined {
  if (error instanceof Fault) return error;
  if (error instanceof ConfigError) {
    return new Fault(error.message, "regrant config shows what is in force and where it comes from", 2);
  }
  if (error instanceof StoreBusyError) {
    return new Fault("another process held the database for too long", "try again");
  }
  return undefined;
}

/** Fields of the errors of Node.js and of its SQLite. */
interface SystemError extends Error {
  code?: string;
  errcode?: number;
}

/** SQLite's primary result codes that say something of the place, not of the program. */
const SQLITE_FAULTS: ReadonlyMap<number, string> = new Map([
  [5, "another process holds it"],
  [8, "it is read-only"],
  [10, "reading or writing failed"],
  [11, "it is damaged"],
  [13, "the disk is full"],
  [14, "it cannot be opened"],
  [23, "permission denied"],
  [26, "the file is no SQLite database"],
]);

const FILE_FAULTS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "part of its path is no folder"],
  ["EEXIST", "part of its path is no folder"],
  ["EISDIR", "it is a folder"],
]);

/** The fault behind an error of opening the database at `path`; an error that is none comes back as it is. */
export function databaseFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof Fault || error instanceof StoreBusyError) return error;
  const { code, errcode } = error as SystemError;
  const sqlite = errcode === undefined ? undefined : SQLITE_FAULTS.get(errcode & 0xff);
  const reason = sqlite ?? (code === undefined ? undefined : FILE_FAULTS.get(code));
  if (reason !== undefined) {
    const hint = "--database sqlite:PATH (or REGRANT_DATABASE) chooses another place";
    return new Fault(`the database ${path} cannot be used: ${reason}`, hint);
  }
  // What opening a database refuses by itself (a newer schema, another master key) is written for people.
  if (error.constructor === Error && code === undefined) return new Fault(sentence(error.message));
  return error;
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** The fault behind an error of listening; an error that is none comes back as it is. */
export function listenFault(
  error: unknown,
  { host, port }: { host: string; port: number },
  flag: string,
): unknown {
  switch ((error as SystemError).code) {
    case "EADDRINUSE":
      return new Fault(
        `port ${port} of ${host} is in use`,
        `stop what listens there, or choose another with ${flag}`,
      );
    case "EACCES":
      return new Fault(
        `port ${port} may not be listened on`,
        `ports below 1024 need a privilege; choose another with ${flag}`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new Fault(
        `${host} is no address of this machine`,
        "127.0.0.1 is, and 0.0.0.0 means all of them",
      );
    default:
      return error;
  }
}
