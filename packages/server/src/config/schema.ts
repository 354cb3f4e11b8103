import { z } from "zod";
import {
  addressBlocks,
  hostName,
  hostPortOrOff,
  issuerUrl,
  masterKey,
  masterKeys,
  oneOf,
  onOrHostPortOrOff,
  resourceIdentifiers,
  SIGNING_ALGORITHMS,
  wholeNumber,
  workerCount,
} from "./values.ts";
import { AUTHORIZATION_DETAILS_SETTINGS } from "./authorization-details-settings.ts";
import { ASSERTION_SETTINGS } from "./assertion-settings.ts";
import { ACCOUNT_SETTINGS } from "./account-settings.ts";
import { PASSPORT_SETTINGS } from "./passport-settings.ts";
import { databaseAddress } from "./database-address.ts";
import { CLIENT_AUTHENTICATION_SETTINGS } from "./client-authentication-settings.ts";
import { DEVICE_SETTINGS } from "./device-settings.ts";
import { REGISTRATION_SETTINGS } from "./registration-settings.ts";
import { DAY, failuresPerMinute, HOUR, seconds, YEAR } from "./setting.ts";
import type { Setting } from "./setting.ts";
import { SIGN_IN_SETTINGS } from "./sign-in-settings.ts";
import { SIGNAL_SETTINGS } from "./signal-settings.ts";
import { TLS_SETTINGS } from "./tls-settings.ts";

export type { Setting } from "./setting.ts";

/** The longest timer of Node.js, s (2³¹ − 1 ms). */
const LONGEST_TIMER = 2_147_483;

