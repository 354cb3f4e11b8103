import { CliError, printError } from "./cli-error.ts";
import { LOGIN_COMMANDS } from "./logins/commands.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `regrant events | head` ends the pipe before we do.
  if (error.code === "EPIPE") process.exit(0);
  process.exit(printError(new CliError(`standard output cannot be written: ${error.code ?? error.message}`)));
});

try {
  const isLogin = LOGIN_COMMANDS.has(process.argv[2] ?? "");
  const { createProgram } = await (isLogin ? import("./logins/program.ts") : import("./program.ts"));
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = printError(error);
}
