import { InvalidArgumentError } from "commander";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError } from "../cli-error.ts";

/** Where everything of a user's logins is. */
export interface LoginsHome {
  readonly folder: string;
  /** A file a login: where its tokens come from, and the client's secret. */
  readonly logins: string;
  /** The client library's records: the tokens. */
  readonly tokens: string;
  readonly locks: string;
}

export interface HomeInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/**
 * `REGRANT_HOME`, else `regrant` in the user's configuration directory: `XDG_CONFIG_HOME` or `~/.config`, on Windows
 * `APPDATA`. Nothing is made there yet.
 *
 * @throws {CliError} the user has no home directory
 */
export function loginsHome({ env, platform }: HomeInput = process): LoginsHome {
  const chosen = env[LOGIN_VARIABLES.home];
  const folder = chosen ? resolve(chosen) : join(configFolder(env, platform), "regrant");
  return {
    folder,
    logins: join(folder, "logins"),
    tokens: join(folder, "tokens"),
    locks: join(folder, "locks"),
  };
}

function configFolder(env: HomeInput["env"], platform: NodeJS.Platform): string {
  const { APPDATA: appData, XDG_CONFIG_HOME: xdg } = env;
  if (platform === "win32" && appData) return appData;
  // The XDG base directory specification: a relative path is to be ignored.
  if (xdg && isAbsolute(xdg)) return xdg;
  return join(userHome(env), ".config");
}

function userHome({ HOME: home }: HomeInput["env"]): string {
  if (home) return home;
  try {
    const found = homedir();
    if (found !== "") return found;
  } catch {
    // A container's user often has no entry, and so no home.
  }
  throw new CliError(
    "this user has no home directory",
    `set HOME, or ${LOGIN_VARIABLES.home} to a folder of its own`,
    2,
  );
}

/** Parses the name of a login, which is a file's name on every system: small letters, so that no two differ by case alone. */
export function accountName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be 1 to 64 small letters, digits, dots, dashes and underscores.");
}
