import type { Client } from "pg";

/** Bytes for each grant. */
export interface Weight {
  heap: number;
  /** By name. */
  indexes: Record<string, number>;
}

/** The log that was written, bytes: the records, and the pages in full that some carry. */
export interface Wal {
  records: number;
  fullPages: number;
}

export async function weighGrants(client: Client, grants: number): Promise<Weight> {
  const heap = await client.query("SELECT pg_table_size('grants') AS bytes");
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_relation_size(indexrelid) AS bytes
       FROM pg_index WHERE indrelid = 'grants'::regclass`,
  );
  return {
    heap: Number(heap.rows[0]?.bytes) / grants,
    indexes: Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes) / grants])),
  };
}

/** Where the log ends now. */
export async function walEnd(client: Client): Promise<string> {
  return String((await client.query("SELECT pg_current_wal_insert_lsn() AS lsn")).rows[0]?.lsn);
}

/** What was written between two places of the log. Needs the extension pg_walinspect in the database of the connection. */
export async function walBetween(client: Client, from: string, to: string): Promise<Wal> {
  const { rows } = await client.query(
    `SELECT sum(record_size) AS records, sum(fpi_size) AS pages FROM pg_get_wal_stats($1, $2)`,
    [from, to],
  );
  return { records: Number(rows[0]?.records), fullPages: Number(rows[0]?.pages) };
}

/** Updates of grants since the database was made, and how many of them touched no index. */
export async function hotShare(client: Client): Promise<number> {
  await client.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await client.query(
    "SELECT n_tup_upd AS updates, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = 'grants'",
  );
  return Number(rows[0]?.hot) / Number(rows[0]?.updates);
}

/** CPU time of the database and of nothing else, µs, while `work` runs. */
export async function databaseCpu<T>(
  postgres: { usage(): Promise<{ cpu: number }> },
  work: () => Promise<T>,
): Promise<[T, number]> {
  const before = await postgres.usage();
  const result = await work();
  return [result, (await postgres.usage()).cpu - before.cpu];
}
