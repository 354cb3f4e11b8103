import { CLIENT_SETTING_KEYS, readClientSettings } from "../client-settings/settings.ts";
import { toSecrets } from "./client-secrets.ts";
import type { Client, ClientSettings } from "./clients.ts";
import type { ColumnConverters, Row } from "./row.ts";

/**
 * Reads a row of `clients`; its columns `settings` and `secrets` are JSON. A setting that the row lacks has its
 * default, since an older program may have written the row.
 */
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

/** The settings of a client without its other columns, as they are stored. */
export function settingsOf(client: ClientSettings): ClientSettings {
  const settings = Object.fromEntries(CLIENT_SETTING_KEYS.map((key) => [key, client[key]]));
  // Each key has its own value.
  return settings as unknown as ClientSettings;
}

/**
 * The column `settings` after an update. Members of `present` that are not settings of this program stay: a newer one
 * wrote them, and both may run during a rolling upgrade.
 *
 * @returns JSON
 */
export function updatedSettings(present: string, settings: ClientSettings): string {
  return JSON.stringify({ ...(JSON.parse(present) as object), ...settingsOf(settings) });
}
