import { databaseText } from "./database-address.ts";
import type { Source } from "./read-config.ts";
import type { ConfigSources } from "./resolve-config.ts";
import {
  type Config,
  environmentName,
  isSecret,
  secretFileName,
  type SecretKey,
  SETTING_KEYS,
  type SettingKey,
} from "./schema.ts";
import { hostPortText } from "./values.ts";

/** One line of `npx regrant config`. */
export interface DescribedSetting {
  setting: SettingKey;
  /** In the file's form; for a secret `(set)` or `(not set)`, with a database's password as `***`. */
  value: string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;
  source: Source;
  /** Its environment variable; for a secret that was read from a file, the one that names the file. */
  env: string;
}

/**
 * Every setting with its current value, in the order of the reference, with secrets masked: the rows of `regrant
 * config`.
 */
export function describeConfig(config: Config, sources: ConfigSources): DescribedSetting[] {
  return SETTING_KEYS.map((setting) => ({
    setting,
    value: describeValue(config, setting),
    source: sources[setting],
    env: variableName(setting, sources[setting]),
  }));
}

function variableName(key: SettingKey, source: Source): string {
  return (source === "secret file" ? secretFileName(key) : null) ?? environmentName(key);
}

function describeValue(config: Config, key: SettingKey): DescribedSetting["value"] {
  if (isSecret(key)) return isSet(config[key]) ? "(set)" : "(not set)";
  if (key === "database") return databaseText(config.database);
  if (key !== "metrics") return config[key];
  return config.metrics === null ? "off" : hostPortText(config.metrics);
}

function isSet(value: Config[SecretKey]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null;
}
