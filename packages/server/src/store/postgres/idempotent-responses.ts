import { stateOf } from "../idempotent-responses.ts";
import type { IdempotentResponseStore } from "../idempotent-responses.ts";
import { clock } from "./database.ts";
import type { Database, Statement } from "./database.ts";

/** Index of these: the primary key. */
const BEGIN: Statement = {
  name: "idempotent_begin",
  text: `WITH moment AS (SELECT ${clock(1)} AS now)
    INSERT INTO idempotent_responses AS kept (key, request, response, expires_at)
    SELECT $2::bytea, $3::bytea, NULL, now + $4::bigint FROM moment
    ON CONFLICT (key) DO UPDATE
      SET request = excluded.request, response = NULL, expires_at = excluded.expires_at
      WHERE kept.expires_at <= excluded.expires_at - $4::bigint
    RETURNING 1 AS begun`,
};
const FIND: Statement = {
  name: "idempotent_find",
  text: "SELECT request, response, expires_at FROM idempotent_responses WHERE key = $1",
};
const COMPLETE: Statement = {
  name: "idempotent_complete",
  text: "UPDATE idempotent_responses SET response = $2 WHERE key = $1",
};
const FORGET: Statement = {
  name: "idempotent_forget",
  text: "DELETE FROM idempotent_responses WHERE key = $1 AND response IS NULL",
};

/** The port's `idempotentResponses`. */
export function idempotentResponseStore(database: Database): IdempotentResponseStore {
  return {
    begin(asked) {
      const { key, request, ttl } = asked;
      return database.read(async (query) => {
        for (;;) {
          const begun = await query(BEGIN, [database.injectedNow, key, request, ttl * 1000]);
          if (begun.length > 0) return { outcome: "begun" };
          const [row] = await query(FIND, [key]);
          // The other request was refused meanwhile, so the key is free again.
          if (row === undefined) continue;
          return stateOf(row, asked);
        }
      });
    },
    async complete(key, response) {
      await database.read((query) => query(COMPLETE, [key, response]));
    },
    async forget(key) {
      await database.read((query) => query(FORGET, [key]));
    },
  };
}
