import type { Command } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { loadConfig } from "../config/resolve-config.ts";
import type { Config, ConfigSources } from "../config/resolve-config.ts";
import { MissingDriverError } from "../passport/mysql-driver.ts";
import { CliError } from "./cli-error.ts";

/**
 * Loads a command's configuration: defaults, file, environment, its flags.
 *
 * @throws CliError with every violation
 */
export function configOf(command: Command): { config: Config; sources: ConfigSources; file: string | null } {
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
