import type { Command } from "commander";
import { CliError, printError } from "./cli-error.ts";
import { addLoginCommands, LOGIN_COMMANDS } from "./logins/commands.ts";
import { newProgram } from "./program.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `regrant events | head` closes the pipe early; this is no error.
  if (error.code === "EPIPE") process.exit(0);
  process.exit(printError(new CliError(`cannot write standard output: ${error.code ?? error.message}`)));
});

try {
  const program = await programFor(process.argv[2] ?? "");
  await program.parseAsync();
} catch (error) {
  process.exitCode = printError(error);
}

/**
 * Makes the program with the command. The commands for users of an API and the health check, which runs
 * every few seconds, do not load the service, which takes five times as long.
 */
async function programFor(command: string): Promise<Command> {
  if (command === "health") return (await import("./health.ts")).createHealthProgram();
  if (!LOGIN_COMMANDS.has(command)) return (await import("./commands.ts")).createProgram();
  const program = newProgram();
  addLoginCommands(program);
  return program;
}
