import type { Command } from "commander";
import { ADMIN_VARIABLES } from "../config/admin-variables.ts";
import { addAccountCommands } from "./account.ts";
import { addAdminCommands } from "./admin.ts";
import { addClientCommands } from "./client.ts";
import { addCompletionCommand } from "./completion/command.ts";
import { addConfigCommand } from "./config.ts";
import { addConsoleCommands } from "./console.ts";
import { addEventsCommand } from "./events.ts";
import { addGrantCommands } from "./grant.ts";
import { addHealthCommand } from "./health.ts";
import { addKeysCommands } from "./keys.ts";
import { addLoginCommands } from "./logins/commands.ts";
import { examples, newProgram } from "./program.ts";
import { addImportCommand } from "./passport/command.ts";
import { addRestoreCommand } from "./restore.ts";
import { addRegistrationTokenCommands } from "./registration-token.ts";
import { addStreamCommands } from "./stream.ts";
import { addServeCommand } from "./serve.ts";
import { addSettingFlags } from "./settings-flags.ts";
import { addWebhookCommands } from "./webhook.ts";

/**
 * Makes the command line of the service. Commands that load much import their actions when they run, so that `--help`
 * and the others start fast.
 */
export function createProgram(): Command {
  const program = newProgram();
  addSettingFlags(program, "every command");
  program.option(
    "--server <url>",
    `administer the service at this URL by its admin API, without its database (${ADMIN_VARIABLES.server})`,
  );
  program.commandsGroup("Commands to run the service:");
  addServeCommand(program);
  addHealthCommand(program);
  addConfigCommand(program);
  addImportCommand(program);
  addRestoreCommand(program);
  program.commandsGroup("Commands to administer it:");
  addClientCommands(program);
  addAccountCommands(program);
  addGrantCommands(program);
  addKeysCommands(program);
  addRegistrationTokenCommands(program);
  addStreamCommands(program);
  addWebhookCommands(program);
  addAdminCommands(program);
  addEventsCommand(program);
  addConsoleCommands(program);
  addLoginCommands(program);
  addCompletionCommand(program);
  program.addHelpText(
    "after",
    examples(
      "npx regrant serve",
      "npx regrant client create --name Shop --scope read",
      "npx regrant grant explain ada@example.com",
      "npx regrant events --last 20 --follow",
      "npx regrant grant list --username ada@example.com --server https://auth.example.com",
    ),
  );
  return program;
}
