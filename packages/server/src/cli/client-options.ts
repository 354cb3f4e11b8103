import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { CLIENT_SETTING_KEYS, clientSetting, CONFIGURED } from "../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings } from "../client-settings/settings.ts";
import type { ClientSetting } from "../client-settings/setting.ts";
import { GRANT_TYPES } from "../client-settings/grant-types.ts";
import { repeated, scopes, wholeNumber } from "./option-values.ts";

/** What the flags give, by commander's names. A repeatable flag replaces the whole list; false: `--no-…`. */
export type ClientOptions = Readonly<Record<string, unknown>>;

/** Adds the flags of a client's settings; `update` has the `--no-…` forms too. */
export function addClientFlags(command: Command, use: "create" | "update"): void {
  for (const key of CLIENT_SETTING_KEYS) {
    const setting = clientSetting(key);
    if (setting.flag === undefined) continue;
    const option = flagOf(key, setting.flag, setting, use);
    command.addOption(option);
    if (use === "update" && setting.off !== undefined) command.option(`--no-${option.name()}`, setting.off);
  }
}

/** The settings that the flags give; no others are present. */
export function givenSettings(options: ClientOptions): Partial<ClientSettings> {
  const given = CLIENT_SETTING_KEYS.flatMap((key): [string, unknown][] => {
    const { flag, form } = clientSetting(key);
    const value = flag === undefined ? undefined : options[new Option(flag).attributeName()];
    if (value === undefined) return [];
    if (form === "switch") return [[key, value]];
    if (value === false) return [[key, null]];
    return [[key, form === "text" && typeof value === "string" ? value.trim() : value]];
  });
  return Object.fromEntries(given);
}

function flagOf(
  key: ClientSettingKey,
  flag: string,
  setting: ClientSetting,
  use: "create" | "update",
): Option {
  const option = new Option(flag, setting.help + (use === "create" ? defaultNote(key, setting) : ""));
  if (setting.choices !== undefined) option.choices(setting.choices);
  if (setting.form === "seconds") option.argParser(wholeNumber);
  if (setting.form === "list") option.argParser(LIST_PARSERS[key] ?? repeated);
  return option.makeOptionMandatory(use === "create" && key === "name");
}

/** What a new client has without the flag, unless that is nothing. */
function defaultNote(key: ClientSettingKey, { form, default: value, defaultText }: ClientSetting): string {
  if (key === "name") return "";
  const configured = CONFIGURED.find((name) => name === key);
  if (configured !== undefined) return ` (default: the service's ${configured})`;
  const text = defaultText ?? (form === "choice" || form === "list" ? String(value) : "");
  return text === "" ? "" : ` (default: ${text})`;
}

const LIST_PARSERS: Partial<Record<ClientSettingKey, (value: string, before?: string[]) => string[]>> = {
  scopes,
  grantTypes: (value, before) => repeated(value === "" ? "" : grantType(value), before),
};

/** A grant type by its full name, or by the last part of its URN: `device_code`. */
function grantType(value: string): string {
  const short = (type: string) => type.slice(type.lastIndexOf(":") + 1);
  const found = GRANT_TYPES.find((type) => type === value || short(type) === value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Allowed choices are ${GRANT_TYPES.map(short).join(", ")}.`);
}
