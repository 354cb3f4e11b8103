import { CommanderError } from "commander";

/**
 * Exit codes: 0 done, 1 refused or not found, 2 wrong usage or configuration, 75 (EX_TEMPFAIL) try again later; of a
 * command that was to be run, 126 it cannot be, 127 not found, as in a shell.
 */
export type ExitCode = 0 | 1 | 2 | 75 | 126 | 127;

/** What a person did or can mend: told in a line and a hint, without a stack. */
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

/** Tells an error on stderr. What nobody expected comes with its stack, for whoever reports it. */
export function printError(error: unknown): ExitCode {
  // Commander has written its own text.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof CliError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`regrant: this should not have happened\n${text}`);
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

/** The fault behind an error of listening; an error that is none comes back as it is. */
export function listenError(
  error: unknown,
  { host, port }: { host: string; port: number },
  flag: string,
): unknown {
  switch ((error as SystemError).code) {
    case "EADDRINUSE":
      return new CliError(
        `port ${port} of ${host} is in use`,
        `stop what listens there, or choose another with ${flag}`,
      );
    case "EACCES":
      return new CliError(
        `port ${port} may not be listened on`,
        `ports below 1024 need a privilege; choose another with ${flag}`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new CliError(
        `${host} is no address of this machine`,
        "127.0.0.1 is, and 0.0.0.0 means all of them",
      );
    default:
      return error;
  }
}
