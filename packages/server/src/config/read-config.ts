import type { z } from "zod";
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import { didYouMean } from "./did-you-mean.ts";
import { fromText } from "./from-text.ts";
import {
  CONFIG_FILE,
  environmentName,
  type FlagKey,
  flagName,
  secretFileName,
  SETTING_KEYS,
  type SettingKey,
  settingOf,
  SETTINGS,
  type SettingValue,
} from "./schema.ts";
import { readSecretFile, type SecretFile } from "./secret-file.ts";
import { variableOf } from "./variables.ts";

/**
 * The layer that a value comes from; a later one in this list wins. A file that a variable names is of the
 * environment's layer.
 */
export type Source = "default" | "file" | "environment" | "secret file" | "flag" | "option";

/** A value that was set explicitly. */
interface Given<Value> {
  value: Value;
  source: Exclude<Source, "default">;
  /** The setting as it was written: `REGRANT_PORT`, `--port`, `port (regrant.config.json)`, `REGRANT_X_FILE (/path)`. */
  name: string;
}

/** The settings that were set explicitly, each from the layer that wins. */
type GivenSettings = { readonly [Key in SettingKey]?: Given<SettingValue<Key>> };

/** What a configuration is read from; nothing else of the process is looked at. */
export interface ConfigInput {
  env: Readonly<Record<string, string | undefined>>;
  /** By setting, as the command-line parser names them: `--log-level` is `logLevel`. */
  flags?: { readonly [Key in FlagKey | typeof CONFIG_FILE.key]?: string | undefined };
  /** Where a relative path of the configuration file begins. */
  cwd: string;
}

/** The settings as read, each valid by itself and not yet checked against the others. */
export interface ReadConfig {
  /** A setting that was refused in its winning layer may have the value of an earlier one here: see `invalid`. */
  settings: GivenSettings;
  /** Name of the configuration file that was read, as the user wrote it; null: no file. */
  file: string | null;
  /** One sentence each, with the setting's name as the user wrote it. None holds a value. */
  violations: readonly string[];
  /** Settings with a value that was refused. */
  invalid: ReadonlySet<SettingKey>;
}

/** The state of one reading, filled layer by layer. */
interface Reading {
  settings: Map<SettingKey, Given<unknown>>;
  violations: string[];
  invalid: Set<SettingKey>;
}

/**
 * Reads file, environment and flags into typed optional settings, later layers over earlier ones. Nothing is thrown:
 * every violation is collected, so that one run shows them all.
 */
export function readConfig({ env, flags = {}, cwd }: ConfigInput): ReadConfig {
  const reading: Reading = { settings: new Map(), violations: [], invalid: new Set() };
  const environment = env[environmentName(CONFIG_FILE.key)];
  const file = readConfigFile({ flag: flags[CONFIG_FILE.key], environment }, cwd);
  readFileEntries(reading, file);
  readEnvironment(reading, env);
  readFlags(reading, flags);
  return finished(reading, file.outcome === "read" ? file.name : null);
}

/** The settings of an embedding program, in the file's form; environment and file are not read. */
export type SettingOptions = { readonly [Key in SettingKey]?: z.input<(typeof SETTINGS)[Key]["schema"]> };

/**
 * Reads the settings of an embedding program; every violation is collected. An option that is undefined counts as not
 * given.
 */
export function readOptions(options: SettingOptions): ReadConfig {
  const reading: Reading = { settings: new Map(), violations: [], invalid: new Set() };
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (isSettingKey(key)) take(reading, key, value, { source: "option", name: key });
    else reading.violations.push(`${JSON.stringify(key)}: is not an option${didYouMean(key, SETTING_KEYS)}`);
  }
  return finished(reading, null);
}

function finished({ settings, violations, invalid }: Reading, file: string | null): ReadConfig {
  // The map holds, under each key, what that key's own schema returned.
  return { settings: Object.fromEntries(settings), file, violations, invalid };
}

