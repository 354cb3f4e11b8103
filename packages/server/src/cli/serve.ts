import type { Command } from "commander";
import { examples } from "./program.ts";
import { addSettingFlags } from "./settings-flags.ts";

/** What an operator needs for a supervisor such as systemd. */
const SIGNALS = `
The log is JSON lines on stderr. At SIGTERM, /readyz is 503 for shutdownDelay, while the service goes on; then, or at once
at Ctrl-C, requests in flight finish and the exit code is 0. At a second signal, the service exits at once.`;

/** Adds `regrant serve`. Scripts rely on `--host --port --issuer --database --workers`. */
export function addServeCommand(program: Command): void {
  const command = program.command("serve").description("run the service");
  addSettingFlags(command, "serve");
  command
    .option(
      "--demo",
      "serve a sign-in to try at /demo; in an empty database, create a client and an account, and show how to use them",
    )
    .addHelpText("after", SIGNALS)
    .addHelpText(
      "after",
      examples(
        "npx regrant serve",
        "npx regrant serve --port 8080 --issuer https://auth.example.com --database sqlite:/var/lib/regrant/regrant.db",
      ),
    )
    .action(async (options: { demo?: true }, command: Command) => {
      const { serve } = await import("./run-service.ts");
      await serve(command, options.demo === true);
    });
}
