import type { DatabaseSync } from "node:sqlite";
import { stateOf } from "../idempotent-responses.ts";
import type { IdempotentResponseStore } from "../idempotent-responses.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The port's `idempotentResponses`. Index: the primary key. */
export function idempotentResponseStore(database: DatabaseSync, queue: WriteQueue): IdempotentResponseStore {
  const begin = database.prepare(
    `INSERT INTO idempotent_responses (key, request, response, expires_at) VALUES (?1, ?2, NULL, ?3)
     ON CONFLICT (key) DO UPDATE SET request = excluded.request, response = NULL, expires_at = excluded.expires_at
       WHERE expires_at <= ?4`,
  );
  const find = database.prepare("SELECT * FROM idempotent_responses WHERE key = ?");
  const complete = database.prepare("UPDATE idempotent_responses SET response = ? WHERE key = ?");
  const forget = database.prepare("DELETE FROM idempotent_responses WHERE key = ? AND response IS NULL");
  return {
    begin(asked) {
      return queue.write(({ now }) => {
        const { key, request, ttl } = asked;
        if (begin.run(key, request, now + ttl * 1000, now).changes === 1) return { outcome: "begun" };
        return stateOf(find.get(key) ?? {}, asked);
      });
    },
    complete: (key, response) => queue.write(() => void complete.run(response, key)),
    forget: (key) => queue.write(() => void forget.run(key)),
  };
}
