import type { DatabaseSync } from "node:sqlite";
import type { UsedTokenStore } from "../used-tokens.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The port's `usedTokens`. Index: the primary key. */
export function usedTokenStore(database: DatabaseSync, queue: WriteQueue): UsedTokenStore {
  const use = database.prepare(
    `INSERT INTO used_tokens (digest, expires_at) VALUES (?1, ?2)
     ON CONFLICT (digest) DO UPDATE SET expires_at = ?2 WHERE expires_at <= ?3`,
  );
  return {
    use: (digest, ttl) => queue.write(({ now }) => use.run(digest, now + ttl * 1000, now).changes > 0),
  };
}
