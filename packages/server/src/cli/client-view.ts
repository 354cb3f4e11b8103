import type { ClientJson } from "../admin/clients.ts";
import { credentialOf } from "../client-settings/auth-methods.ts";
import { CLIENT_SETTING_KEYS, clientSetting, memberOf } from "../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings } from "../client-settings/settings.ts";
import { durationText, instantWithAge } from "../time-text.ts";
import { printFields } from "./output.ts";

/** A client's settings, and whether it is public. */
type ShownClient = ClientSettings & { public: boolean };

/** The settings of a client, from their members. */
export function settingsOf(client: ClientJson): ShownClient {
  const members: Readonly<Record<string, unknown>> = { ...client };
  const settings = CLIENT_SETTING_KEYS.map((key) => [key, members[memberOf(key)]]);
  return { ...(Object.fromEntries(settings) as ClientSettings), public: client.public };
}

/**
 * Prints a client, one setting a line. Its secrets are not stored, so only their expiry can be shown.
 *
 * @param now the store's clock, ms
 */
export function printClient(client: ClientJson, now: number): void {
  const settings = settingsOf(client);
  const { created_at: createdAt, disabled_at: disabledAt } = client;
  const instant = (text: string) => instantWithAge(Date.parse(text), now);
  printFields({
    client_id: client.client_id,
    kind: settings.public ? "public (no secret)" : "confidential",
    ...settingLines(settings),
    secrets:
      credentialOf(settings.tokenEndpointAuthMethod) === "secret"
        ? secretsText(client.secrets, now)
        : undefined,
    created: instant(createdAt),
    disabled: disabledAt === null ? undefined : { text: instant(disabledAt), tone: "bad" },
  });
}

/** The lines and texts of the table of client settings. Settings that share a line are joined. */
function settingLines(client: ShownClient): Record<string, string> {
  const lines = new Map<string, string[]>();
  for (const key of CLIENT_SETTING_KEYS) {
    const { show } = clientSetting(key);
    // A server of another version may not have it.
    if (show === undefined || client[key] === undefined) continue;
    const usual = valueText(key, client);
    const text = show.text === undefined ? usual : show.text(client[key], client, usual);
    if (text !== undefined) lines.set(show.line, [...(lines.get(show.line) ?? []), text]);
  }
  return Object.fromEntries([...lines].map(([line, texts]) => [line, texts.join(", ")]));
}

/** A setting's value where its row has no text of its own: seconds as a duration, lists separated by spaces. */
function valueText(key: ClientSettingKey, client: ShownClient): string {
  const value = client[key];
  if (clientSetting(key).form === "seconds") return durationText(Number(value) * 1000);
  if (Array.isArray(value)) return listText(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** How many secrets a client has, and until when the older ones are valid. */
function secretsText(secrets: ClientJson["secrets"], now: number): string {
  const texts = secrets.map(({ expires_at: end }) => {
    if (end === null) return "one in force";
    const at = Date.parse(end);
    return `an older one ${at <= now ? "ended" : "works until"} ${instantWithAge(at, now)}`;
  });
  return listText(texts, ", ");
}

function listText(values: readonly string[], separator = " "): string {
  return values.length === 0 ? "none" : values.join(separator);
}
