import { isPostgres } from "./database-address.ts";
import { isLoopback } from "./loopback.ts";
import type { ReadConfig } from "./read-config.ts";
import { isReservedScope } from "./reserved-scopes.ts";
import { type Config, environmentName, type SettingKey } from "./schema.ts";
import { HOW_TO_MAKE_A_KEY } from "./values.ts";

/** Settings whose value is a number, such as seconds. */
type NumberKey = { [Key in SettingKey]: Config[Key] extends number ? Key : never }[SettingKey];

/** Two settings of which one must be greater than the other. */
interface Order {
  lesser: NumberKey;
  greater: NumberKey;
  /** The greater must exceed the lesser times this. */
  times?: number;
  /** The two may be equal. */
  orEqual?: boolean;
}

const ORDERS: readonly Order[] = [
  // Otherwise a retry at the end of the window would get an expired access token.
  { lesser: "retryWindow", greater: "accessTtl" },
  { lesser: "accessTtl", greater: "refreshIdleTtl", orEqual: true },
  { lesser: "refreshIdleTtl", greater: "refreshMaxTtl", orEqual: true },
  // A key must be published one cache time before it signs, and sign for longer than that.
  { lesser: "jwksMaxAge", greater: "signingKeyMaxAge", times: 2 },
  // Node.js requires it.
  { lesser: "headersTimeout", greater: "requestTimeout", orEqual: true },
];

/**
 * The violations between settings, one sentence each. A setting that is invalid by itself is not checked again: its
 * value here is not the one that the user wrote.
 */
export function crossCheck(config: Config, read: ReadConfig): string[] {
  const sound = (...keys: SettingKey[]) => keys.every((key) => !read.invalid.has(key));
  const violations: string[] = [];
  if (sound("database", "masterKey")) violations.push(...databaseViolations(config, read));
  if (sound("database", "workers")) violations.push(...workersViolations(config, read));
  if (sound("issuer", "host", "allowInsecureIssuer")) violations.push(...issuerViolations(config, read));
  if (sound("masterKey", "previousMasterKeys")) violations.push(...keyViolations(config, read));
  if (sound("accountsUrl", "accountsSecret")) violations.push(...accountsViolations(config, read));
  if (sound("revocationIssuers", "assertionIssuers", "accountsUrl", "passportUsers"))
    violations.push(...revocationIssuersViolations(config, read));
  if (sound("metrics", "host", "port")) violations.push(...metricsViolations(config, read));
  if (sound("admin", "metrics", "host", "port")) violations.push(...adminViolations(config, read));
  if (sound("tlsCertificate", "tlsKey", "mtls")) violations.push(...tlsViolations(config, read));
  if (sound("clientCertificateHeader", "trustedProxies"))
    violations.push(...certificateHeaderViolations(config, read));
  if (sound("registrationScopes")) violations.push(...reservedScopeViolations(config, read));
  if (
    sound(
      "passportRollbackUntil",
      "passportDatabase",
      "passportKey",
      "passportUnknownTokens",
      "passportUsers",
    )
  )
    violations.push(...passportViolations(config, read));
  for (const order of ORDERS) {
    if (sound(order.lesser, order.greater)) violations.push(...orderViolations(order, config, read));
  }
  return violations;
}

/** The setting's name as the user wrote it; for a default, its environment variable. */
function nameOf(read: ReadConfig, key: SettingKey): string {
  return read.settings[key]?.name ?? environmentName(key);
}

/** A key file stands beside a SQLite file; several processes of PostgreSQL have no such common place. */
function databaseViolations({ database, masterKey }: Config, read: ReadConfig): string[] {
  if (!isPostgres(database) || masterKey !== null) return [];
  const name = nameOf(read, "masterKey");
  return [`${name}: is required with PostgreSQL, the same for every process; ${HOW_TO_MAKE_A_KEY}`];
}

/** `auto` is refused on every machine: whether a configuration is valid must not depend on where it runs. */
function workersViolations({ database, workers }: Config, read: ReadConfig): string[] {
  if (isPostgres(database) || workers === 1) return [];
  const remedy = `set it to 1, or use a postgres:// database (${environmentName("database")})`;
  return [
    `${nameOf(read, "workers")}: more than one requires PostgreSQL, since SQLite has one writer at a time: ${remedy}`,
  ];
}

/** Passport's tokens need its key, and its rows need its database. */
function passportViolations(config: Config, read: ReadConfig): string[] {
  const wanting: [SettingKey, boolean][] = [
    ["passportRollbackUntil", config.passportRollbackUntil !== null],
    ["passportUnknownTokens", config.passportUnknownTokens === "ask"],
    ["passportUsers", config.passportUsers],
  ];
  const missing = (["passportKey", "passportDatabase"] as const).filter((key) => config[key] === null);
  if (missing.length === 0) return [];
  const names = missing.map(environmentName).join(" and ");
  return wanting.filter(([, wanted]) => wanted).map(([key]) => `${nameOf(read, key)}: requires ${names}`);
}

/**
 * RFC 8414 §2 asks for an https issuer. Without TLS, tokens and secrets could be read on the way; on loopback nothing
 * leaves the machine.
 */
function issuerViolations(config: Config, read: ReadConfig): string[] {
  if (read.settings.issuer === undefined) {
    // The default is the listener's address, under which only clients on this machine find the service.
    if (isLoopback(config.host)) return [];
    const name = environmentName("issuer");
    return [`${nameOf(read, "host")}: is not a loopback address: set the service's public URL with ${name}`];
  }
  if (config.issuer === null || config.allowInsecureIssuer) return [];
  const { protocol, hostname } = new URL(config.issuer);
  if (protocol === "https:" || isLoopback(hostname)) return [];
  const allow = environmentName("allowInsecureIssuer");
  return [
    `${nameOf(read, "issuer")}: must be an https URL: http is allowed on loopback hosts, or with ${allow}=true`,
  ];
}

