import { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addAccountCommands } from "./account.ts";
import { addClientCommands } from "./client.ts";
import { addConfigCommand } from "./config.ts";
import { addEventsCommand } from "./events.ts";
import { addGrantCommands } from "./grant.ts";
import { addKeysCommands } from "./keys.ts";
import { addRestoreCommand } from "./restore.ts";
import { addServeCommand } from "./serve.ts";
import { addSettingFlags } from "./settings-flags.ts";

/** The command line, each command with its help and its action. */
export function createProgram(): Command {
  const program = new Command("regrant")
    .description("An OAuth 2.0 token service whose heart is the refresh.")
    .version(version())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "regrant: ")) })
    .showHelpAfterError("  hint: add --help to see what the command takes");
  addSettingFlags(program, "every command");
  addServeCommand(program);
  addClientCommands(program);
  addAccountCommands(program);
  addGrantCommands(program);
  addKeysCommands(program);
  addEventsCommand(program);
  addRestoreCommand(program);
  addConfigCommand(program);
  return program;
}

/** The package's; its file is as far from the sources as from what is built. */
function version(): string {
  const file = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
