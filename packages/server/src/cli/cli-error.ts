import { CommanderError } from "commander";

/**
 * Exit codes: 0 done, 1 refused or not found, 2 wrong usage or configuration, 75 (EX_TEMPFAIL) try again later; of a
 * command that was to be run, 126 it cannot be, 127 not found, as in a shell.
 */
export type ExitCode = 0 | 1 | 2 | 75 | 126 | 127;

/** An error that the user can fix: printed as one line and a hint, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, hint?: string, exitCode: ExitCode = 1) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Prints an error to stderr. An unexpected one comes with its stack, for the report. */
export function printError(error: unknown): ExitCode {
  // Commander has written its own text.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof CliError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`regrant: internal error\n${text}`);
    console.error(
      "  hint: please report it to the maintainers, privately (SECURITY.md) if it may be a vulnerability",
    );
    return 1;
  }
  console.error(`regrant: ${error.message}`);
  if (error.hint !== undefined) console.error(`  hint: ${error.hint}`);
  return error.exitCode;
}

/** A field of the errors of Node.js. */
interface SystemError extends Error {
  code?: string;
}

/** An error of listening as the command reports it; any other error is returned unchanged. */
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

const FILE_ERRORS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "part of its path is not a directory"],
  ["EEXIST", "part of its path is not a directory"],
  ["EISDIR", "it is a directory"],
]);

/** Why a file or folder cannot be used, as a clause; undefined: not an error of the file system. */
export function fileReason(error: unknown): string | undefined {
  return FILE_ERRORS.get((error as NodeJS.ErrnoException).code ?? "");
}
