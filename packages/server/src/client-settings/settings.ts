import type { z } from "zod";
import { FAPI2_METHOD, isFapi2, isHttps, isStrong } from "./fapi2.ts";
import type { ClientFacts, ClientSetting } from "./setting.ts";
import { CLIENT_SETTINGS } from "./table.ts";

type Table = typeof CLIENT_SETTINGS;

/** What a client may do and how; lifetimes in s. The table says what each setting means. */
export type ClientSettings = { -readonly [Key in keyof Table]: z.infer<Table[Key]["schema"]> };

/** A setting's key in code and in the column `settings`. */
export type ClientSettingKey = keyof ClientSettings;

/** The settings that a client may set itself (RFC 7591 §2). */
export type RegistrableKey = {
  [Key in keyof Table]: Table[Key] extends { registration: object } ? Key : never;
}[keyof Table];

/** The keys of all settings, in the order of the table. */
export const CLIENT_SETTING_KEYS = Object.keys(CLIENT_SETTINGS) as ClientSettingKey[];

/** The table's row with its general type, for code that treats all settings alike. */
export function clientSetting(key: ClientSettingKey): ClientSetting {
  return CLIENT_SETTINGS[key];
}

type MemberOf<Key extends string> = Key extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${MemberOf<Rest>}`
  : "";

/** A client's settings by their JSON members. */
export type ClientSettingsJson = {
  [Key in ClientSettingKey as MemberOf<Key>]: ClientSettings[Key];
};

/** The JSON member of a setting: `retry_window` of `retryWindow`. */
export function memberOf(key: ClientSettingKey): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Settings whose default for new clients is the service's setting of the same name. */
export const CONFIGURED = ["accessTtl", "refreshIdleTtl", "refreshMaxTtl", "retryWindow"] as const;

/** Lifetimes of a new client that names none, s. */
export type ClientDefaults = Pick<ClientSettings, (typeof CONFIGURED)[number]>;

const isDerived = (key: ClientSettingKey) => typeof clientSetting(key).default === "function";
const DERIVED = CLIENT_SETTING_KEYS.filter(isDerived);
const FIXED = Object.fromEntries(
  CLIENT_SETTING_KEYS.filter((key) => !isDerived(key)).map((key) => [key, clientSetting(key).default]),
);

/** A default that follows from other settings. */
function derived(key: ClientSettingKey, settings: Record<string, unknown>): unknown {
  const { default: derive } = clientSetting(key);
  // Only keys of `DERIVED` come here, and what they follow from is filled in before.
  return (derive as (client: ClientFacts) => unknown)(settings as unknown as ClientFacts);
}

/** Fills in what is missing, the derived settings last: they follow from the others. */
function complete(given: Record<string, unknown>, isPublic: boolean): ClientSettings {
  const settings: Record<string, unknown> = { ...FIXED, ...given };
  for (const key of DERIVED) settings[key] ??= derived(key, { ...settings, public: isPublic });
  // Each default is of its own row's type; what is given is the caller's, or was checked when it was written.
  return settings as unknown as ClientSettings;
}

/**
 * The settings of a new client: what is given, the service's lifetimes, and the table's defaults, in this order.
 * Nothing is checked: `clientViolations` does that.
 */
export function newClientSettings(
  given: Partial<ClientSettings> & { name: string },
  defaults: ClientDefaults,
  isPublic = false,
): ClientSettings {
  const configured = Object.fromEntries(CONFIGURED.map((key) => [key, defaults[key]]));
  return complete({ ...configured, ...given }, isPublic);
}

/**
 * The settings of a stored client. A setting that an older program did not write has its default; what a newer one
 * wrote beside the settings is kept. Nothing is checked: a client is read on the path of a refresh.
 */
export function readClientSettings(json: string, isPublic: boolean): ClientSettings {
  return enforceProfile(complete(JSON.parse(json) as Record<string, unknown>, isPublic));
}

/**
 * The settings of a stored client as they count. The rules of the profile hold for a row of an earlier program too: what it
 * may not have, it has not, so a client that it would leave without safety is one that cannot authenticate.
 */
function enforceProfile(settings: ClientSettings): ClientSettings {
  if (!isFapi2(settings)) return settings;
  const { tokenEndpointAuthMethod: method, redirectUris, grantTypes } = settings;
  const { tokenEndpointAuthSigningAlg: algorithm } = settings;
  return {
    ...settings,
    tokenEndpointAuthSigningAlg: algorithm === "RS256" ? null : algorithm,
    tokenEndpointAuthMethod: isStrong(method) ? method : FAPI2_METHOD,
    requirePar: true,
    dpopBound: settings.dpopBound || !settings.tlsBound,
    requirePkce: true,
    rotation: "never",
    redirectUris: redirectUris.filter(isHttps),
    grantTypes: grantTypes.filter((type) => type !== "password"),
  };
}

/**
 * The settings after `changes`, and the names of those that differ, for the event. A derived setting that was never
 * chosen, such as the rotation threshold, still follows the others; that change is not named.
 */
export function changeSettings(
  present: ClientSettings,
  changes: Partial<ClientSettings>,
): { settings: ClientSettings; changed: ClientSettingKey[] } {
  const settings = { ...present, ...changes };
  for (const key of DERIVED) {
    if (changes[key] !== undefined || present[key] !== derived(key, present)) continue;
    Object.assign(settings, { [key]: derived(key, settings) });
  }
  const changed = CLIENT_SETTING_KEYS.filter(
    (key) => key in changes && JSON.stringify(present[key]) !== JSON.stringify(settings[key]),
  );
  return { settings, changed };
}
