import type { Row, Source, SourceDialect } from "./source.ts";

/** The tables are not Passport's; the message says what is missing. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** What the import reads of every version. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  oauth_clients: ["id", "name", "secret", "revoked"],
  oauth_access_tokens: ["id", "user_id", "client_id", "scopes"],
  oauth_refresh_tokens: ["id", "access_token_id", "revoked", "expires_at"],
};

const COLUMNS: Record<SourceDialect, string> = {
  mysql:
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?",
  postgres:
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?",
  sqlite: "SELECT name FROM pragma_table_info(?)",
};

/**
 * Which Passport made the tables, told by their columns: `7 or 8`, `9 to 12` or `13`.
 *
 * @throws SchemaError a table or column is missing
 */
export async function detectPassport(source: Source): Promise<string> {
  let ofClients = new Set<string>();
  for (const [table, needed] of Object.entries(NEEDED)) {
    const rows = await source.query(COLUMNS[source.dialect], [table]);
    const columns = new Set(rows.map((row: Row) => String(row["name"])));
    if (columns.size === 0) throw new SchemaError(`it has no table ${table}`);
    const missing = needed.filter((name) => !columns.has(name));
    if (missing.length > 0) throw new SchemaError(`its table ${table} has no column ${missing.join(", ")}`);
    if (table === "oauth_clients") ofClients = columns;
  }
  if (ofClients.has("redirect_uris")) return "13";
  if (!ofClients.has("redirect"))
    throw new SchemaError("its table oauth_clients has neither redirect nor redirect_uris");
  return ofClients.has("provider") ? "9 to 12" : "7 or 8";
}
