import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { CLIENT_SETTING_KEYS, clientSetting, CONFIGURED } from "../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings } from "../client-settings/settings.ts";
import type { ClientSetting } from "../client-settings/setting.ts";
import { GRANT_TYPES, shortGrantType } from "../client-settings/grant-types.ts";
import { suggest } from "./completion/tree.ts";
import { jsonFile, repeated, scopes, wholeNumber } from "./option-values.ts";

/** Values of the client flags by commander's names. A repeatable flag gives the whole list; `--no-…` gives false. */
export type ClientOptions = Readonly<Record<string, unknown>>;

/**
 * Adds a flag for each client setting that has one. `update` also gets the `--no-…` forms, which unset a value; `create`
 * those of settings that are on by default.
 */
export function addClientFlags(command: Command, use: "create" | "update"): void {
  for (const key of CLIENT_SETTING_KEYS) {
    const setting = clientSetting(key);
    if (setting.flag === undefined) continue;
    const option = flagOf(key, setting.flag, setting, use);
    command.addOption(option);
    const canUnset = use === "update" || setting.default === true;
    if (canUnset && setting.off !== undefined) command.option(`--no-${option.name()}`, setting.off);
  }
}

/** The settings whose flags are given, and no others: an absent flag leaves the setting, or its default, as it is. */
export function givenSettings(options: ClientOptions): Partial<ClientSettings> {
  const given = CLIENT_SETTING_KEYS.flatMap((key): [string, unknown][] => {
    const { flag, form } = clientSetting(key);
    const value = flag === undefined ? undefined : options[new Option(flag).attributeName()];
    // Absent: neither the flag nor its `--no-` form was given.
    if (value === undefined) return [];
    if (form === "switch") return [[key, value]];
    // `--no-…` of a setting with a value: it has none from now on.
    if (value === false) return [[key, null]];
    return [[key, form === "text" && typeof value === "string" ? value.trim() : value]];
  });
  return Object.fromEntries(given);
}

/** Makes the option of a setting: help, choices and parser derive from the table of client settings. */
function flagOf(
  key: ClientSettingKey,
  flag: string,
  setting: ClientSetting,
  use: "create" | "update",
): Option {
  const repeatable = setting.form === "list" ? "; repeatable" : "";
  const note = use === "create" ? defaultNote(key, setting) : "";
  const option = new Option(flag, `${setting.help}${repeatable}${note}`);
  if (setting.choices !== undefined) option.choices(setting.choices);
  if (setting.form === "seconds") option.argParser(wholeNumber);
  if (setting.form === "json") option.argParser(jsonFile(setting.schema));
  if (setting.form === "list") option.argParser(LIST_PARSERS[key] ?? repeated);
  if (key === "grantTypes") suggest(option, GRANT_TYPES.map(shortGrantType));
  return option.makeOptionMandatory(use === "create" && key === "name");
}

/** What a new client has without the flag, for its help. Nothing is noted for an empty default. */
function defaultNote(key: ClientSettingKey, { form, default: value, defaultText }: ClientSetting): string {
  if (key === "name") return "";
  const configured = CONFIGURED.find((name) => name === key);
  if (configured !== undefined) return ` (default: the service's ${configured})`;
  const text = defaultText ?? (form === "choice" || form === "list" ? String(value) : "");
  return text === "" ? "" : ` (default: ${text})`;
}

// Lists whose values need more than collecting: see `scopes`, and `grantType` for short names.
const LIST_PARSERS: Partial<Record<ClientSettingKey, (value: string, before?: string[]) => string[]>> = {
  scopes,
  grantTypes: (value, before) => repeated(value === "" ? "" : grantType(value), before),
};

/**
 * Parses a grant type: its full name, or the last part of its URN, as `device_code`.
 *
 * @throws InvalidArgumentError with the short names
 */
function grantType(value: string): string {
  const found = GRANT_TYPES.find((type) => type === value || shortGrantType(type) === value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Allowed choices are ${GRANT_TYPES.map(shortGrantType).join(", ")}.`);
}
