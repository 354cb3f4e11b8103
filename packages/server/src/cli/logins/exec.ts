import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { CliError } from "../cli-error.ts";
import { printable } from "./printable.ts";

/** What a supervisor or a person sends; of others, and on Windows, only the first three are known. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === "win32"
    ? ["SIGTERM", "SIGINT", "SIGHUP"]
    : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

/** What a terminal sends to every program in its foreground by itself. */
const BY_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT"]);

/**
 * Runs a command on this process's own standard streams, passes signals on to it, and ends as it ends: with its exit
 * code, or by the signal that ended it.
 *
 * @throws {CliError} it is not found (127) or cannot be run (126), as in a shell
 */
export async function execute(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(file, args, { stdio: "inherit", env });
  const pass = (signal: NodeJS.Signals) => {
    // Twice would be "at once" to many programs.
    if (!(process.stdin.isTTY && BY_TERMINAL.has(signal))) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    await once(child, "exit");
  } catch (error) {
    throw startFault(error, file);
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
  if (child.signalCode === null) {
    process.exitCode = child.exitCode ?? 1;
  } else {
    // For a process 1, which its own signals do not end.
    process.exitCode = 128 + constants.signals[child.signalCode];
    process.kill(process.pid, child.signalCode);
  }
}

function startFault(error: unknown, file: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return new CliError(`the command ${printable(file)} is not found`, undefined, 127);
    case "EACCES":
    case "ENOEXEC":
      return new CliError(`the command ${printable(file)} cannot be run`, "is it executable?", 126);
    case "E2BIG":
      return new CliError("the command's arguments and environment are too long", undefined, 126);
    default:
      return error;
  }
}
