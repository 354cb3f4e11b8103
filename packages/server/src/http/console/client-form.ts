import type { Setting } from "@regrant/console";
import { hash } from "node:crypto";
import type { Violation } from "../../admin/admin-error.ts";
import { GRANT_TYPES, shortGrantType } from "../../client-settings/grant-types.ts";
import type { ClientSetting } from "../../client-settings/setting.ts";
import { CLIENT_SETTING_KEYS, clientSetting, CONFIGURED, memberOf } from "../../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings } from "../../client-settings/settings.ts";
import type { Values } from "./operator-request.ts";

/** The settings that an operator chooses. */
const KEYS = CLIENT_SETTING_KEYS.filter((key) => clientSetting(key).flag !== undefined);

/**
 * The fields of a client's form, from the table of client settings.
 *
 * @param client its JSON; of a new client what was typed, by member
 * @param isNew an empty field stands for its default
 */
export function settingFields(
  client: Readonly<Record<string, unknown>>,
  isNew: boolean,
  violations: readonly Violation[] = [],
): Setting[] {
  return KEYS.map((key) => {
    const setting = clientSetting(key);
    const member = memberOf(key);
    return {
      member,
      help: setting.help,
      form: setting.form,
      choices: setting.choices ?? [],
      value: textOf(key, setting, client[member]),
      fallback: isNew || setting.form === "text" ? fallbackOf(key, setting) : "",
      fault: violations.find((violation) => violation.member === member)?.message ?? null,
    };
  });
}

function textOf(key: ClientSettingKey, { form, default: fallback }: ClientSetting, value: unknown): string {
  if (form === "json" && typeof value === "object" && value !== null) return JSON.stringify(value, null, 1);
  if (Array.isArray(value)) {
    return value.map((one) => (key === "grantTypes" ? shortGrantType(one) : String(one))).join("\n");
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  return form === "choice" && typeof fallback === "string" ? fallback : "";
}

/** What an empty field of a new client stands for. */
function fallbackOf(key: ClientSettingKey, { form, default: value, defaultText }: ClientSetting): string {
  if (CONFIGURED.some((name) => name === key)) return "the service's default";
  if (defaultText !== undefined) return defaultText;
  return form === "list" && Array.isArray(value)
    ? textOf(key, clientSetting(key), value).replaceAll("\n", ", ")
    : "";
}

/** What was typed, by member, to show the form again. */
export function typedSettings(form: Values): Record<string, unknown> {
  return Object.fromEntries(
    KEYS.map((key) => {
      const member = memberOf(key);
      return [member, clientSetting(key).form === "list" ? linesOf(form.get(member)) : form.get(member)];
    }),
  );
}

/** The settings of a posted form. An empty field is left out of a new client's, so that it has its default. */
export function readSettings(form: Values, isNew: boolean): Partial<ClientSettings> {
  const entries = KEYS.flatMap((key): [string, unknown][] => {
    const { form: kind } = clientSetting(key);
    const text = form.get(memberOf(key))?.trim() ?? "";
    if (kind === "switch") return [[key, text === "true"]];
    if (text === "" && (isNew || kind === "seconds" || kind === "choice")) return [];
    if (kind === "seconds") return [[key, /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN]];
    if (kind === "list") return [[key, listOf(key, text)]];
    if (kind === "json" && text !== "") return [[key, parsed(text)]];
    return [[key, text === "" && key !== "name" ? null : text]];
  });
  return Object.fromEntries(entries);
}

/** What is no JSON stays text, which the setting refuses. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function listOf(key: ClientSettingKey, text: string): string[] {
  if (key === "scopes") return text.split(/\s+/).filter((scope) => scope !== "");
  const lines = linesOf(text);
  if (key !== "grantTypes") return lines;
  return lines.map((line) => GRANT_TYPES.find((type) => shortGrantType(type) === line) ?? line);
}

function linesOf(text = ""): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Those of the settings that differ from the client's. */
export function changesOf(
  client: Readonly<Record<string, unknown>>,
  settings: Partial<ClientSettings>,
): Partial<ClientSettings> {
  const changed = Object.entries(settings).filter(
    ([key, value]) => JSON.stringify(client[memberOf(key as ClientSettingKey)]) !== JSON.stringify(value),
  );
  return Object.fromEntries(changed);
}

/** Differs after each change of the client: a form that was shown before does not overwrite it. */
export function versionOf(client: Readonly<Record<string, unknown>>): string {
  return hash("sha256", JSON.stringify(client), "base64url");
}
