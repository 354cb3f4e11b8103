import type { PushedRequestStore } from "../authorization.ts";
import { clock } from "./database.ts";
import type { Database, Statement } from "./database.ts";
import { toPushedRequest } from "./rows.ts";

const INSERT: Statement = {
  name: "pushed_insert",
  text: `WITH moment AS (SELECT ${clock(1)} AS now)
    INSERT INTO pushed_requests (digest, client_id, parameters, created_at, expires_at)
    SELECT $2::bytea, $3::text, $4::text, now, now + $5::bigint FROM moment`,
};
/** Index: the primary key. */
const FIND: Statement = {
  name: "pushed_find",
  text: `SELECT * FROM pushed_requests WHERE digest = $2 AND expires_at > ${clock(1)}`,
};
const KEEP: Statement = {
  name: "pushed_keep",
  text: `UPDATE pushed_requests SET expires_at = greatest(expires_at, created_at + $3::bigint)
    WHERE digest = $2 AND expires_at > ${clock(1)}`,
};

/** The port's `pushedRequests` (RFC 9126). A request is used up by the code that is issued for it (codes.ts). */
export function pushedRequestStore(database: Database): PushedRequestStore {
  return {
    async push({ digest, clientId, parameters, ttl }) {
      const values = [database.injectedNow, digest, clientId, JSON.stringify(parameters), ttl * 1000];
      await database.read((query) => query(INSERT, values));
    },
    async find(digest) {
      const [row] = await database.read((query) => query(FIND, [database.injectedNow, digest]));
      return row && toPushedRequest(row);
    },
    async keep(digest, ttl) {
      await database.read((query) => query(KEEP, [database.injectedNow, digest, ttl * 1000]));
    },
  };
}
