import type { Row, Source } from "./source.ts";
import { isTrue, stringsOf } from "./values.ts";

/** A row of `oauth_clients`, of any version of Passport. */
export interface PassportClient {
  /** A number or a UUID. */
  id: string;
  name: string;
  /** As it is stored: plain, or its bcrypt or argon2 hash; null: a public client. */
  secret: string | null;
  redirectUris: readonly string[];
  /** Passport's names of them. */
  grantTypes: readonly string[];
  /** null: all that the application has. */
  scopes: readonly string[] | null;
  revoked: boolean;
}

const PAGE = 500;

/** All clients in the order of their ids, read in pages by primary key. */
export async function* readClients(source: Source): AsyncGenerator<PassportClient> {
  for (let last: string | number | undefined; ;) {
    const after = last === undefined ? "" : "WHERE id > ?";
    const sql = `SELECT * FROM oauth_clients ${after} ORDER BY id LIMIT ${PAGE}`;
    const rows = await source.query(sql, last === undefined ? [] : [last]);
    yield* rows.map(toClient);
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.["id"] as string | number;
  }
}

function toClient(row: Row): PassportClient {
  const secret = typeof row["secret"] === "string" && row["secret"] !== "" ? row["secret"] : null;
  const redirectUris = stringsOf(row["redirect_uris"]) ?? splitUris(row["redirect"]);
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    secret,
    redirectUris,
    grantTypes: stringsOf(row["grant_types"]) ?? derivedGrantTypes(row, secret !== null, redirectUris),
    scopes: stringsOf(row["scopes"]),
    revoked: isTrue(row["revoked"]),
  };
}

/** Up to Passport 12 the URIs stand in one text, with commas between them. */
function splitUris(redirect: unknown): string[] {
  if (typeof redirect !== "string") return [];
  return redirect
    .split(",")
    .map((uri) => uri.trim())
    .filter((uri) => uri !== "");
}

/** What a client without a list may do: up to Passport 12 its two flags say so, and whether it has a secret. */
function derivedGrantTypes(row: Row, confidential: boolean, redirectUris: readonly string[]): string[] {
  const isPassword = isTrue(row["password_client"]);
  const isPersonal = isTrue(row["personal_access_client"]);
  const rules: [boolean, string][] = [
    [true, "refresh_token"],
    [!isPassword && !isPersonal && redirectUris.length > 0, "authorization_code"],
    [isPassword, "password"],
    [confidential, "client_credentials"],
    [isPersonal && confidential, "personal_access"],
  ];
  return rules.filter(([holds]) => holds).map(([, grantType]) => grantType);
}
