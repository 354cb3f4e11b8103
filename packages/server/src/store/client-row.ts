import { changeSettings, CLIENT_SETTING_KEYS, readClientSettings } from "../client-settings/settings.ts";
import { toSecrets } from "./client-secrets.ts";
import type { Client, ClientSettings, SettingsChange, UpdatedClient } from "./clients.ts";
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
 * A client after an update of its locked row. Members of the column `settings` that are not settings of this program stay:
 * a newer one wrote them, and both may run during a rolling upgrade.
 *
 * @returns with the column as `json`
 */
export function mergeSettings(
  present: Client,
  json: string,
  change: SettingsChange,
): UpdatedClient & { json: string } {
  const { settings, changed } = changeSettings(
    present,
    typeof change === "function" ? change(present) : change,
  );
  const written = settingsOf(settings);
  return {
    client: { ...present, ...written, public: written.tokenEndpointAuthMethod === "none" },
    changed,
    json: JSON.stringify({ ...(JSON.parse(json) as object), ...written }),
  };
}
