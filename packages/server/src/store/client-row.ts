import { toSecrets } from "./client-secrets.ts";
import type { Client, ClientSettings } from "./clients.ts";
import type { ColumnConverters, Row } from "./row.ts";

/** A row of `clients`; `settings` and `secrets` are JSON. */
export function toClient(row: Row, { clientId, boolean }: ColumnConverters): Client {
  return {
    ...(JSON.parse(row["settings"] as string) as ClientSettings),
    id: clientId(row["id"]),
    public: boolean(row["public"]),
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
