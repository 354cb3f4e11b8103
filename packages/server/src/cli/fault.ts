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
    return new Fault(
      "the database did not answer in time, or another process held it for too long",
      "try again",
    );
  }
  return undefined;
}

/** A field of the errors of Node.js. */
interface SystemError extends Error {
  code?: string;
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
