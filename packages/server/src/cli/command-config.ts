import type { Command } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { loadConfig } from "../config/resolve-config.ts";
import type { Config, ConfigSources } from "../config/resolve-config.ts";
import { MissingDriverError } from "../passport/mysql-driver.ts";
import { CliError } from "./cli-error.ts";
import { requireLocal } from "./remote/server.ts";

/**
 * Loads the configuration of a command that works on the node: defaults, file, environment, its flags.
 *
 * @throws CliError with every violation; the command is asked to work on another machine
 */
export function configOf(command: Command): { config: Config; sources: ConfigSources; file: string | null } {
  requireLocal(command);
  try {
    return loadConfig({ env: process.env, cwd: process.cwd(), flags: command.optsWithGlobals() });
  } catch (error) {
    throw toConfigError(error);
  }
}

/**
 * Translates a violation of the configuration, or a missing driver, to a `CliError` with exit code 2. Other errors
 * are returned unchanged.
 */
export function toConfigError(error: unknown): unknown {
  if (error instanceof MissingDriverError) {
    return new CliError(error.message, "install it beside Regrant: npm install mysql2", 2);
  }
  if (!(error instanceof ConfigError)) return error;
  const hint = "npx regrant config shows the effective configuration and where each value comes from";
  return new CliError(error.message, hint, 2);
}