/** Every setting of Regrant, in the order of the reference. Names, checks, defaults and documentation derive from here. */
export const SETTINGS = {
  database: {
    group: "Database and address",
    schema: databaseAddress,
    form: "text",
    default: "sqlite:./data/regrant.db",
    flag: { of: "every command", value: "address" },
    secret: "in part",
    description:
      "Database address: `sqlite:PATH`, relative to the working directory (`sqlite::memory:` keeps nothing, for tests), or " +
      "`postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Several PostgreSQL hosts may be listed, " +
      "separated by commas, each with its port: the one that accepts writes is used, also after a " +
      "failover. `sslmode`, `sslrootcert`, `sslcert` and `sslkey` mean what they mean to libpq; " +
      "`pooler=transaction` is for a pooler in transaction mode, such as PgBouncer. A flag must not hold a " +
      "password.",
  },
  // RFC 8414 §2. Clients compare it with `iss` character by character, so it is normalised once, here.
  issuer: {
    group: "Database and address",
    schema: issuerUrl,
    form: "text",
    defaultText: "`http://HOST:PORT` of the listener",
    flag: { of: "every command", value: "url" },
    description:
      "Public URL of the service, `iss` of its tokens. http or https, without query, fragment or " +
      "trailing slash; http only for a loopback host. Required if `host` is not a loopback address.",
  },
  allowInsecureIssuer: {
    group: "Database and address",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Allow an http issuer on a host that is not loopback. Tokens then travel unencrypted: for " +
      "isolated test networks.",
  },
  host: {
    group: "Database and address",
    schema: hostName,
    form: "text",
    default: "127.0.0.1",
    flag: { of: "serve", value: "host" },
    description: "Address or host name to listen on.",
  },
  port: {
    group: "Database and address",
    schema: wholeNumber(0, 65_535),
    form: "number",
    default: 8787,
    flag: { of: "serve", value: "port" },
    description: "Port to listen on; `0` for any free port.",
  },
  // SQLite has one writer, so one process is the default.
  workers: {
    group: "Database and address",
    schema: workerCount,
    form: "text",
    default: 1,
    flag: { of: "serve", value: "number" },
    description:
      "Number of processes that serve on the port; `auto` for one per core. More than 1 requires " +
      "PostgreSQL.",
  },
  // No flag: other users of the machine can read a process's arguments.
  masterKey: {
    group: "Keys and tokens",
    schema: masterKey,
    form: "text",
    defaultText: "SQLite: the file `DATABASE.key`, created at the first start; PostgreSQL: required",
    secret: true,
    description: "Key that wraps or derives all other keys: 32 random bytes in base64url.",
  },
  previousMasterKeys: {
    group: "Keys and tokens",
    schema: masterKeys,
    form: "list",
    default: [],
    secret: true,
    description:
      "Former master keys, 32 bytes in base64url each. They make nothing new; what they made stays " +
      "valid while they are listed.",
  },
  // RFC 9068 §2.1: every resource server supports RS256, so it is the default.
  signingAlgorithm: {
    group: "Keys and tokens",
    schema: oneOf(SIGNING_ALGORITHMS),
    form: "text",
    default: "RS256",
    description:
      "Algorithm that signs new access tokens and authorization responses: `RS256`, `PS256`, `ES256` or `EdDSA`. Clients of " +
      "the FAPI 2.0 profile accept no response that is signed with `RS256`.",
  },
  // RFC 9068 §3: the resource of requests without `resource`.
  audience: {
    group: "Keys and tokens",
    schema: z.string({ error: "must be text" }).trim().min(1, { error: "must not be empty" }),
    form: "text",
    defaultText: "the issuer",
    description: "`aud` of the access tokens of clients without an audience of their own.",
  },
  resources: {
    group: "Keys and tokens",
    schema: resourceIdentifiers,
    form: "list",
    default: [],
    description:
      "Further audiences that a client may request with `resource` (RFC 8707), as absolute URIs, such " +
      "as the URL of an MCP server.",
  },
  // One time for both: a resource server that has cached the JWKS just before must know the key that signs.
  jwksMaxAge: seconds(300, 1, 7 * DAY, {
    group: "Keys and tokens",
    description: "Cache time of the JWKS, and how long a new signing key is published before it signs.",
  }),
  signingKeyMaxAge: seconds(90 * DAY, 60, 10 * YEAR, {
    group: "Keys and tokens",
    description: "Age of a signing key at which the next one is created. More than twice `jwksMaxAge`.",
  }),
  macKeyMaxAge: seconds(YEAR, DAY, 10 * YEAR, {
    group: "Keys and tokens",
    description:
      "Age of the refresh tokens' MAC key at which the next one is created, at least a day. Older " +
      "tokens stay valid.",
  }),
  dpopNonce: {
    group: "Keys and tokens",
    schema: oneOf(["off", "on"]),
    form: "text",
    default: "off",
    description:
      "Whether DPoP proofs need a nonce of this service (RFC 9449 section 8), which shows that they were not made in advance: " +
      "`on` or `off`. A client gets one by a first refused request, and the next one with each response; one holds for 5 to 10 minutes.",
  },
  accessTtl: seconds(HOUR, 1, YEAR, {
    group: "Lifetimes",
    description: "Lifetime of an access token, for new clients. More than `retryWindow`, at most a year.",
  }),
  refreshIdleTtl: seconds(10 * DAY, 1, 100 * YEAR, {
    group: "Lifetimes",
    description:
      "Idle lifetime: how long a refresh token may stay unused, for new clients. At least `accessTtl`.",
  }),
  refreshMaxTtl: seconds(YEAR, 1, 100 * YEAR, {
    group: "Lifetimes",
    description:
      "Absolute lifetime: how long a grant lasts however often it is refreshed, for new clients. At " +
      "least `refreshIdleTtl`.",
  }),
  // Short, since a stolen spent token gets the head's tokens within it (docs/refresh.md).
  retryWindow: seconds(120, 1, HOUR, {
    group: "Lifetimes",
    description:
      "Retry window: how long a repeated refresh gets the same tokens, for new clients. 1 to 3600 s, less than " +
      "`accessTtl`. Clients that register themselves get 600 s if this is less.",
  }),
  ...TLS_SETTINGS,
  ...SIGN_IN_SETTINGS,
  ...AUTHORIZATION_DETAILS_SETTINGS,
  ...DEVICE_SETTINGS,
  ...REGISTRATION_SETTINGS,
  ...CLIENT_AUTHENTICATION_SETTINGS,
  ...ACCOUNT_SETTINGS,
  ...SIGNAL_SETTINGS,
  ...ASSERTION_SETTINGS,
  // Empty by default: sent by another peer, the header is a client's own claim.
  trustedProxies: {
    group: "Throttles and time-outs",
    schema: addressBlocks,
    form: "list",
    default: [],
    description: "Addresses and CIDR blocks of the proxies whose `X-Forwarded-For` is used.",
  },
  clientFailuresPerMinute: failuresPerMinute(
    30,
    "Failed authentications of one client, and of all together, from one address, per minute, before further failures get 429; right secrets pass.",
  ),
  usernameFailuresPerAddress: failuresPerMinute(
    10,
    "Failed passwords for one username from one address, per minute, before it is throttled. After " +
      "ten times as many for all usernames together, the address's checks are slowed down.",
  ),
  usernameFailuresPerMinute: failuresPerMinute(
    100,
    "Failed passwords for one username from all addresses, per minute, before addresses without a " +
      "recent success are throttled.",
  ),
  // Both bound how long a slow client can keep a connection busy.
  requestTimeout: seconds(15, 1, HOUR, {
    group: "Throttles and time-outs",
    description: "Time for a request to arrive, including its body.",
  }),
  headersTimeout: seconds(10, 1, HOUR, {
    group: "Throttles and time-outs",
    description: "Time for the headers of a request to arrive. At most `requestTimeout`.",
  }),
  ...PASSPORT_SETTINGS,
  docs: {
    group: "Documentation",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: true,
    description:
      "Serve the documentation of this instance for the developers of its clients, at `/docs`, and name it in the " +
      "metadata; readable without authentication. `false` serves none.",
  },
  docsFolder: {
    group: "Documentation",
    schema: z.string({ error: "must be the path of a folder" }).min(1, { error: "must not be empty" }),
    form: "text",
    defaultText: "none",
    description:
      "Folder of your own pages of the documentation, relative to the working directory: each `*.md` becomes a page. Read at " +
      "start.",
  },
  logLevel: {
    group: "Logs, metrics and maintenance",
    schema: oneOf(["debug", "info", "warn", "error", "silent"]),
    form: "text",
    default: "info",
    flag: { of: "serve", value: "level" },
    description: "Lowest level to log: `debug`, `info`, `warn`, `error` or `silent`.",
  },
  admin: {
    group: "Administration",
    schema: onOrHostPortOrOff,
    form: "text",
    default: "off",
    flag: { of: "serve", value: "where" },
    description:
      "Where the admin API, `/admin/v1`, and the operators' console, `/console`, are served: `off`; `on`, at the service's own address; or `HOST:PORT`, " +
      "there alone. Requests need an access token for it, or an operator's sign-in, so at first there is no one who can " +
      "use it ([admin API](../admin-api.md), [console](../console.md)).",
  },
  metrics: {
    group: "Logs, metrics and maintenance",
    schema: hostPortOrOff,
    form: "text",
    default: "off",
    flag: { of: "serve", value: "address" },
    description:
      "Address that serves Prometheus metrics: `HOST:PORT`, a port of 127.0.0.1, or `off`. The metrics " +
      "are readable without authentication.",
  },
  explanations: {
    group: "Logs, metrics and maintenance",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: true,
    description:
      "Whether `/oauth/explain`, and the page `/docs/diagnose`, tell a client what became of its refresh tokens, in " +
      "sentences for its developer.",
  },
  eventRetention: seconds(395 * DAY, DAY, 100 * YEAR, {
    group: "Logs, metrics and maintenance",
    description: "How long audit events are kept. At least a day.",
  }),
  addressRetention: seconds(30 * DAY, 0, 100 * YEAR, {
    group: "Logs, metrics and maintenance",
    description:
      "How long events keep the address and the user agent of their request; `0` records neither. The request's id stays.",
  }),
  webhookPrivateAddresses: {
    group: "Logs, metrics and maintenance",
    schema: z.boolean({ error: "must be true or false" }),
    form: "boolean",
    default: false,
    description:
      "Whether webhooks may be sent to this machine and its network, and there over http. Public addresses always need https.",
  },
  sweepInterval: seconds(HOUR, 0, LONGEST_TIMER, {
    group: "Logs, metrics and maintenance",
    description: "Time between two sweeps, which delete ended grants and old events; `0` disables them.",
  }),
  // Kubernetes and most load balancers take some seconds to notice that a node is not ready.
  shutdownDelay: seconds(1, 0, HOUR, {
    group: "Logs, metrics and maintenance",
    description:
      "Time that the service goes on serving after SIGTERM, with `/readyz` 503 and `Connection: close`, so that " +
      "load balancers turn to other nodes. Ctrl-C does not wait.",
  }),
  shutdownTimeout: seconds(10, 0, HOUR, {
    group: "Logs, metrics and maintenance",
    description: "Time for requests in flight to finish after that.",
  }),
} as const satisfies Record<string, Setting>;

