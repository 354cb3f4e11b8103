import { forgottenBefore, FORGOTTEN_TO } from "../forgotten-sources.ts";
import type { EventStore } from "../store.ts";
import type { Database, Statement } from "./database.ts";

/**
 * Of the next `$2` events, forgets those before the first that is younger than `$1`. Nodes may do it at once: a row is
 * changed once, and the position never moves back. Index: the primary key.
 */
const FORGET: Statement = {
  name: "sources_forget",
  text: `
    WITH reached AS (SELECT coalesce((SELECT value FROM meta WHERE key = '${FORGOTTEN_TO}'), 0) AS id),
    slice AS MATERIALIZED (
      SELECT e.id, e.at FROM events e WHERE e.id > (SELECT id FROM reached) ORDER BY e.id LIMIT $2
    ),
    old AS MATERIALIZED (
      SELECT id FROM slice WHERE id < coalesce((SELECT min(id) FROM slice WHERE at > $1), 9223372036854775807)
    ),
    forgotten AS (
      UPDATE events SET address = NULL, user_agent = NULL
      WHERE id > (SELECT id FROM reached) AND id <= (SELECT max(id) FROM old)
        AND (address IS NOT NULL OR user_agent IS NOT NULL)
    ),
    moved AS (
      INSERT INTO meta AS m (key, value) SELECT '${FORGOTTEN_TO}', max(id) FROM old HAVING max(id) IS NOT NULL
      ON CONFLICT (key) DO UPDATE SET value = greatest(m.value, excluded.value)
    )
    SELECT count(*) AS old FROM old`,
};

/** The port's `forgetSources`. */
export function forgetSources(database: Database): EventStore["forgetSources"] {
  return (retention, limit) =>
    database.read(async (query) => {
      const before = forgottenBefore(await database.readClock(query), retention);
      const [row] = await query(FORGET, [before, limit]);
      return { done: row?.["old"] !== limit };
    });
}
