import type { DatabaseSync } from "node:sqlite";
import { toDeadLetter } from "../row-mappers.ts";
import type { SubscriptionStore } from "../store.ts";
import type { EventWriter } from "./events.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The part of the port's `subscriptions` for dead letters. Index: the primary keys. */
export function deadLetterStore(
  database: DatabaseSync,
  queue: WriteQueue,
  events: EventWriter,
): Pick<SubscriptionStore, "deadLetters" | "replayDeadLetters" | "endReplay"> {
  // The instant too: a restored store assigns ids again.
  const list = database.prepare(
    `SELECT dead_letters.*, events.* FROM dead_letters
     LEFT JOIN events ON events.id = event_id AND events.at = event_at
     WHERE subscription_id = :id AND event_id > :after AND (:replays = 0 OR replay_at IS NOT NULL)
     ORDER BY event_id LIMIT :limit`,
  );
  const replay = database.prepare(
    `UPDATE dead_letters SET replay_at = :now
     WHERE subscription_id = :id AND (:event IS NULL OR event_id = :event)`,
  );
  const hurry = database.prepare("UPDATE subscriptions SET next_attempt_at = 0 WHERE id = ?");
  const remove = database.prepare("DELETE FROM dead_letters WHERE subscription_id = ? AND event_id = ?");
  const keep = database.prepare(
    `UPDATE dead_letters SET replay_at = NULL, attempts = attempts + 1, failed_at = ?3, error = ?4
     WHERE subscription_id = ?1 AND event_id = ?2`,
  );
  return {
    deadLetters: (id, { after = 0, limit, replays = false }) =>
      queue.read(() => list.all({ id, after, limit, replays: Number(replays) }).map(toDeadLetter)),
    replayDeadLetters: (id, eventId, event) =>
      queue.write((transaction) => {
        const asked = Number(replay.run({ id, event: eventId ?? null, now: transaction.now }).changes);
        if (asked === 0) return 0;
        hurry.run(id);
        events.record(event, transaction);
        return asked;
      }),
    endReplay: (id, eventId, error) =>
      queue.write(({ now }) => {
        if (error === undefined) remove.run(id, eventId);
        else keep.run(id, eventId, now, error);
      }),
  };
}
