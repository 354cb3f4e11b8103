import { ConfigError } from "./config/config-error.ts";
import type { Config } from "./config/resolve-config.ts";
import type { SettingOptions } from "./config/read-config.ts";
import type { OnEvent } from "./host-events.ts";
import type { Logger } from "./host-logger.ts";
import type { CheckPassword } from "./identity/host-user-store.ts";

/** What only a program can give. */
export interface HostOptions {
  /**
   * Checks the passwords of your own accounts, for the `password` grant and the sign-in page, in place of Regrant's
   * accounts. Throttled as those are; `accountsTimeout` limits each check.
   */
  accounts?: CheckPassword | undefined;
  /**
   * The address of the program that sent a request, for the attempt limits and for events. By default the socket's peer,
   * where the host hands it on as `@hono/node-server` does, and `X-Forwarded-For` behind `trustedProxies`.
   */
  clientAddress?: ((request: Request, env: unknown) => string) | undefined;
  /**
   * Where log lines go; by default JSON lines on standard output. Loggers of pino's kind get (members, message) and
   * filter by their own level; all others get (message, members), from `logLevel` on.
   */
  logger?: Logger | undefined;
  /**
   * The clock, ms since 1970, for tests: of all instants in the store, and of the tokens' lifetimes. Throttles count by
   * the machine's. On PostgreSQL it replaces the database's clock in this process alone.
   */
  now?: (() => number) | undefined;
  /**
   * Hears of each event that this process recorded, after its commit and before the operation returns. What it throws
   * is logged and harms nothing; a crash may lose a call.
   */
  onEvent?: OnEvent | undefined;
}

/** Every setting of the configuration reference by its file key, and what only a program can give. */
export interface RegrantOptions extends SettingOptions, HostOptions {
  /** The public URL under which `fetch` is mounted, its path included. */
  issuer: string;
}

/** Takes the options apart: the settings, and what only a program can give. */
export function splitOptions(options: RegrantOptions): { host: HostOptions; settings: SettingOptions } {
  const { accounts, clientAddress, logger, now, onEvent, ...settings } = options;
  return { host: { accounts, clientAddress, logger, now, onEvent }, settings };
}

/** @throws ConfigError with each option that has another form, or contradicts a setting */
export function checkHostOptions(host: HostOptions, config: Config): void {
  const violations: string[] = [];
  for (const name of ["accounts", "clientAddress", "now", "onEvent"] as const) {
    if (host[name] !== undefined && typeof host[name] !== "function")
      violations.push(`${name}: must be a function`);
  }
  const methods = ["info", "warn", "error"] as const;
  if (host.logger !== undefined && !methods.every((name) => typeof host.logger?.[name] === "function"))
    violations.push("logger: must have the methods info, warn and error");
  if (host.accounts !== undefined) {
    if (config.accountsUrl !== null) violations.push("accounts: must not be set together with accountsUrl");
    if (config.passportUsers) violations.push("accounts: must not be set together with passportUsers");
  }
  if (violations.length > 0) throw new ConfigError(violations);
}
