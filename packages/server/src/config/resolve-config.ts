import { ConfigError } from "./config-error.ts";
import { crossCheck } from "./cross-checks.ts";
import { type ConfigInput, type ReadConfig, readConfig, type Source } from "./read-config.ts";
import { type Config, SETTING_KEYS, type SettingKey, settingOf } from "./schema.ts";
import { hostPortText, type HostPort, issuerUrl } from "./values.ts";

export type { Config } from "./schema.ts";

/** Where each setting's value comes from, for `npx regrant config`. */
export type ConfigSources = Readonly<Record<SettingKey, Source>>;

/**
 * Reads and resolves in one step. `file` is the name of the configuration file that was read; null: no file.
 *
 * @throws {ConfigError} with every violation
 */
export function loadConfig(input: ConfigInput): {
  config: Config;
  sources: ConfigSources;
  file: string | null;
} {
  const read = readConfig(input);
  return { config: resolveConfig(read), sources: sourcesOf(read), file: read.file };
}

/**
 * Fills in the defaults, checks the settings against each other and freezes the result. Defaults that follow from other
 * settings are filled in here: `issuer` from the listener, `audience` from the issuer.
 *
 * @throws {ConfigError} with the violations of the reading and of the cross-checks together
 */
export function resolveConfig(read: ReadConfig): Config {
  const values = SETTING_KEYS.map((key) => [key, read.settings[key]?.value ?? defaultOf(key)] as const);
  // Each value comes from its own key's schema, from which Config's type derives.
  const given = Object.fromEntries(values) as Config;
  const issuer = given.issuer ?? defaultIssuer(given);
  const mtlsUrl = given.mtlsUrl ?? defaultMtlsUrl(given, issuer);
  const config: Config = Object.freeze({ ...given, issuer, mtlsUrl, audience: given.audience ?? issuer });
  const violations = [...read.violations, ...crossCheck(config, read)];
  if (violations.length > 0) throw new ConfigError(violations);
  return config;
}

/** Defaults are written in the file's form, so they pass the schema too. */
function defaultOf(key: SettingKey): unknown {
  const setting = settingOf(key);
  return "default" in setting ? setting.schema.parse(setting.default) : null;
}

/**
 * The listener's address, which clients on this machine can use; null for port 0, which the operating system chooses.
 */
function defaultIssuer(config: HostPort & Pick<Config, "tlsCertificate">): string | null {
  return config.port === 0 ? null : issuerUrl.parse(listenerUrl(config));
}

/** The URL of a listener of the service: https if it has a certificate. */
export function listenerUrl({
  host,
  port,
  tlsCertificate,
}: HostPort & Pick<Config, "tlsCertificate">): string {
  return `${tlsCertificate === null ? "http" : "https"}://${hostPortText({ host, port })}`;
}

/** The issuer's host with the port that asks for client certificates; null: there is none, or it is not known yet. */
function defaultMtlsUrl({ mtls }: Config, issuer: string | null): string | null {
  if (mtls === null || mtls === "on" || mtls.port === 0 || issuer === null) return null;
  const url = new URL(issuer);
  url.port = String(mtls.port);
  return url.protocol === "https:" ? url.origin : null;
}

/** The layer that each setting comes from. */
function sourcesOf({ settings }: ReadConfig): ConfigSources {
  const sources = SETTING_KEYS.map((key) => [key, settings[key]?.source ?? "default"] as const);
  return Object.fromEntries(sources) as ConfigSources;
}
