import type { UsedTokenStore } from "../used-tokens.ts";
import { clock } from "./database.ts";
import type { Database, Statement } from "./database.ts";

/** Index: the primary key. */
const USE: Statement = {
  name: "used_token",
  text: `WITH moment AS (SELECT ${clock(1)} AS now)
    INSERT INTO idempotent_responses AS used (key, request, response, expires_at)
    SELECT $2::bytea, ''::bytea, NULL, now + $3::bigint FROM moment
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
      WHERE used.expires_at <= (SELECT now FROM moment)
    RETURNING 1 AS used`,
};

/** The port's `usedTokens`: a key without a response. */
export function usedTokenStore(database: Database): UsedTokenStore {
  return {
    async use(digest, ttl) {
      const rows = await database.read((query) => query(USE, [database.injectedNow, digest, ttl * 1000]));
      return rows.length > 0;
    },
  };
}
