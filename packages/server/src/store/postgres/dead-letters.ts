import { toDeadLetter } from "../row-mappers.ts";
import type { SubscriptionStore } from "../store.ts";
import type { Database, Statement } from "./database.ts";
import { clock } from "./database.ts";
import type { EventWriter } from "./events.ts";
import { isText } from "./rows.ts";

/** Index of these: the primary keys. The instant too: a restored store assigns ids of events again. */
const LIST: Statement = {
  name: "dead_letter_list",
  text: `SELECT dead_letters.*, events.* FROM dead_letters
    LEFT JOIN events ON events.id = event_id AND events.at = event_at
    WHERE subscription_id = $1 AND event_id > $2 AND (NOT $3::boolean OR replay_at IS NOT NULL)
    ORDER BY event_id LIMIT $4`,
};
const REPLAY: Statement = {
  name: "dead_letter_replay",
  text: `UPDATE dead_letters SET replay_at = $3
    WHERE subscription_id = $1 AND ($2::bigint IS NULL OR event_id = $2) RETURNING 1 AS asked`,
};
const HURRY: Statement = {
  name: "dead_letter_hurry",
  text: "UPDATE subscriptions SET next_attempt_at = 0 WHERE id = $1",
};
const REMOVE: Statement = {
  name: "dead_letter_remove",
  text: "DELETE FROM dead_letters WHERE subscription_id = $1 AND event_id = $2",
};
const KEEP: Statement = {
  name: "dead_letter_keep",
  text: `UPDATE dead_letters SET replay_at = NULL, attempts = attempts + 1, failed_at = ${clock(1)}, error = $4
    WHERE subscription_id = $2 AND event_id = $3`,
};

/** The part of the port's `subscriptions` for dead letters. */
export function deadLetterStore(
  database: Database,
  events: EventWriter,
): Pick<SubscriptionStore, "deadLetters" | "replayDeadLetters" | "endReplay"> {
  return {
    async deadLetters(id, { after = 0, limit, replays = false }) {
      if (!isText(id)) return [];
      const values = [id, after, replays, limit];
      return (await database.read((query) => query(LIST, values))).map(toDeadLetter);
    },
    async replayDeadLetters(id, eventId, event) {
      if (!isText(id)) return 0;
      return database.write(async (transaction) => {
        const values = [id, eventId ?? null, await transaction.now()];
        const asked = (await transaction.query(REPLAY, values)).length;
        if (asked === 0) return 0;
        await transaction.query(HURRY, [id]);
        await events.record(event, transaction);
        return asked;
      });
    },
    endReplay: (id, eventId, error) =>
      database.read(async (query) => {
        if (error === undefined) await query(REMOVE, [id, eventId]);
        else await query(KEEP, [database.injectedNow, id, eventId, error]);
      }),
  };
}
