import { CLIENT_SETTING_KEYS, readClientSettings } from "../client-settings/settings.ts";
import { toSecrets } from "./client-secrets.ts";
import type { Client, ClientSettings } from "./clients.ts";
import type { ColumnConverters, Row } from "./row.ts";

/** A row of `clients`; `settings` and `secrets` are JSON. */
export function toClient(row: Row, { clientId, boolean }: ColumnConverters): Client {
  const isPublic = boolean(row["public"]);
  return {
    ...readClientSettings(row["settings"] as string, isPublic),
    id: clientId(row["id"]),
    public: isPublic,
    secrets: toSecrets(row["secrets"] as string),
    createdAt: row["created_at"] as number,
    disabledAt: row["disabled_at"] as number | null,
    grantsRevokedAt: row["grants_revoked_at"] as number | null,
  };
}

/** Only the settings, without the other columns of a client. */
export function settingsOf(client: ClientSettings | Client): ClientSettings {
  const {
    id,
    public: isPublic,
    secrets,
    createdAt,
    disabledAt,
    grantsRevokedAt,
    ...settings
  } = client as Client;
  return settings;
}

/** The column `settings` after an update; what a newer program wrote into `present` beside the settings stays. */
export function updatedSettings(present: string, settings: ClientSettings): string {
  const known = Object.fromEntries(CLIENT_SETTING_KEYS.map((key) => [key, settings[key]]));
  return JSON.stringify({ ...(JSON.parse(present) as object), ...known });
}
