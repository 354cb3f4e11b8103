import type { Row, Source } from "./source.ts";
import { TEXT } from "./source.ts";
import { isTrue, stringsOf } from "./values.ts";

/** A row of `oauth_refresh_tokens`, and what the access token issued with it says. */
export interface PassportSession {
  /** The refresh token's `id`. */
  tokenId: string;
  /**
   * `expired` only if it is so in every time zone: Passport stores naive datetimes, and checks the times inside its
   * tokens.
   */
  state: "live" | "revoked" | "expired";
  /** null: the access token's row is gone. */
  issued: {
    clientId: string;
    /** null: no user. */
    subject: string | null;
    /** null: they cannot be read. */
    scopes: readonly string[] | null;
  } | null;
}

/** Rows in one page: what is held in memory at once, and written in one transaction. */
export const SESSIONS_PAGE = 500;
/** The application's time zone may be so far behind UTC, and more, ms. */
const ANY_ZONE = 15 * 3_600_000;

/**
 * All sessions in the order of the refresh tokens' ids, a page at a time, each read by both primary keys.
 *
 * @param after begins after this id, which may be just its first digits
 * @param now ms
 */
export async function* readSessions(
  source: Source,
  { after, now }: { after: string; now: () => number },
): AsyncGenerator<PassportSession[]> {
  const text = TEXT[source.dialect];
  const sql = `
    SELECT r.id, r.revoked, CASE WHEN r.expires_at <= ? THEN 1 ELSE 0 END AS expired, a.id AS access_token_id,
      CAST(a.user_id AS ${text}) AS user_id, CAST(a.client_id AS ${text}) AS client_id, a.scopes
    FROM (SELECT id, access_token_id, revoked, expires_at FROM oauth_refresh_tokens
      WHERE id > ? ORDER BY id LIMIT ${SESSIONS_PAGE}) r
    LEFT JOIN oauth_access_tokens a ON a.id = r.access_token_id
    ORDER BY r.id`;
  for (let last = after; ;) {
    const over = new Date(now() - ANY_ZONE).toISOString().slice(0, 19).replace("T", " ");
    const rows = await source.query(sql, [over, last]);
    if (rows.length > 0) yield rows.map(toSession);
    if (rows.length < SESSIONS_PAGE) return;
    last = String(rows.at(-1)?.["id"]);
  }
}

function toSession(row: Row): PassportSession {
  const { user_id: subject, client_id: clientId, scopes } = row;
  const issued = {
    clientId: String(clientId),
    subject: typeof subject === "string" && subject !== "" ? subject : null,
    scopes: scopes === null ? [] : stringsOf(scopes),
  };
  const live = Number(row["expired"]) === 1 ? "expired" : "live";
  return {
    tokenId: String(row["id"]),
    state: isTrue(row["revoked"]) ? "revoked" : live,
    issued: row["access_token_id"] === null ? null : issued,
  };
}
