import type { UsedTokenStore } from "../used-tokens.ts";
import { clock } from "./database.ts";
import type { Database, Statement } from "./database.ts";

/** Index: the primary key. */
const USE: Statement = {
  name: "used_token",
  text: `WITH moment AS (SELECT ${clock(1)} AS now)
    INSERT INTO used_tokens AS used (digest, expires_at)
    SELECT $2::bytea, now + $3::bigint FROM moment
    ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at
      WHERE used.expires_at <= (SELECT now FROM moment)
    RETURNING 1 AS used`,
};

/** The port's `usedTokens`. */
export function usedTokenStore(database: Database): UsedTokenStore {
  return {
    async use(digest, ttl) {
      const rows = await database.read((query) => query(USE, [database.injectedNow, digest, ttl * 1000]));
      return rows.length > 0;
    },
  };
}
