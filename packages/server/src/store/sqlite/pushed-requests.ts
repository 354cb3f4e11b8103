import type { DatabaseSync } from "node:sqlite";
import type { PushedRequestStore } from "../authorization.ts";
import { toPushedRequest } from "./rows.ts";
import type { WriteQueue } from "./write-queue.ts";

/**
 * The port's `pushedRequests` (RFC 9126). Index: the primary key. A request is used up by the code that is issued for
 * it (codes.ts).
 */
export function pushedRequestStore(
  database: DatabaseSync,
  queue: WriteQueue,
  now: () => number,
): PushedRequestStore {
  const insert = database.prepare(
    "INSERT INTO pushed_requests (digest, client_id, parameters, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
  );
  const find = database.prepare("SELECT * FROM pushed_requests WHERE digest = ? AND expires_at > ?");
  const keep = database.prepare(
    "UPDATE pushed_requests SET expires_at = max(expires_at, created_at + ?) WHERE digest = ? AND expires_at > ?",
  );
  return {
    push({ digest, clientId, parameters, ttl }) {
      return queue.write((transaction) => {
        const expiresAt = transaction.now + ttl * 1000;
        insert.run(digest, clientId, JSON.stringify(parameters), transaction.now, expiresAt);
      });
    },
    find(digest) {
      return queue.read(() => {
        const row = find.get(digest, now());
        return row && toPushedRequest(row);
      });
    },
    keep(digest, ttl) {
      return queue.write((transaction) => void keep.run(ttl * 1000, digest, transaction.now));
    },
  };
}
