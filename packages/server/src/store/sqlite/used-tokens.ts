import type { DatabaseSync } from "node:sqlite";
import type { UsableProof, UsedTokenStore } from "../used-tokens.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The port's `usedTokens`. */
export function usedTokenStore(database: DatabaseSync, queue: WriteQueue): UsedTokenStore {
  const useOnce = prepareUseOnce(database);
  return { use: (digest, ttl) => queue.write(({ now }) => useOnce({ digest, ttl }, now)) };
}

/** Uses a token up within another operation's transaction, at `now`, ms. Index: the primary key. */
export function prepareUseOnce(database: DatabaseSync): (token: UsableProof, now: number) => boolean {
  const use = database.prepare(
    `INSERT INTO used_tokens (digest, expires_at) VALUES (?1, ?2)
     ON CONFLICT (digest) DO UPDATE SET expires_at = ?2 WHERE expires_at <= ?3`,
  );
  return ({ digest, ttl }, now) => use.run(digest, now + ttl * 1000, now).changes > 0;
}
