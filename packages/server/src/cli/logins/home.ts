import { InvalidArgumentError } from "commander";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { LOGIN_VARIABLES } from "../../config/login-variables.ts";
import { CliError } from "../cli-error.ts";

/** Where a user's logins are stored. */
export interface LoginsHome {
  readonly folder: string;
  /** One file per login: its endpoints, its client and the client secret. */
  readonly logins: string;
  /** The store of `@regrant/client`: the tokens. */
  readonly tokens: string;
  readonly locks: string;
  /** One folder per login whose tokens are bound to a key. */
  readonly keys: string;
}

interface HomeInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/**
 * `REGRANT_HOME`, else `regrant` in the user's configuration directory: `XDG_CONFIG_HOME` or `~/.config`, on Windows
 * `APPDATA`. Creates nothing.
 *
 * @throws {CliError} the user has no home directory (2)
 */
export function loginsHome({ env, platform }: HomeInput = process): LoginsHome {
  const chosen = env[LOGIN_VARIABLES.home];
  const folder = chosen ? resolve(chosen) : join(configFolder(env, platform), "regrant");
  return {
    folder,
    logins: join(folder, "logins"),
    tokens: join(folder, "tokens"),
    locks: join(folder, "locks"),
    keys: join(folder, "keys"),
  };
}

function configFolder(env: HomeInput["env"], platform: NodeJS.Platform): string {
  const { APPDATA: appData, XDG_CONFIG_HOME: xdg } = env;
  if (platform === "win32" && appData) return appData;
  // XDG Base Directory Specification: a relative path must be ignored.
  if (xdg && isAbsolute(xdg)) return xdg;
  return join(userHome(env), ".config");
}

function userHome({ HOME: home }: HomeInput["env"]): string {
  if (home) return home;
  try {
    const found = homedir();
    if (found !== "") return found;
  } catch {
    // The user of a container often has no passwd entry.
  }
  throw new CliError("no home directory found", `set HOME, or set ${LOGIN_VARIABLES.home} to a directory`, 2);
}

/** Parses the name of a login: a valid file name on every system, lowercase because some ignore case. */
export function parseAccountName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "It must be 1 to 64 lowercase letters, digits, dots, hyphens and underscores.",
  );
}
