import { tellError } from "./fault.ts";
import { createProgram } from "./program.ts";

// `regrant events | head` ends the pipe before we do.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = tellError(error);
}
