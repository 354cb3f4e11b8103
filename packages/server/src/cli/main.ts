import { CliError, printError } from "./cli-error.ts";
import { addLoginCommands, LOGIN_COMMANDS } from "./logins/commands.ts";
import { newProgram } from "./program.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `regrant events | head` closes the pipe early; this is no error.
  if (error.code === "EPIPE") process.exit(0);
  process.exit(printError(new CliError(`cannot write standard output: ${error.code ?? error.message}`)));
});

try {
  // The commands for users of an API do not load the service, which takes five times as long.
  const isLogin = LOGIN_COMMANDS.has(process.argv[2] ?? "");
  const program = isLogin ? newProgram() : (await import("./commands.ts")).createProgram();
  if (isLogin) addLoginCommands(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = printError(error);
}
