import type { PoolLoad } from "../store/store.ts";

/** What Passport's tables hold of the two tokens of one response. Instants in ms. */
export interface IssuedRows {
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

/** `?` stands for each value. */
export type Statement = readonly [sql: string, values: readonly (string | number)[]];

/** Laravel's own database. What fails rejects with an OAuthError, `temporarily_unavailable`. */
export interface LaravelDatabase {
  readonly dialect: "mysql" | "postgres";
  /** No row equals a value that its column cannot hold. */
  query(...statement: Statement): Promise<Record<string, unknown>[]>;
  /**
   * Runs all statements or none.
   *
   * @throws LaravelStatementError that is of an unfit value
   */
  transact(statements: readonly Statement[]): Promise<void>;
  load(): PoolLoad;
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
   * Writes what Passport would on a refresh, in one transaction. Doing it again, for a retry, changes nothing. What is
   * new comes first: the update of a row that `passport:purge` has removed locks the gap that others insert into.
   *
   * @throws LaravelStatementError if a value does not fit its column
   */
  async write(rows: IssuedRows): Promise<void> {
    const { accessTokenId, refreshTokenId } = rows;
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
    await this.#database.transact([...inserts, ...endsOfSpent(rows)]);
  }

  /** Revokes what `write` would revoke. */
  async endSpent(rows: IssuedRows): Promise<void> {
    const ends = endsOfSpent(rows);
    if (ends.length > 0) await this.#database.transact(ends);
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
      endOf("oauth_refresh_tokens", refreshTokenId),
    ]);
  }

  /** Revokes one access token. */
  async endAccessToken(id: string): Promise<void> {
    await this.#database.transact([endOf("oauth_access_tokens", id)]);
  }

  /** The connections to Laravel's database. */
  load(): PoolLoad {
    return this.#database.load();
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function endsOfSpent({ accessTokenId, refreshTokenId, spent }: IssuedRows): Statement[] {
  const ends: Statement[] = [];
  if (spent === undefined) return ends;
  if (spent.accessTokenId !== accessTokenId) ends.push(endOf("oauth_access_tokens", spent.accessTokenId));
  if (spent.refreshTokenId !== refreshTokenId) ends.push(endOf("oauth_refresh_tokens", spent.refreshTokenId));
  return ends;
}

function endOf(table: "oauth_access_tokens" | "oauth_refresh_tokens", id: string): Statement {
  return [`UPDATE ${table} SET revoked = TRUE WHERE id = ?`, [id]];
}

/** A naive datetime, in UTC. Passport checks the times inside its tokens; only `passport:purge` reads these. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