/** A setting's key in the configuration file and in `Config`. */
export type SettingKey = keyof typeof SETTINGS;

/** The value that a setting's schema yields. */
export type SettingValue<Key extends SettingKey> = z.output<(typeof SETTINGS)[Key]["schema"]>;

/**
 * The configuration, checked and complete. Lifetimes and waits are in s. Null means: `issuer`, the listener's address
 * (the port is 0); `audience`, the issuer; `masterKey`, the key file of the database; `metrics`, none;
 * `providerName`, the issuer's host name; `providerLogo` and the linked pages, none; `accountsUrl` and `accountsSecret`, Regrant's own accounts;
 * `loginUrl`, Regrant's own page; `docsFolder`, no pages; `tlsCertificate` and `tlsKey`, plain HTTP; `mtlsUrl`, no other origin;
 * `clientCertificateHeader` and `clientCertificateAuthorities`, none.
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

/** Settings whose value is never printed. */
export type SecretKey = {
  [Key in SettingKey]: (typeof SETTINGS)[Key] extends { secret: true } ? Key : never;
}[SettingKey];

/** Whether the setting's value is never printed, in output, logs and violations. */
export function isSecret(key: SettingKey): key is SecretKey {
  return settingOf(key).secret === true;
}

/** The keys of all settings, in the order of the reference. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** The table's row with its general type, for code that treats all settings alike. */
export function settingOf(key: SettingKey): Setting {
  return SETTINGS[key];
}

/** The environment variable of a setting: `accessTtl` -> `REGRANT_ACCESS_TTL`. */
export function environmentName(key: string): string {
  return `REGRANT_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
}

/** The variable that names a secret's file: `masterKey` -> `REGRANT_MASTER_KEY_FILE`; null: the setting is no secret. */
export function secretFileName(key: SettingKey): string | null {
  return settingOf(key).secret === undefined ? null : `${environmentName(key)}_FILE`;
}

/** The command-line flag of a setting: `logLevel` -> `--log-level`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, "-$&").toLowerCase()}`;
}

/** The path of the configuration file; every command takes the flag. */
export const CONFIG_FILE = {
  key: "config",
  default: "regrant.config.json",
  flag: { of: "every command", value: "file" },
  description: "Configuration file, relative to the working directory.",
} as const satisfies Pick<Setting, "flag" | "description"> & { key: string; default: string };