function readFileEntries(reading: Reading, file: ConfigFile): void {
  if (file.outcome === "invalid") reading.violations.push(file.violation);
  if (file.outcome !== "read") return;
  for (const [key, value] of file.entries) {
    if (isSettingKey(key)) {
      take(reading, key, value, { source: "file", name: `${key} (${file.name})` });
    } else {
      const hint = didYouMean(key, SETTING_KEYS);
      reading.violations.push(`${JSON.stringify(key)} (${file.name}): is not a setting${hint}`);
    }
  }
}

function readEnvironment(reading: Reading, env: ConfigInput["env"]): void {
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined) continue;
    const variable = variableOf(name, text);
    if (variable.holds === "value") takeText(reading, variable.key, text, { source: "environment", name });
    if (variable.holds === "path") takeSecretFile(reading, variable.key, env);
    if (variable.holds === "unknown") {
      reading.violations.push(`${printable(name)}: is not a setting${variable.hint}`);
    }
  }
}

/** Takes a secret from the file that its variable names. */
function takeSecretFile(reading: Reading, key: SettingKey, env: ConfigInput["env"]): void {
  const [plain, name] = [environmentName(key), secretFileName(key) ?? ""];
  const path = env[name] ?? "";
  const file: SecretFile =
    env[plain] === undefined
      ? readSecretFile(path)
      : { outcome: "invalid", violation: `must not be set together with ${plain}: remove one of them` };
  if (file.outcome === "read") {
    takeText(reading, key, file.text, { source: "secret file", name: `${name} (${path})` });
    return;
  }
  reading.invalid.add(key);
  reading.violations.push(`${name}: ${file.violation}`);
}

function readFlags(reading: Reading, flags: NonNullable<ConfigInput["flags"]>): void {
  const texts: Readonly<Record<string, unknown>> = flags;
  for (const key of SETTING_KEYS) {
    const text = settingOf(key).flag === undefined ? undefined : texts[key];
    if (typeof text === "string") takeText(reading, key, text, { source: "flag", name: flagName(key) });
  }
}

type Origin = Pick<Given<unknown>, "source" | "name">;

/** Takes a value from the environment, a secret's file or a flag, where everything is text. */
function takeText(reading: Reading, key: SettingKey, text: string, origin: Origin): void {
  const { form } = settingOf(key);
  // An empty list is a list; an empty key or address is a variable that was left unset by mistake.
  if (text.trim() === "" && form !== "list") {
    reading.invalid.add(key);
    reading.violations.push(`${origin.name}: is empty: set a value or remove it`);
    return;
  }
  take(reading, key, fromText(form, text.trim()), origin);
}

/**
 * Checks a value in the file's form by the setting's own schema. Its messages are predicates, which complete the
 * setting's name.
 */
function take(reading: Reading, key: SettingKey, written: unknown, origin: Origin): void {
  const result = settingOf(key).schema.safeParse(written, { error: predicate });
  if (result.success) {
    reading.settings.set(key, { value: result.data, ...origin });
    return;
  }
  reading.invalid.add(key);
  for (const issue of result.error.issues) {
    reading.violations.push(`${origin.name}: ${placeOf(issue)}${issue.message}`);
  }
}

/** Which part of a list or an object an issue is about; empty: the whole value, or the name of a member. */
function placeOf({ code, path }: z.core.$ZodIssue): string {
  if (code === "invalid_key") return "";
  const steps = path.map((step) =>
    typeof step === "number" ? `entry ${step + 1}` : printable(String(step)),
  );
  return steps.map((step) => `${step} `).join("");
}

/** The message of an issue where the schema has none of its own. It quotes nothing but names of members. */
function predicate(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "unrecognized_keys":
      return `must not have ${issue.keys.map(printable).join(", ")}: there is no such member`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "too_small":
      return "must not be empty";
    default:
      return "is not valid";
  }
}

/** The types of JSON, as a message calls them. */
const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text",
};

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

/** A variable's name may hold any character but `=`; a violation must be one line. */
function printable(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}
