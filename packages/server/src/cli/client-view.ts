import { CLIENT_SETTING_KEYS, clientSetting } from "../client-settings/settings.ts";
import type { ClientSettingKey } from "../client-settings/settings.ts";
import type { Client } from "../store/store.ts";
import { durationText, instantWithAge } from "../time-text.ts";
import { printFields } from "./output.ts";

/**
 * Prints a client, one setting a line. Its secrets are not stored, so only their expiry can be shown.
 *
 * @param now the store's clock, ms
 */
export function printClient(client: Client, now: number): void {
  printFields({
    client_id: client.id,
    kind: client.public ? "public (no secret)" : "confidential",
    ...settingLines(client),
    secrets: client.public ? undefined : secretsText(client, now),
    created: instantWithAge(client.createdAt, now),
    disabled: client.disabledAt === null ? undefined : instantWithAge(client.disabledAt, now),
  });
}

/** The lines and texts of the table of client settings. Settings that share a line are joined. */
function settingLines(client: Client): Record<string, string> {
  const lines = new Map<string, string[]>();
  for (const key of CLIENT_SETTING_KEYS) {
    const { show } = clientSetting(key);
    if (show === undefined) continue;
    const usual = valueText(key, client);
    const text = show.text === undefined ? usual : show.text(client[key], client, usual);
    if (text !== undefined) lines.set(show.line, [...(lines.get(show.line) ?? []), text]);
  }
  return Object.fromEntries([...lines].map(([line, texts]) => [line, texts.join(", ")]));
}

/** A setting's value where its row has no text of its own: seconds as a duration, lists separated by spaces. */
function valueText(key: ClientSettingKey, client: Client): string {
  const value = client[key];
  if (clientSetting(key).form === "seconds") return durationText(Number(value) * 1000);
  if (Array.isArray(value)) return listText(value);
  return String(value);
}

/** How many secrets a client has, and until when the older ones are valid. */
function secretsText({ secrets }: Client, now: number): string {
  const texts = secrets.map(({ expiresAt }) => {
    if (expiresAt === null) return "one in force";
    return `an older one ${expiresAt <= now ? "ended" : "works until"} ${instantWithAge(expiresAt, now)}`;
  });
  return listText(texts, ", ");
}

function listText(values: readonly string[], separator = " "): string {
  return values.length === 0 ? "none" : values.join(separator);
}
