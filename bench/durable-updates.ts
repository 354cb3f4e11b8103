import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { cpuTime } from "./accounting.ts";
import { serveMessages } from "./child.ts";

// A worker: durable updates of one row each through node:sqlite, which no store on it can be cheaper than.

export interface UpdateWindow {
  /** The database file, which is made. */
  path: string;
  /** Rows of one transaction. */
  batch: number;
  seconds: number;
}

export interface UpdateResult {
  updates: number;
  seconds: number;
  /** CPU time of the process, µs. */
  cpu: number;
}

const ROWS = 10_000;

/** Rows as wide as a grant's, found by a 16-byte primary key; WAL, and every commit synced. */
function open(path: string): { database: DatabaseSync; ids: Buffer[] } {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec(
    "CREATE TABLE rows (id BLOB PRIMARY KEY, generation INTEGER, at INTEGER, rest BLOB) STRICT, WITHOUT ROWID",
  );
  const insert = database.prepare("INSERT INTO rows VALUES (?, 0, 0, ?)");
  const ids = Array.from({ length: ROWS }, () => randomBytes(16));
  database.exec("BEGIN");
  for (const id of ids) insert.run(id, randomBytes(180));
  database.exec("COMMIT");
  return { database, ids };
}

function measure({ path, batch, seconds }: UpdateWindow): UpdateResult {
  const { database, ids } = open(path);
  const update = database.prepare(
    "UPDATE rows SET generation = generation + 1, at = ?2 WHERE id = ?1 AND generation = ?3 RETURNING at",
  );
  const generations = ids.map(() => 0);
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const cpu = cpuTime(process.pid);
  const started = performance.now();
  let updates = 0;
  while (performance.now() < started + seconds * 1000) {
    begin.run();
    for (let i = 0; i < batch; i++, updates++) {
      // A step that is prime to the number of rows visits them all, far apart.
      const row = (updates * 7919) % ROWS;
      const generation = generations[row] ?? 0;
      if (update.get(ids[row] ?? null, updates, generation) === undefined)
        throw new Error("no row was updated");
      generations[row] = generation + 1;
    }
    commit.run();
  }
  const result = { updates, seconds: (performance.now() - started) / 1000, cpu: cpuTime(process.pid) - cpu };
  database.close();
  return result;
}

if (process.argv[1] === import.meta.filename) serveMessages(measure);
