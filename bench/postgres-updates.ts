import { randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";
import { serveMessages } from "./child.ts";
import type { UpdateResult } from "./durable-updates.ts";

// A worker: durable updates of one row each in PostgreSQL, which no store on it can be cheaper than.

export interface PostgresUpdateWindow {
  /** URL of an empty database. */
  url: string;
  /** Rows of one statement, which is one transaction. */
  batch: number;
  connections: number;
  seconds: number;
}

const ROWS = 10_000;

const UPDATE = {
  name: "update",
  text: `UPDATE rows r SET generation = r.generation + 1, at = $2
    FROM unnest($1::uuid[]) AS m (id) WHERE r.id = m.id RETURNING r.at`,
};

/** Rows as wide as a grant's, each page with room for the next versions of its rows. */
async function fill(client: Client): Promise<string[]> {
  await client.query(
    `CREATE TABLE rows (id uuid PRIMARY KEY, generation bigint NOT NULL, at bigint NOT NULL, rest bytea NOT NULL)
       WITH (fillfactor = 80)`,
  );
  const ids = Array.from({ length: ROWS }, () => randomUUID());
  const values = [ids, randomBytes(140)];
  await client.query("INSERT INTO rows SELECT id, 0, 0, $2::bytea FROM unnest($1::uuid[]) AS m (id)", values);
  await client.query("VACUUM ANALYZE rows");
  return ids;
}

async function measure({ url, batch, connections, seconds }: PostgresUpdateWindow): Promise<UpdateResult> {
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  const ids = await fill(clients[0] as Client);
  const cpu = process.cpuUsage();
  const started = performance.now();
  let updates = 0;
  const update = async (client: Client, first: number) => {
    // Each connection has rows of its own, so that none waits for another's.
    const own = ids.filter((_, i) => i % connections === first);
    for (let at = 0; performance.now() < started + seconds * 1000; at += batch) {
      const members = Array.from({ length: batch }, (_, i) => own[(at + i) % own.length]);
      const { rowCount } = await client.query({ ...UPDATE, values: [members, at] });
      if (rowCount !== batch) throw new Error(`${rowCount} rows were updated instead of ${batch}`);
      updates += batch;
    }
  };
  await Promise.all(clients.map(update));
  const used = process.cpuUsage(cpu);
  const result = { updates, seconds: (performance.now() - started) / 1000, cpu: used.user + used.system };
  await Promise.all(clients.map((client) => client.end()));
  return result;
}

if (process.argv[1] === import.meta.filename) serveMessages(measure);
