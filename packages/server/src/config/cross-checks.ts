import { isPostgres } from "./database-address.ts";
import { isLoopback } from "./loopback.ts";
import type { ReadConfig } from "./read-config.ts";
import { type Config, environmentName, type SettingKey } from "./schema.ts";
import { HOW_TO_MAKE_A_KEY } from "./values.ts";

/** Settings that are numbers of seconds or the like. */
type NumberKey = { [Key in SettingKey]: Config[Key] extends number ? Key : never }[SettingKey];

interface Order {
  lesser: NumberKey;
  greater: NumberKey;
  /** The greater must exceed this many of the lesser. */
  times?: number;
  /** The two may be equal. */
  orEqual?: boolean;
}

const ORDERS: readonly Order[] = [
  // Else a retry at the end of the window would be answered with an access token that is over.
  { lesser: "retryWindow", greater: "accessTtl" },
  { lesser: "accessTtl", greater: "refreshIdleTtl", orEqual: true },
  { lesser: "refreshIdleTtl", greater: "refreshMaxTtl", orEqual: true },
  // A key must be published one cache time before it signs, and sign for longer than that.
  { lesser: "jwksMaxAge", greater: "signingKeyMaxAge", times: 2 },
  // Node.js refuses to listen otherwise.
  { lesser: "headersTimeout", greater: "requestTimeout", orEqual: true },
];

/** The faults of settings that do not fit each other. A setting that is faulty by itself is not judged again. */
export function crossCheck(config: Config, read: ReadConfig): string[] {
  const sound = (...keys: SettingKey[]) => keys.every((key) => !read.faulty.has(key));
  const faults: string[] = [];
  if (sound("database", "masterKey")) faults.push(...databaseFaults(config, read));
  if (sound("database", "workers")) faults.push(...workersFaults(config, read));
  if (sound("issuer", "host", "allowInsecureIssuer")) faults.push(...issuerFaults(config, read));
  if (sound("masterKey", "previousMasterKeys")) faults.push(...keyFaults(config, read));
  if (sound("accountsUrl", "accountsSecret")) faults.push(...accountsFaults(config, read));
  if (sound("metrics", "host", "port")) faults.push(...metricsFaults(config, read));
  if (
    sound(
      "passportRollbackUntil",
      "passportDatabase",
      "passportKey",
      "passportUnknownTokens",
      "passportUsers",
    )
  )
    faults.push(...passportFaults(config, read));
  for (const order of ORDERS) {
    if (sound(order.lesser, order.greater)) faults.push(...orderFaults(order, config, read));
  }
  return faults;
}

/** As the user wrote it; a default goes by its environment name. */
function nameOf(read: ReadConfig, key: SettingKey): string {
  return read.settings[key]?.name ?? environmentName(key);
}

/** Beside a file there is a place for the key; beside a server that several programs use there is none. */
function databaseFaults({ database, masterKey }: Config, read: ReadConfig): string[] {
  if (!isPostgres(database) || masterKey !== null) return [];
  const name = nameOf(read, "masterKey");
  return [`${name}: must be given with PostgreSQL, the same to every program; ${HOW_TO_MAKE_A_KEY}`];
}

/** `auto` is refused too, whatever the machine: what is sound must not depend on where it runs. */
function workersFaults({ database, workers }: Config, read: ReadConfig): string[] {
  if (isPostgres(database) || workers === 1) return [];
  const why = "one process at a time writes to a SQLite file, so that more of them gain nothing";
  const remedy = `leave it at 1, or name a postgres:// database in ${environmentName("database")}`;
  return [`${nameOf(read, "workers")}: more than one needs PostgreSQL (${why}): ${remedy}`];
}

/** Passport's tokens cannot be made or read without its key, nor its rows without its database. */
function passportFaults(config: Config, read: ReadConfig): string[] {
  const wanting: [SettingKey, boolean][] = [
    ["passportRollbackUntil", config.passportRollbackUntil !== null],
    ["passportUnknownTokens", config.passportUnknownTokens === "ask"],
    ["passportUsers", config.passportUsers],
  ];
  const missing = (["passportKey", "passportDatabase"] as const).filter((key) => config[key] === null);
  if (missing.length === 0) return [];
  const names = missing.map(environmentName).join(" and ");
  return wanting.filter(([, wanted]) => wanted).map(([key]) => `${nameOf(read, key)}: needs ${names}`);
}

function issuerFaults(config: Config, read: ReadConfig): string[] {
  if (read.settings.issuer === undefined) {
    // The default is made of the address that is listened on: elsewhere that is not where clients find the service.
    if (isLoopback(config.host)) return [];
    const name = environmentName("issuer");
    return [`${nameOf(read, "host")}: is not a loopback address: give the service's public URL as ${name}`];
  }
  if (config.issuer === null || config.allowInsecureIssuer) return [];
  const { protocol, hostname } = new URL(config.issuer);
  if (protocol === "https:" || isLoopback(hostname)) return [];
  const allow = environmentName("allowInsecureIssuer");
  return [
    `${nameOf(read, "issuer")}: must be an https URL: http is for loopback hosts, unless ${allow} is true`,
  ];
}

function keyFaults({ masterKey, previousMasterKeys }: Config, read: ReadConfig): string[] {
  if (masterKey === null || !previousMasterKeys.some((key) => key.equals(masterKey))) return [];
  const name = nameOf(read, "masterKey");
  return [`${nameOf(read, "previousMasterKeys")}: must not hold the key that is in force (${name})`];
}

function accountsFaults({ accountsUrl, accountsSecret }: Config, read: ReadConfig): string[] {
  if ((accountsUrl === null) === (accountsSecret === null)) return [];
  const [there, missing] =
    accountsUrl === null
      ? (["accountsSecret", "accountsUrl"] as const)
      : (["accountsUrl", "accountsSecret"] as const);
  return [`${nameOf(read, there)}: needs ${environmentName(missing)} as well`];
}

function metricsFaults({ metrics, host, port }: Config, read: ReadConfig): string[] {
  if (metrics === null || port === 0 || metrics.port !== port || metrics.host !== host) return [];
  const name = nameOf(read, "port");
  return [`${nameOf(read, "metrics")}: must not be the address of the service itself (${name})`];
}

function orderFaults(order: Order, config: Config, read: ReadConfig): string[] {
  const { lesser, greater, times = 1, orEqual = false } = order;
  const [low, high] = [config[lesser] * times, config[greater]];
  if (low < high || (orEqual && low === high)) return [];
  const multiple = times === 1 ? "" : `${times} times `;
  const lowName = `${multiple}${nameOf(read, lesser)} (${config[lesser]} s${byDefault(read, lesser)})`;
  const highName = `${nameOf(read, greater)} (${high} s${byDefault(read, greater)})`;
  // The subject of the sentence is one that the user wrote.
  if (read.settings[greater] !== undefined) {
    return [`${nameOf(read, greater)}: ${high} s must be ${orEqual ? "at least" : "more than"} ${lowName}`];
  }
  const bound = orEqual ? "at most" : "less than";
  return [`${nameOf(read, lesser)}: ${multiple}${config[lesser]} s must be ${bound} ${highName}`];
}

function byDefault(read: ReadConfig, key: SettingKey): string {
  return read.settings[key] === undefined ? ", the default" : "";
}
