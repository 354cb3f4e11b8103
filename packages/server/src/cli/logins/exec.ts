import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { CliError } from "../cli-error.ts";
import { sanitize } from "./terminal-text.ts";
import { windowsCommand, withVariable } from "./windows-command.ts";

/** Signals that are passed on. Windows has only the first three. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === "win32"
    ? ["SIGTERM", "SIGINT", "SIGHUP"]
    : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

/** Signals that a terminal sends to every process in its foreground group. */
const BY_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT"]);

/**
 * Runs a command on this process's standard streams, with a variable added to its environment, and passes signals on to it.
 * Exits as it does: with its exit code, or by the signal that ended it.
 *
 * @throws {CliError} the command is not found (127) or cannot be run (126), as in a shell
 */
export async function execute(
  file: string,
  args: readonly string[],
  variable: { readonly name: string; readonly value: string },
): Promise<void> {
  const child = start(file, args, variable);
  const forward = (signal: NodeJS.Signals) => {
    // Many programs exit at once when a signal arrives twice.
    if (!(process.stdin.isTTY && BY_TERMINAL.has(signal))) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    await once(child, "exit");
  } catch (error) {
    throw spawnError(error, file);
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
  if (child.signalCode === null) {
    process.exitCode = child.exitCode ?? 1;
  } else {
    // For a process 1, which its own signal does not end.
    process.exitCode = 128 + constants.signals[child.signalCode];
    process.kill(process.pid, child.signalCode);
  }
}

/** On Windows a batch file, which many commands are, is started by its shell. */
function start(
  file: string,
  args: readonly string[],
  { name, value }: { readonly name: string; readonly value: string },
): ChildProcess {
  if (process.platform !== "win32") {
    return spawn(file, args, { stdio: "inherit", env: { ...process.env, [name]: value } });
  }
  const command = windowsCommand(file, args);
  return spawn(command.file, command.args, {
    stdio: "inherit",
    env: withVariable(process.env, name, value),
    windowsVerbatimArguments: command.isQuoted,
  });
}

/** Maps an error of `spawn` to a CliError; returns any other error unchanged. */
function spawnError(error: unknown, file: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return new CliError(`command not found: ${sanitize(file)}`, undefined, 127);
    case "EACCES":
    case "ENOEXEC":
      return new CliError(`cannot execute ${sanitize(file)}`, "check that it is an executable file", 126);
    case "E2BIG":
      return new CliError("the command's arguments and environment are too long", undefined, 126);
    default:
      return error;
  }
}