/** The current key among the previous ones means that a rotation was not finished. */
function keyViolations({ masterKey, previousMasterKeys }: Config, read: ReadConfig): string[] {
  if (masterKey === null || !previousMasterKeys.some((key) => key.equals(masterKey))) return [];
  const name = nameOf(read, "masterKey");
  return [`${nameOf(read, "previousMasterKeys")}: must not contain the current key (${name})`];
}

/** The service's URL and the secret that signs its requests are only of use together. */
function accountsViolations({ accountsUrl, accountsSecret }: Config, read: ReadConfig): string[] {
  if ((accountsUrl === null) === (accountsSecret === null)) return [];
  const [there, missing] =
    accountsUrl === null
      ? (["accountsSecret", "accountsUrl"] as const)
      : (["accountsUrl", "accountsSecret"] as const);
  return [`${nameOf(read, there)}: requires ${environmentName(missing)}`];
}

/** A username can be looked up among Regrant's own accounts only. */
function revocationIssuersViolations(config: Config, read: ReadConfig): string[] {
  const { accountsUrl, passportUsers } = config;
  const setting = (["revocationIssuers", "assertionIssuers"] as const).find((key) =>
    config[key].some((one) => one.identifies !== "subject" || one.domains !== undefined),
  );
  if (setting === undefined || (accountsUrl === null && !passportUsers)) return [];
  const other = environmentName(passportUsers ? "passportUsers" : "accountsUrl");
  return [
    `${nameOf(read, setting)}: identifies other than "subject" and domains need Regrant's own accounts, and ${other} is set`,
  ];
}

/** Metrics are readable without authentication, so they never share the public listener. */
function metricsViolations({ metrics, host, port }: Config, read: ReadConfig): string[] {
  if (metrics === null || port === 0 || metrics.port !== port || metrics.host !== host) return [];
  const name = nameOf(read, "port");
  return [`${nameOf(read, "metrics")}: must not be the address of the service itself (${name})`];
}

/** Each address has one listener. */
function adminViolations({ admin, metrics, host, port }: Config, read: ReadConfig): string[] {
  if (admin === null || admin === "on" || admin.port === 0) return [];
  const isSame = (other: { host: string; port: number } | null) =>
    other !== null && other.port === admin.port && other.host === admin.host;
  const name = nameOf(read, "admin");
  if (isSame({ host, port })) return [`${name}: is the address of the service itself: set it to on`];
  return isSame(metrics) ? [`${name}: must not be the address of ${nameOf(read, "metrics")}`] : [];
}

/** A certificate is of no use without its key, and only our own TLS asks for certificates. */
function tlsViolations(config: Config, read: ReadConfig): string[] {
  const { tlsCertificate, tlsKey, mtls, host, port } = config;
  const missing = (key: SettingKey, needed: SettingKey) => [
    `${nameOf(read, key)}: requires ${environmentName(needed)}`,
  ];
  if (tlsCertificate !== null && tlsKey === null) return missing("tlsCertificate", "tlsKey");
  if (tlsCertificate === null && tlsKey !== null) return missing("tlsKey", "tlsCertificate");
  if (mtls === null) return [];
  if (tlsCertificate === null) return missing("mtls", "tlsCertificate");
  const isOwn = mtls !== "on" && mtls.port !== 0 && mtls.port === port && mtls.host === host;
  return isOwn ? [`${nameOf(read, "mtls")}: is the address of the service itself: set it to on`] : [];
}

/** From a peer that is not a proxy the header is anyone's claim. */
function certificateHeaderViolations(config: Config, read: ReadConfig): string[] {
  if (config.clientCertificateHeader === null || config.trustedProxies.length > 0) return [];
  return [`${nameOf(read, "clientCertificateHeader")}: requires ${environmentName("trustedProxies")}`];
}

/** Only an operator gives a client the scopes of Regrant's own APIs. */
function reservedScopeViolations({ registrationScopes }: Config, read: ReadConfig): string[] {
  const reserved = registrationScopes.find(isReservedScope);
  if (reserved === undefined) return [];
  return [
    `${nameOf(read, "registrationScopes")}: must not hold ${reserved}, which only an operator can give`,
  ];
}

/** All ordered settings are in s, so the sentences give their values. */
function orderViolations(order: Order, config: Config, read: ReadConfig): string[] {
  const { lesser, greater, times = 1, orEqual = false } = order;
  const [low, high] = [config[lesser] * times, config[greater]];
  if (low < high || (orEqual && low === high)) return [];
  const multiple = times === 1 ? "" : `${times} times `;
  const lowName = `${multiple}${nameOf(read, lesser)} (${config[lesser]} s${byDefault(read, lesser)})`;
  const highName = `${nameOf(read, greater)} (${high} s${byDefault(read, greater)})`;
  // The sentence is about the setting that the user wrote.
  if (read.settings[greater] !== undefined) {
    return [`${nameOf(read, greater)}: ${high} s must be ${orEqual ? "at least" : "more than"} ${lowName}`];
  }
  const bound = orEqual ? "at most" : "less than";
  return [`${nameOf(read, lesser)}: ${multiple}${config[lesser]} s must be ${bound} ${highName}`];
}

function byDefault(read: ReadConfig, key: SettingKey): string {
  return read.settings[key] === undefined ? ", the default" : "";
}
