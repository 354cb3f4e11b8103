import { z } from "zod";
import {
  addressBlocks,
  hostName,
  hostPortOrOff,
  issuerUrl,
  masterKey,
  masterKeys,
  oneOf,
  resourceIdentifiers,
  wholeNumber,
  workerCount,
} from "./values.ts";
import { ACCOUNT_SETTINGS } from "./account-settings.ts";
import { PASSPORT_SETTINGS } from "./passport-settings.ts";
import { databaseAddress } from "./database-address.ts";
import { DEVICE_SETTINGS } from "./device-settings.ts";
import { REGISTRATION_SETTINGS } from "./registration-settings.ts";
import { DAY, failuresPerMinute, HOUR, seconds, YEAR } from "./setting.ts";
import type { Setting } from "./setting.ts";
import { SIGN_IN_SETTINGS } from "./sign-in-settings.ts";

export type { Setting } from "./setting.ts";

/** A timer of Node.js cannot wait longer (2³¹ − 1 ms). */
const LONGEST_TIMER = 2_147_483;

/** Every setting of Regrant, in the order of the reference. Names, checks, defaults and documentation derive from here. */
export const SETTINGS = {
  database: {
    group: "Place and address",
    schema: databaseAddress,
    form: "text",
    default: "sqlite:./data/regrant.db",
    flag: { of: "every command", value: "address" },
    description:
      "The database: `sqlite:PATH`, the path relative to the working directory, or " +
      "`postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Several hosts may stand there, separated by commas, each with its " +
      "port: the one that takes writes is used, now and after a failover. Give a password in the environment or the " +
      "file, not as a flag.",
  },
  issuer: {
    group: "Place and address",
    schema: issuerUrl,
    form: "text",
    defaultText: "`http://HOST:PORT` that is listened on",
    flag: { of: "every command", value: "url" },
    description:
      "The public URL of the service, `iss` of its tokens: http or https, without query, fragment or slash at the end. " +
      "Plain http only for a loopback host. Must be given when `host` is not a loopback address.",
  },
  allowInsecureIssuer: {
    group: "Place and address",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Allow an http issuer that is not a loopback host. Tokens then travel unencrypted: for closed test networks.",
  },
  host: {
    group: "Place and address",
    schema: hostName,
    form: "text",
    default: "127.0.0.1",
    flag: { of: "serve", value: "host" },
    description: "The address or host name to listen on.",
  },
  port: {
    group: "Place and address",
    schema: wholeNumber(0, 65_535),
    form: "number",
    default: 8787,
    flag: { of: "serve", value: "port" },
    description: "The port to listen on; `0` takes any free one.",
  },
  workers: {
    group: "Place and address",
    schema: workerCount,
    form: "text",
    default: 1,
    flag: { of: "serve", value: "number" },
    description:
      "How many processes serve on the one port; `auto`, as many as there are cores. More than 1 only with PostgreSQL.",
  },
  masterKey: {
    group: "Keys and tokens",
    schema: masterKey,
    form: "text",
    defaultText:
      "with SQLite the file `DATABASE.key`, made at the first start; with PostgreSQL it must be given",
    secret: true,
    description: "The key that all other keys hang on: 32 random bytes in base64url.",
  },
  previousMasterKeys: {
    group: "Keys and tokens",
    schema: masterKeys,
    form: "list",
    default: [],
    secret: true,
    description:
      "Master keys that no longer make anything new; what they made stays valid while they stand here.",
  },
  signingAlgorithm: {
    group: "Keys and tokens",
    schema: oneOf(["RS256", "ES256", "EdDSA"]),
    form: "text",
    default: "RS256",
    description: "How new access tokens are signed: `RS256`, `ES256` or `EdDSA`.",
  },
  audience: {
    group: "Keys and tokens",
    schema: z.string({ error: "must be text" }).trim().min(1, { error: "must not be empty" }),
    form: "text",
    defaultText: "the issuer",
    description: "`aud` of the access tokens of clients that name none.",
  },
  resources: {
    group: "Keys and tokens",
    schema: resourceIdentifiers,
    form: "list",
    default: [],
    description:
      "Further audiences, as absolute URIs, that a client may ask tokens for with `resource` (RFC 8707), such as the " +
      "URL of an MCP server.",
  },
  jwksMaxAge: seconds(300, 1, 7 * DAY, {
    group: "Keys and tokens",
    description:
      "How long others may cache the JWKS, and how long a new signing key is published before it signs.",
  }),
  signingKeyMaxAge: seconds(90 * DAY, 60, 10 * YEAR, {
    group: "Keys and tokens",
    description: "Age at which the next signing key takes over. More than twice `jwksMaxAge`.",
  }),
  macKeyMaxAge: seconds(YEAR, DAY, 10 * YEAR, {
    group: "Keys and tokens",
    description:
      "Age at which the next MAC key of refresh tokens takes over, at least a day. Older tokens stay valid.",
  }),
  accessTtl: seconds(HOUR, 1, YEAR, {
    group: "Lifetimes",
    description: "Lifetime of an access token, for new clients. More than `retryWindow`, at most a year.",
  }),
  refreshIdleTtl: seconds(10 * DAY, 1, 100 * YEAR, {
    group: "Lifetimes",
    description: "How long a refresh token may lie unused, for new clients. At least `accessTtl`.",
  }),
  refreshMaxTtl: seconds(YEAR, 1, 100 * YEAR, {
    group: "Lifetimes",
    description:
      "How long a grant lasts however often it is refreshed, for new clients. At least `refreshIdleTtl`.",
  }),
  retryWindow: seconds(30, 1, 300, {
    group: "Lifetimes",
    description: "How long a repeated refresh gets the same answer again, for new clients: 1 to 300.",
  }),
  ...SIGN_IN_SETTINGS,
  ...DEVICE_SETTINGS,
  ...REGISTRATION_SETTINGS,
  ...ACCOUNT_SETTINGS,
  trustedProxies: {
    group: "Defences",
    schema: addressBlocks,
    form: "list",
    default: [],
    description: "Addresses and CIDR blocks of the proxies whose word on the caller's address is believed.",
  },
  clientFailuresPerMinute: failuresPerMinute(
    30,
    "Failed authentications of one client from one address, per minute, before it must wait.",
  ),
  usernameFailuresPerAddress: failuresPerMinute(
    10,
    "Failed passwords for one username from one address, per minute, before it must wait; ten times as many for all " +
      "usernames together.",
  ),
  usernameFailuresPerMinute: failuresPerMinute(
    100,
    "Failed passwords for one username from anywhere, per minute, before addresses without a recent success must wait.",
  ),
  requestTimeout: seconds(15, 1, HOUR, {
    group: "Defences",
    description: "How long a request may take to arrive, body included.",
  }),
  headersTimeout: seconds(10, 1, HOUR, {
    group: "Defences",
    description: "How long a request's headers may take to arrive. At most `requestTimeout`.",
  }),
  ...PASSPORT_SETTINGS,
  logLevel: {
    group: "Logs, metrics and upkeep",
    schema: oneOf(["debug", "info", "warn", "error", "silent"]),
    form: "text",
    default: "info",
    flag: { of: "serve", value: "level" },
    description: "The least level that is logged: `debug`, `info`, `warn`, `error` or `silent`.",
  },
  metrics: {
    group: "Logs, metrics and upkeep",
    schema: hostPortOrOff,
    form: "text",
    default: "off",
    flag: { of: "serve", value: "address" },
    description:
      "Where Prometheus metrics are served: `HOST:PORT`, a port alone (of 127.0.0.1), or `off`. Anybody who reaches it can read it.",
  },
  eventRetention: seconds(395 * DAY, DAY, 100 * YEAR, {
    group: "Logs, metrics and upkeep",
    description: "How long audit events are kept, at least a day.",
  }),
  sweepInterval: seconds(HOUR, 0, LONGEST_TIMER, {
    group: "Logs, metrics and upkeep",
    description: "Time between two removals of long-dead grants and old events; `0` never removes any.",
  }),
  shutdownTimeout: seconds(10, 0, HOUR, {
    group: "Logs, metrics and upkeep",
    description: "How long requests in flight may finish after the signal to stop.",
  }),
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

/** What a setting's schema yields. */
export type SettingValue<Key extends SettingKey> = z.output<(typeof SETTINGS)[Key]["schema"]>;

/**
 * The configuration, checked and complete. Lifetimes and waits are in s. Null means: `issuer`, the address that is
 * listened on (the port is 0); `audience`, the issuer; `masterKey`, the key file of the database; `metrics`, none;
 * `providerName`, the issuer's host name; `providerLogo`, none; `accountsUrl` and `accountsSecret`, Regrant's own accounts;
 * `loginUrl`, Regrant's own page.
 */
export type Config = {
  readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends { default: unknown }
    ? SettingValue<Key>
    : SettingValue<Key> | null;
};

/** Settings that have a command-line flag. */
export type FlagKey = {
  [Key in SettingKey]: (typeof SETTINGS)[Key] extends { flag: object } ? Key : never;
}[SettingKey];

/** Settings whose value is never shown. */
export type SecretKey = {
  [Key in SettingKey]: (typeof SETTINGS)[Key] extends { secret: true } ? Key : never;
}[SettingKey];

export function isSecret(key: SettingKey): key is SecretKey {
  return settingOf(key).secret === true;
}

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** The table's row, widened, for code that treats all settings alike. */
export function settingOf(key: SettingKey): Setting {
  return SETTINGS[key];
}

/** `accessTtl` -> `REGRANT_ACCESS_TTL`. */
export function environmentName(key: string): string {
  return `REGRANT_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
}

/** `logLevel` -> `--log-level`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, "-$&").toLowerCase()}`;
}

/** Where the configuration file is; every command takes the flag. */
export const CONFIG_FILE = {
  key: "config",
  default: "regrant.config.json",
  flag: { of: "every command", value: "file" },
  description: "The configuration file, relative to the working directory.",
} as const satisfies Pick<Setting, "flag" | "description"> & { key: string; default: string };
