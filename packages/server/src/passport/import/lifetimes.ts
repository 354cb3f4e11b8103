import type { Row, Source } from "./source.ts";
import { TEXT } from "./source.ts";

/** How long Passport's tokens last, s. */
export interface PassportLifetimes {
  access: number;
  refresh: number;
}

/** Ids are random, so the first ones are as good a sample as any. */
const SAMPLE = 500;

/**
 * The lifetimes in force, which Passport has in its code alone: those of the newest session of a sample. Undefined: there
 * is no session to tell them.
 */
export async function readLifetimes(source: Source): Promise<PassportLifetimes | undefined> {
  const text = (column: string, name: string) => `CAST(${column} AS ${TEXT[source.dialect]}) AS ${name}`;
  const rows = await source.query(`
    SELECT ${text("a.created_at", "issued")}, ${text("a.expires_at", "access_end")},
      ${text("r.expires_at", "refresh_end")}
    FROM (SELECT access_token_id, expires_at FROM oauth_refresh_tokens ORDER BY id LIMIT ${SAMPLE}) r
    JOIN oauth_access_tokens a ON a.id = r.access_token_id
    WHERE a.created_at IS NOT NULL AND a.expires_at IS NOT NULL AND r.expires_at IS NOT NULL
    ORDER BY a.created_at DESC LIMIT 1`);
  const [newest] = rows;
  if (newest === undefined) return undefined;
  const issued = secondsOf(newest, "issued");
  const access = wholeMinutes(secondsOf(newest, "access_end") - issued);
  const refresh = wholeMinutes(secondsOf(newest, "refresh_end") - issued);
  return access > 0 && refresh > 0 ? { access, refresh } : undefined;
}

/** A naive datetime: of two, only the distance means something. */
function secondsOf(row: Row, name: string): number {
  return Date.parse(`${String(row[name]).slice(0, 19).replace(" ", "T")}Z`) / 1000;
}

/** The row is written a moment after the token's end was reckoned. */
function wholeMinutes(seconds: number): number {
  const minutes = Math.round(seconds / 60) * 60;
  return Math.abs(minutes - seconds) <= 2 ? minutes : seconds;
}
