/** What Passport's tables hold of the two tokens of one response. Instants in ms. */
interface IssuedRows {
  accessTokenId: string;
  refreshTokenId: string;
  clientId: string;
  /** `user_id` */
  subject: string;
  scopes: readonly string[];
  issuedAt: number;
  accessExpiresAt: number;
  refreshExpiresAt: number;
  /** The tokens that this response replaces; undefined: these are the session's first. */
  spent: { accessTokenId: string; refreshTokenId: string } | undefined;
}

/** Laravel's own database. `?` stands for each value. What fails rejects with an OAuthError, `temporarily_unavailable`. */
export interface LaravelDatabase {
  readonly dialect: "mysql" | "postgres";
  query(sql: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs all statements or none. */
  transact(statements: readonly (readonly [sql: string, values: readonly unknown[]])[]): Promise<void>;
  close(): Promise<void>;
}

/** Only a row that exists already is left: a value that does not fit its column is an error. */
const UNLESS_THERE = { mysql: "ON DUPLICATE KEY UPDATE id = id", postgres: "ON CONFLICT DO NOTHING" };
/** A late retry has the refresh token of the row, and a new access token: the one to revoke with it. */
const WITH_NEWEST_ACCESS_TOKEN = {
  mysql: "ON DUPLICATE KEY UPDATE access_token_id = VALUES(access_token_id)",
  postgres: "ON CONFLICT (id) DO UPDATE SET access_token_id = EXCLUDED.access_token_id",
};

/** The rows that Passport reads, in its own tables. Every statement goes by a primary key or an index. */
export class PassportRows {
  readonly #database: LaravelDatabase;

  constructor(database: LaravelDatabase) {
    this.#database = database;
  }

  /**
   * Writes what Passport would on a refresh, in its order, in one transaction. Doing it again, for a retry, changes
   * nothing.
   */
  async write(rows: IssuedRows): Promise<void> {
    const { accessTokenId, refreshTokenId, spent } = rows;
    const { dialect } = this.#database;
    const issued = timestamp(rows.issuedAt);
    const access = [accessTokenId, rows.subject, rows.clientId, JSON.stringify(rows.scopes), issued, issued];
    const inserts = [
      [
        `INSERT INTO oauth_access_tokens (id, user_id, client_id, scopes, created_at, updated_at, expires_at, revoked)
         VALUES (?, ?, ?, ?, ?, ?, ?, FALSE) ${UNLESS_THERE[dialect]}`,
        [...access, timestamp(rows.accessExpiresAt)],
      ],
      [
        `INSERT INTO oauth_refresh_tokens (id, access_token_id, expires_at, revoked)
         VALUES (?, ?, ?, FALSE) ${WITH_NEWEST_ACCESS_TOKEN[dialect]}`,
        [refreshTokenId, accessTokenId, timestamp(rows.refreshExpiresAt)],
      ],
    ] as const;
    const ends = [];
    if (spent !== undefined && spent.accessTokenId !== accessTokenId) {
      ends.push([
        "UPDATE oauth_access_tokens SET revoked = TRUE WHERE id = ?",
        [spent.accessTokenId],
      ] as const);
    }
    if (spent !== undefined && spent.refreshTokenId !== refreshTokenId) {
      ends.push([
        "UPDATE oauth_refresh_tokens SET revoked = TRUE WHERE id = ?",
        [spent.refreshTokenId],
      ] as const);
    }
    await this.#database.transact([...ends, ...inserts]);
  }

  /**
   * Whether Passport itself would accept this refresh token: it has its row, and did not revoke it. Index: primary key.
   */
  async isLive(refreshTokenId: string): Promise<boolean> {
    const sql = "SELECT id FROM oauth_refresh_tokens WHERE id = ? AND revoked = FALSE";
    return (await this.#database.query(sql, [refreshTokenId])).length > 0;
  }

  /** Revokes both tokens of a session's head. */
  async endSession(refreshTokenId: string): Promise<void> {
    const ofHead = "(SELECT access_token_id FROM oauth_refresh_tokens WHERE id = ?)";
    await this.#database.transact([
      [`UPDATE oauth_access_tokens SET revoked = TRUE WHERE id = ${ofHead}`, [refreshTokenId]],
      ["UPDATE oauth_refresh_tokens SET revoked = TRUE WHERE id = ?", [refreshTokenId]],
    ]);
  }

  /** Revokes one access token. */
  async endAccessToken(id: string): Promise<void> {
    await this.#database.transact([["UPDATE oauth_access_tokens SET revoked = TRUE WHERE id = ?", [id]]]);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** A naive datetime, in UTC. Passport checks the times inside its tokens; only `passport:purge` reads these. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
