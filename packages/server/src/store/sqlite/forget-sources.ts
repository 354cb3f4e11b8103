import type { DatabaseSync } from "node:sqlite";
import { forgottenBefore, FORGOTTEN_TO } from "../forgotten-sources.ts";
import type { EventStore } from "../store.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The port's `forgetSources`. Index: the primary key. */
export function prepareForgetSources(database: DatabaseSync, queue: WriteQueue): EventStore["forgetSources"] {
  const position = database.prepare("SELECT value FROM meta WHERE key = ?");
  const next = database.prepare("SELECT id, at FROM events WHERE id > ? ORDER BY id LIMIT ?");
  const forget = database.prepare(
    `UPDATE events SET address = NULL, user_agent = NULL
    WHERE id > ? AND id <= ? AND (address IS NOT NULL OR user_agent IS NOT NULL)`,
  );
  const move = database.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return (retention, limit) =>
    queue.write(({ now }) => {
      const from = (position.get(FORGOTTEN_TO)?.["value"] ?? 0) as number;
      const before = forgottenBefore(now, retention);
      const rows = next.all(from, limit) as { id: number; at: number }[];
      const young = rows.findIndex(({ at }) => at > before);
      const to = rows.at(young === -1 ? -1 : young - 1)?.id;
      if (young === 0 || to === undefined) return { done: true };
      forget.run(from, to);
      move.run(FORGOTTEN_TO, to);
      return { done: young !== -1 || rows.length < limit };
    });
}
