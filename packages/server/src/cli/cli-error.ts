import { CommanderError } from "commander";
import { getSystemErrorMessage } from "node:util";
import type { AdminErrorCode } from "../admin/admin-error.ts";
import { jsonLine, printableLines } from "./printable.ts";
import { colored } from "./terminal.ts";

/**
 * Exit codes: 0 done, 1 refused or not found, 2 wrong usage or configuration, 75 (EX_TEMPFAIL) try again later. For a
 * command that `regrant token` runs, as in a shell: 126 cannot be run, 127 not found.
 */
type ExitCode = 0 | 1 | 2 | 75 | 126 | 127;

/** An error that the user can fix, printed as one line and a hint, without a stack trace. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** What to do about it; undefined if the message says so. */
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  /** Why an operation of administration was refused; undefined: it was not, or something else failed. */
  readonly code: AdminErrorCode | undefined;

  constructor(message: string, hint?: string, exitCode: ExitCode = 1, code?: AdminErrorCode) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** Whether a command line asks for JSON. What follows `--` is another command's. */
export function asksForJson(args: readonly string[] = process.argv.slice(2)): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).includes("--json");
}

/** An error as one line of JSON: what is wrong, what to do and, of a refused operation, its code. */
export function errorLine(error: string, hint?: string, code?: AdminErrorCode): string {
  return jsonLine({ error, hint, code });
}

/**
 * Prints an error to stderr and returns the exit code. An unexpected error is printed with its stack trace.
 *
 * @param json whether an error that the user can fix is printed as JSON
 */
export function printError(error: unknown, json = asksForJson()): ExitCode {
  // Commander has printed its own message. Its code is 0 for `--help` and `--version`.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof CliError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`${colored("regrant:", "bad", process.stderr)} internal error\n${printableLines(text)}`);
    console.error(
      "  hint: please report it to the maintainers, privately (SECURITY.md) if it may be a vulnerability",
    );
    return 1;
  }
  if (json) {
    console.error(errorLine(error.message, error.hint, error.code));
    return error.exitCode;
  }
  // Both may quote what is stored, or what another server sent.
  console.error(`${colored("regrant:", "bad", process.stderr)} ${printableLines(error.message)}`);
  if (error.hint !== undefined)
    console.error(colored(`  hint: ${printableLines(error.hint)}`, "quiet", process.stderr));
  return error.exitCode;
}

/** Fields of the errors of Node.js. */
interface SystemError extends Error {
  code?: string;
  errno?: number;
}

/** An error of reading a file that was named on the command line, with the operating system's words. */
export function toReadError(error: SystemError, file: string): CliError {
  const reason = error.errno === undefined ? error.message : getSystemErrorMessage(error.errno);
  return new CliError(`cannot read ${file}: ${reason}`);
}

/**
 * Translates an error of listening to a `CliError`. Other errors are returned unchanged.
 *
 * @param flag the flag that chooses another port, for the hint
 */
export function toListenError(
  error: unknown,
  { host, port }: { host: string; port: number },
  flag: string,
): unknown {
  switch ((error as SystemError).code) {
    case "EADDRINUSE":
      return new CliError(
        `cannot bind ${host}:${port}: address already in use`,
        `stop the process that listens there, or choose another port with ${flag}`,
      );
    case "EACCES":
      return new CliError(
        `cannot bind port ${port}: permission denied`,
        `ports below 1024 need a privilege; choose another with ${flag}`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new CliError(
        `cannot bind ${host}: address not available`,
        "use an address of this machine; 127.0.0.1 is one, 0.0.0.0 means all of them",
      );
    default:
      return error;
  }
}

// Clauses that follow "cannot read …:".
const FILE_ERRORS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "the file would be too large"],
  ["EIO", "the disk reports an error"],
  ["ELOOP", "its symbolic links form a loop"],
  ["ENOTDIR", "part of its path is not a directory"],
  ["EEXIST", "part of its path is not a directory"],
  ["EISDIR", "it is a directory"],
  ["ERR_FS_EISDIR", "it is a directory"],
]);

/** Why a file or directory cannot be used, as a clause. Undefined: not an error of the file system. */
export function fileReason(error: unknown): string | undefined {
  return FILE_ERRORS.get((error as NodeJS.ErrnoException).code ?? "");
}
